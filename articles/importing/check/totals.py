"""What is kept beside the posts: names, stored counts, and the search index."""

from functools import partial

from ...kinds import KINDS
from ..counters import miscounted, set_count
from ..locks import is_importing
from ..maintenance import has_search_index, settle_search_index
from ..names import restate_names, stale_names
from .finding import Check, Finding


def _check_names():
    return [
        Finding(f"{kind.key} {name.pk} ({name}): isn't found by what is typed", partial(restate_names, [name]))
        for kind in KINDS.values()
        for name in stale_names(kind.model)
    ]


def _check_counts():
    return [
        Finding(
            f"{table.removeprefix('articles_')} {' '.join(map(str, key))}: {stored} posts stored, {counted} counted",
            partial(set_count, table, key, counted),
        )
        for table, key, stored, counted in miscounted()
    ]


def _check_search_index():
    """A first import makes the index at its end; until then it is missing, and not lost."""
    is_lost = not has_search_index() and not is_importing()
    return [Finding("the search index is missing: searches read every post", settle_search_index)] if is_lost else []


NAMES = Check(_check_names)
COUNTS = Check(_check_counts)
SEARCH_INDEX = Check(_check_search_index)
