"""search_posts: what the search page finds, for scripts."""

import json

from django.core.management.base import CommandError

from ...search.listing import newest_found, notes_on
from ...search.time_limit import OutOfTime, TimeLimit
from ..base import ArchiveCommand, number_from

# A script can wait longer than a reader.
_SECONDS = 30


class Command(ArchiveCommand):
    help = "Search the archive in the syntax of its search page, newest first: manage.py search_posts '\"a phrase\" tag:name'"

    def add_arguments(self, parser):
        parser.add_argument("query")
        parser.add_argument(
            "--limit", type=number_from(0), default=20, metavar="N", help="show so many posts (default: %(default)s)"
        )
        parser.add_argument("--json", action="store_true", help='print {"total": n, "posts": [...]}')

    def handle(self, *, query, limit, **options):
        for note in notes_on(query):
            self.stderr.write(note)
        try:
            total, posts = newest_found(query, limit, TimeLimit(_SECONDS))
        except OutOfTime:
            raise CommandError(f"The search took longer than {_SECONDS} seconds.") from None
        posts = [_as_dict(post) for post in posts]
        self.stdout.write(_as_json(total, posts) if options["json"] else _as_lines(total, posts))


def _as_dict(post):
    return {
        "address": post.get_absolute_url(),
        "source_url": post.source_url,
        "title": post.title,
        "published_at": post.published_at.isoformat(),
        "author": post.author.name if post.author else "",
    }


def _as_json(total, posts):
    return json.dumps({"total": total, "posts": posts}, ensure_ascii=False)


def _as_lines(total, posts):
    lines = [f"{post['published_at'][:10]}  {post['title']}  {post['address']}" for post in posts]
    return "\n".join([*lines, f"{total:,} found."])
