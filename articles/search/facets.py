"""What hits have in common: their years, tags, categories, authors and sites, with how many hits have each."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from ..kinds import KINDS
from .counting import Counted
from .terms import named_by

_NAMES_A_KIND = 10
_YEARS = 60


class Year(NamedTuple):
    year: int
    count: int


class NameCount(NamedTuple):
    name: str
    count: int


class Facet(NamedTuple):
    """The most frequent names of a kind (the key of one of KINDS), most frequent first."""

    kind: str
    names: list[NameCount]


def years_of(counted: Counted) -> list[Year]:
    return all_years(counted.years)


def all_years(counts: Mapping[int, int]) -> list[Year]:
    """Every year from the first that is counted to the last; where these lie far apart, the latest that are counted."""
    if not counts:
        return []
    years = range(min(counts), max(counts) + 1)
    if len(years) > _YEARS:
        years = sorted(counts)[-_YEARS:]
    return [Year(year, counts.get(year, 0)) for year in years]


def facets_of(counted: Counted) -> list[Facet]:
    counts = defaultdict(dict)
    for key, count in counted.names.items():
        number, name_id = named_by(key)
        counts[number][name_id] = count
    facets = [Facet(kind.key, _most_frequent(kind, counts[kind.number])) for kind in KINDS.values() if counts[kind.number]]
    return [facet for facet in facets if facet.names]


def _most_frequent(kind, counts) -> list[NameCount]:
    frequent = sorted(counts, key=lambda name_id: (-counts[name_id], name_id))[:_NAMES_A_KIND]
    # A name of nothing that is searched can't be asked for.
    names = kind.model.objects.filter(pk__in=frequent).exclude(folded="")
    if not kind.has_links:
        # Whoever asks for one spelling is shown the posts of all that fold alike. No post has two of them, so their counts add up.
        names = kind.model.objects.filter(folded__in=names.values("folded"))
    spellings = defaultdict(list)
    for pk, name, folded in names.values_list("pk", "name", "folded"):
        if pk in counts:
            spellings[pk if kind.has_links else folded].append((counts[pk], -pk, name))
    totals = [(sum(count for count, _, _ in each), max(each)) for each in spellings.values()]
    totals.sort(key=lambda total: (total[0], total[1][1]), reverse=True)
    return [NameCount(name, total) for total, (_, _, name) in totals]
