"""Finds posts, newest or oldest first, page by page.

Where time runs out, what was found until then is the answer, with the place to go on from.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from ..querysets import Place
from .conditions import KEYS, Conditions, conditions_of, joined
from .query import Query
from .time_limit import OutOfTime, TimeLimit
from .windows import Window, Windows

# Posts in the first window: about a page of hits for a word that one post in forty has.
_WINDOW = 2_000
# From one window to the next, while too little is found to tell how many more hold what is missing.
_GROWTH = 4
_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    RELEVANCE = "relevance"


@dataclass(slots=True)
class Hits:
    """Places of hits in the order wanted. Where time ran out, `unread` is the place to go on beyond, if that is known."""

    places: list[Place] = field(default_factory=list)
    complete: bool = True
    unread: Place | None = None


def find(
    query: Query, limit: int, time: TimeLimit, sort: Sort = Sort.NEWEST, beyond: Place | None = None, only_titles: bool = False
) -> Hits:
    """The first hits, newest or oldest first, `beyond` a place if given. `only_titles` wants every term in the title."""
    hits = Hits(unread=beyond)
    try:
        with time.reading() as cursor:
            conditions = conditions_of(query, only_titles)
            if conditions.possible:
                _collect(hits, cursor, query, conditions, limit, sort is Sort.OLDEST, beyond)
    except OutOfTime:
        hits.complete = False
    return hits


def _collect(hits, cursor, query, conditions, limit, oldest_first, beyond):
    windows = Windows(cursor, query, _WINDOW, _GROWTH, oldest_first, beyond and beyond.day)
    while window := windows.next(len(hits.places), limit):
        sql, params = _page_sql(query, conditions, window, limit - len(hits.places), oldest_first, beyond)
        cursor.execute(sql, params)
        hits.places += [Place(*row) for row in cursor.fetchall()]
        if len(hits.places) >= limit:
            break
        hits.unread = _border(window, oldest_first)


def _border(window, oldest_first):
    """The place between a window and the next."""
    day = window.end if oldest_first else window.first
    return day and Place(day, _EARLIEST, 0)


def _page_sql(query, conditions, window, limit, oldest_first, beyond):
    direction = "ASC" if oldest_first else "DESC"
    order = f"ORDER BY day {direction}, published_at {direction}, post_id {direction}"
    where, params = found_in(window, query, conditions)
    if beyond:
        where += f" AND (day, published_at, post_id) {'>' if oldest_first else '<'} (%s, %s, %s)"
        params += beyond
    check, check_params = joined(conditions.checked)
    # OFFSET 0 keeps the checks out of the subquery: texts are looked at in order, until there are enough hits.
    return (
        f"SELECT day, published_at, post_id FROM (SELECT * FROM articles_searchrow WHERE {where} {order} OFFSET 0) AS found"
        f" WHERE {check} {order} LIMIT %s",
        [*params, *check_params, limit],
    )


def hits_in(window: Window, query: Query, conditions: Conditions, *others: tuple[str, list]) -> tuple[str, list]:
    """The SQL of all these conditions in a window, and its parameters. `others` are answered by the index, too."""
    found, params = found_in(window, query, conditions, *others)
    check, check_params = joined(conditions.checked)
    return f"{found} AND {check}", [*params, *check_params]


def found_in(window: Window, query: Query, conditions: Conditions, *others: tuple[str, list]) -> tuple[str, list]:
    """The SQL of all that the index tells of these conditions in a window, and its parameters."""
    where, params = joined([*_within(window, query), *conditions.found, *others])
    if not conditions.excluded:
        return where, params
    excluded, excluded_params = joined(conditions.excluded, " OR ")
    return (
        f"{where} AND post_id NOT IN (SELECT post_id FROM articles_searchrow WHERE {where} AND ({excluded}))",
        [*params, *params, *excluded_params],
    )


def _within(window, query):
    parts = [(f"{KEYS} && %s::int4[]", [window.keys])] if window.keys else []
    parts.append(("day >= %s", [max(window.first, query.after or window.first)]))
    ends = [end for end in (window.end, query.before) if end]
    return [*parts, ("day < %s", [min(ends)])] if ends else parts
