"""search_posts: what the search page finds, for scripts."""

import json

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ...models import Post
from ...search.counting import count_hits
from ...search.finding import find
from ...search.query import parse_query
from ...search.time_limit import TimeLimit

# A script can wait longer than a reader.
_SECONDS = 30
_NO_BOUND = 2**31 - 2


class Command(BaseCommand):
    help = "Search the archive in the syntax of its search page, newest first: manage.py search_posts '\"a phrase\" tag:name'"

    def add_arguments(self, parser):
        parser.add_argument("query")
        parser.add_argument("--limit", type=int, default=20, metavar="N", help="show so many posts (default: %(default)s)")
        parser.add_argument("--json", action="store_true", help='print {"total": n, "posts": [...]}')

    def handle(self, *, query, limit, **options):
        if limit < 0:
            raise CommandError("--limit must not be negative.")
        total, posts = search(query, limit)
        self.stdout.write(_as_json(total, posts) if options["json"] else _as_lines(total, posts))


def search(text: str, limit: int) -> tuple[int, list[dict]]:
    """The number of hits, and the first of them. Raises CommandError where the database takes too long."""
    query = parse_query(text, settings.SEARCH_MAX_LENGTH, settings.SEARCH_MAX_TERMS)
    if query.is_empty:
        return 0, []
    time = TimeLimit(_SECONDS)
    counted = count_hits(query, _NO_BOUND, time)
    found = find(query, limit, time)
    if not (counted.complete and found.complete):
        raise CommandError(f"The search took longer than {_SECONDS} seconds.")
    ids = [place.id for place in found.places]
    posts = (
        Post.objects.select_related("author")
        .only("day", "slug", "source_url", "title", "published_at", "author__name")
        .in_bulk(ids)
    )
    return counted.total, [_as_dict(posts[pk]) for pk in ids]


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
