"""Derive everything again, after a rule changed, while the site is being read."""

from collections.abc import Callable, Iterator

from django.db import transaction

from ..kinds import KINDS
from ..models import ArchivedFile, Post, Revision
from .addresses import deal_addresses
from .load import count_captures
from .locks import lock_archive
from .maintenance import settle_search_index, update_statistics
from .names import restate_names, stale_names
from .reparse import (
    StaleIdentity,
    restate_files,
    restate_identities,
    restate_revisions,
    stale_files,
    stale_identities,
    stale_revisions,
)
from .restate import newest_captures, show_revisions

# Posts a transaction: short enough that an editor who saves meanwhile hardly waits.
_BATCH = 200


def rebuild_posts(on_problem: Callable[[str], None], after_id: int = 0) -> Iterator[tuple[int, int]]:
    """Derive the posts with a greater id than this again, in the order of ids: what their files say of addresses and dates, which
    capture is the newest, and all that follows from the one that is shown. Names are folded again first.

    Yields the last id and the number of posts of each batch once it is stored, so that a rebuild that was interrupted can go
    on from there. `on_problem` is told, at the end, of posts that by now's rules are one with another: both stay.
    """
    for kind in KINDS.values():
        restate_names(stale_names(kind.model))
    taken = []
    while True:
        with transaction.atomic():
            lock_archive()
            posts = list(Post.objects.filter(pk__gt=after_id).order_by("pk").values_list("pk", "current_id")[:_BATCH])
            if not posts:
                break
            taken += _rebuild(dict(posts))
        after_id = posts[-1][0]
        yield after_id, len(posts)
    _restate_taken(taken, on_problem)
    settle_search_index()
    update_statistics()


def _rebuild(posts) -> list[StaleIdentity]:
    """Derive these posts again. Returns the identities that other posts have."""
    files = ArchivedFile.objects.filter(revision__post__in=posts).select_related("revision")
    files = list(files.prefetch_related("aliases", "old_addresses"))
    claimed = {(claim.day, claim.slug) for file in files for claim in (file, *file.aliases.all())}
    claimed |= restate_files(stale_files(files))
    restate_revisions(stale_revisions(Revision.objects.filter(post__in=posts)))
    edits = list(Revision.objects.filter(kind=Revision.Kind.EDIT, pk__in=posts.values()))
    show_revisions([*edits, *newest_captures(posts.keys() - {edit.post_id for edit in edits})])
    count_captures(list(posts))
    deal_addresses(claimed)
    return restate_identities(stale_identities(posts))


def _restate_taken(taken, on_problem):
    """Who had an identity may have got another one since."""
    with transaction.atomic():
        lock_archive()
        still_taken = restate_identities(taken)
        while len(still_taken) < len(taken):
            taken, still_taken = still_taken, restate_identities(still_taken)
        for each in still_taken:
            on_problem(str(each))
