"""Derive every post again, after a rule changed, while the site is being read."""

from collections.abc import Iterator

from django.db import transaction

from ..models import Post, Revision
from .locks import lock_archive
from .maintenance import settle_search_index
from .restate import show_revisions

# Posts a transaction: short enough that an editor who saves meanwhile hardly waits.
_BATCH = 500


def rebuild_posts(after_id: int = 0) -> Iterator[tuple[int, int]]:
    """Derive the posts with a greater id than this again from the revisions they show, in the order of ids.

    Yields the last id and the number of posts of each batch once it is stored, so that a rebuild that was interrupted can go
    on from there.
    """
    while True:
        with transaction.atomic():
            lock_archive()
            posts = list(Post.objects.filter(pk__gt=after_id).order_by("pk").values_list("pk", "current_id")[:_BATCH])
            if not posts:
                settle_search_index()
                return
            show_revisions(list(Revision.objects.filter(pk__in=[current_id for _, current_id in posts])))
        after_id = posts[-1][0]
        yield after_id, len(posts)
