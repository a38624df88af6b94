"""Counts hits, by year and by name, from the newest back until there are more than one needs to know."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations

from .conditions import conditions_of, holds, joined
from .finding import hits_in
from .query import Query
from .time_limit import OutOfTime, TimeLimit
from .windows import Window, Windows

# Posts in the first window: read at once, where a page's are read until it is full.
_WINDOW = 20_000
# From one window to the next: what is read too much costs a count less than a window more.
_GROWTH = 16
# In larger windows texts are looked at by as many processes at once as Postgres allows a query; it would not, for it takes the hits
# to be few. In smaller ones the processes would take longer to start than to look.
_LARGE_WINDOW = 100_000
_IN_PARALLEL = "SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0; SET LOCAL min_parallel_table_scan_size = 0"

# Keys of one name that are asked for in pairs.
_MAX_PAIRED = 5


@dataclass(slots=True)
class Counted:
    """How many hits there are, by year and by name key.

    `complete` tells that none was left out. Otherwise `total` is a number that there are at least, and years and names are
    those of the hits from the day `since` on, which is None where time did not suffice for any.
    """

    total: int = 0
    years: Counter = field(default_factory=Counter)
    names: Counter = field(default_factory=Counter)
    complete: bool = True
    since: date | None = None


def count_hits(query: Query, bound: int, time: TimeLimit) -> Counted:
    """Count the hits, until there are more than `bound`: whole months, so that the same query always tells the same."""
    counted = Counted()
    try:
        with time.reading() as cursor:
            conditions = conditions_of(query)
            if conditions.possible:
                _count(counted, cursor, query, conditions, bound)
    except OutOfTime:
        counted.complete = False
    if counted.total > bound:
        counted.total = bound
    return counted


def _count(counted, cursor, query, conditions, bound):
    windows = Windows(cursor, query, _WINDOW, growth=_GROWTH)
    while window := windows.next(counted.total, bound + 1):
        if conditions.checked and window.posts >= _LARGE_WINDOW:
            cursor.execute(_IN_PARALLEL)
        where, params = hits_in(window, query, conditions)
        cursor.execute(
            f"WITH hits AS MATERIALIZED (SELECT day, names FROM articles_searchrow WHERE {where})"
            " SELECT true, extract(year FROM day)::int4 AS key, count(*) FROM hits GROUP BY key"
            " UNION ALL SELECT false, name, count(*) FROM (SELECT unnest(names) AS name FROM hits) AS named GROUP BY name",
            params,
        )
        for is_year, key, number in cursor.fetchall():
            (counted.years if is_year else counted.names)[key] += number
        counted.total, counted.since = counted.years.total(), window.first
        if counted.total > bound:
            counted.complete = False
            break


def times_counted_again(cursor, query: Query, counted: Counted, groups: list[list[int]]) -> list[int]:
    """For each group of name keys, how often `counted` counted a post more than once that has several of them."""
    if not groups:
        return []
    conditions = conditions_of(query)
    # Few posts have two: the index finds them. Of many keys there are too many pairs.
    sets = [keys for group in groups for keys in combinations(group, 2 if len(group) <= _MAX_PAIRED else 1)]
    several = joined([holds(keys) for keys in sets], " OR ")
    where, params = hits_in(Window(counted.since, None, None, 0), query, conditions, several)
    cursor.execute(f"SELECT names FROM articles_searchrow WHERE {where}", params)
    again = [0] * len(groups)
    for (names,) in cursor.fetchall():
        for number, group in enumerate(groups):
            again[number] += max(len(set(group).intersection(names)) - 1, 0)
    return again
