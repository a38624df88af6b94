"""What hits have in common: their years, tags, categories, authors and sites, with how many hits have each."""

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from ..kinds import KINDS
from .conditions import keys_of_names
from .counting import Counted, times_counted_again
from .query import Named, Query, named
from .terms import named_by
from .time_limit import OutOfTime, TimeLimit

_NAMES_A_KIND = 10
# Names that may be among these once all their spellings are counted.
_LOOKED_AT = 30
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


def facets_of(query: Query, counted: Counted, time: TimeLimit) -> list[Facet]:
    """What the hits that were counted have in common; nothing where time runs out.

    A name's number is that of the posts which the search for the name finds among them: under all spellings that fold alike,
    under names that were merged into it, and of a site under its subdomains.
    """
    try:
        with time.reading() as cursor:
            numbers = _numbers(cursor, query, counted)
    except OutOfTime:
        return []
    facets = []
    for kind in KINDS:
        names = [NameCount(name, number) for named, (name, number) in numbers.items() if named.kind == kind]
        # Stable: where as many posts have two names, first is the one that more of them spell so.
        names.sort(key=lambda each: -each.count)
        facets += [Facet(kind, names[:_NAMES_A_KIND])] if names else []
    return facets


def _numbers(cursor, query, counted):
    """The spelling to show and the number of posts, for each of the most frequent names."""
    shown = _most_frequent(counted)
    keys = {each: [key for key in found if key in counted.names] for each, found in keys_of_names(shown).items()}
    numbers = {each: sum(counted.names[key] for key in found) for each, found in keys.items()}
    # A post has one author and one site.
    several = [each for each, found in keys.items() if len(found) > 1 and KINDS[each.kind].has_links]
    again = times_counted_again(cursor, query, counted, [keys[each] for each in several])
    for each, number in zip(several, again, strict=True):
        numbers[each] -= number
    return {each: (name, numbers[each]) for each, name in shown.items() if numbers[each]}


def _most_frequent(counted) -> dict[Named, str]:
    """Names as they are asked for, in the spelling that is counted most often, most frequent first."""
    ids = defaultdict(list)
    for key in sorted(counted.names, key=lambda key: (-counted.names[key], key)):
        number, name_id = named_by(key)
        ids[number].append(name_id)
    shown = {}
    for kind in KINDS.values():
        frequent = ids[kind.number][:_LOOKED_AT]
        names = dict(kind.model.objects.filter(pk__in=frequent).values_list("pk", "name")) if frequent else {}
        for name in (names[name_id] for name_id in frequent if name_id in names):
            # A name of nothing that is searched can't be asked for.
            if wanted := named(kind.key, name):
                shown.setdefault(wanted, name)
    return shown
