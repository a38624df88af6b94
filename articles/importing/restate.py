"""Derive posts again from the revisions that are kept: after an edit, an undone run, or a change of the rules."""

from collections.abc import Iterable

from django.db import connection

from ..models import Post, Revision
from ..models.revision import NEWEST_FIRST
from .addresses import deal_addresses
from .load import Capture
from .names import NameIds
from .options import parse_options
from .records import ParsedFile, SourceFile
from .show import update_posts
from .work import derive

_NEWEST_CAPTURES = f"""
    SELECT DISTINCT ON (post_id) id FROM articles_revision revision WHERE kind = 'capture' AND post_id = ANY(%s)
    ORDER BY post_id, {NEWEST_FIRST}
"""


def newest_captures(post_ids: Iterable[int]) -> list[Revision]:
    """The newest capture of each post; see Revision for what "newest" means."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST_CAPTURES, [list(post_ids)])
        return list(Revision.objects.filter(pk__in=[row[0] for row in cursor.fetchall()]))


def derive_revision(revision: Revision, post: Post) -> ParsedFile:
    """Parse and clean what a revision holds. An edit keeps the address that its post has."""
    content = bytes(revision.content)
    path = revision.path or post.slug
    file = derive(SourceFile(path, len(content), 0), content, parse_options())
    if revision.kind == Revision.Kind.EDIT:
        file.front_matter.day, file.front_matter.slug = post.day, post.claimed_slug
    return file


def show_revisions(revisions: list[Revision]):
    """Show these revisions in their posts, one for each post at most. Within a transaction that locked the archive."""
    posts = Post.objects.only("day", "slug", "claimed_slug").in_bulk([each.post_id for each in revisions])
    shown = [Capture(each.pk, each.post_id, derive_revision(each, posts[each.post_id]), each.arrived_at) for each in revisions]
    update_posts(shown, NameIds([each.file for each in shown]))
    deal_addresses({each.address for each in shown})
