"""Prove that what is stored agrees with the files that are kept, and mend what doesn't."""

from collections.abc import Callable

from django.db import transaction

from ..locks import lock_archive
from ..maintenance import update_statistics
from . import addresses, captures, files, posts, totals
from .finding import Finding

__all__ = ["Finding", "check_archive", "rows_to_check"]

# In the order of what follows from what.
_CHECKS = (
    captures.HASHES,
    totals.NAMES,
    files.PATHS,
    files.LOST,
    captures.PATHS,
    captures.TITLES,
    files.CLAIMS,
    posts.IDENTITIES,
    posts.SHOWN,
    posts.WAITING,
    posts.DERIVED,
    posts.CAPTURE_COUNTS,
    addresses.OF_FILES,
    addresses.OF_ALIASES,
    addresses.STRAY,
    addresses.OF_POSTS,
    totals.COUNTS,
    totals.SEARCH_INDEX,
)


def rows_to_check() -> int:
    """How many rows `check_archive` looks at, each as often as it does."""
    return sum(check.count_rows() for check in _CHECKS)


def check_archive(
    repair: bool, on_finding: Callable[[Finding], None], on_rows: Callable[[int], None] = lambda number: None
) -> tuple[int, int]:
    """Check everything, tell of every finding and of every so many rows that were looked at, and mend what is found if asked to.
    Returns (found, mended).

    Checked are the hashes of the kept files, the paths they lie at, what follows from their bytes for revisions, addresses and
    identities, which revision is shown and which one waits, all that is derived from it, that nothing in its HTML could harm a
    reader, search rows, names, the number of captures, addresses, the stored counts, and that searches have their index. Each
    batch holds the archive's lock, so that nothing is taken for wrong that is just being written. Whoever mends also has the
    planner's statistics brought up to date.
    """
    found = mended = 0
    for check in _CHECKS:
        batches = check.batches()
        while True:
            with transaction.atomic():
                lock_archive()
                number, findings = next(batches, (None, ()))
                for finding in findings:
                    found += 1
                    on_finding(finding)
                    if repair and finding.mend:
                        finding.mend()
                        mended += 1
            if number is None:
                break
            on_rows(number)
    if repair:
        update_statistics()
    return found, mended
