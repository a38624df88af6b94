"""Finds posts: newest or oldest first page by page, or by relevance; and counts them.

Every statement has a time limit. Where it runs out, what was found until then is the answer, with the place to go on from.
"""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from time import monotonic

from django.db import OperationalError, connections, router, transaction
from psycopg.errors import QueryCanceled

from ..models import SearchRow
from ..querysets import Place
from .conditions import KEYS, Conditions, conditions_of
from .query import Query
from .windows import Window, windows

# Posts in the first window: about a page of hits for a word that one post in forty has.
_PAGE_WINDOW = 2_000
_COUNT_WINDOW = 20_000
# What relevance weighs: the newest hits, and the newest with every term in the title.
RANKED_NEWEST = 300
RANKED_TITLES = 200
# The length, in characters, at which a term counts as in BM25's average document.
_USUAL_LENGTH = 1500
# A term in the title outweighs any number of times in the text.
_TITLE_WEIGHT = 3


_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Sort(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    RELEVANCE = "relevance"


@dataclass(slots=True)
class Hits:
    """Places of hits in the order wanted. Where time ran out, `unread` is the place to go on beyond."""

    places: list[Place] = field(default_factory=list)
    complete: bool = True
    unread: Place | None = None


@dataclass(slots=True)
class Counted:
    """How many hits there are, by year and by name key. `complete` tells that none was left out."""

    total: int = 0
    years: Counter = field(default_factory=Counter)
    names: Counter = field(default_factory=Counter)
    complete: bool = True


def find(query: Query, limit: int, seconds: float, sort: Sort = Sort.NEWEST, beyond: Place | None = None) -> Hits:
    """The first hits, newest or oldest first, `beyond` a place if given. `seconds` bounds the time in the database."""
    return _find(query, conditions_of(query), limit, seconds, oldest_first=sort is Sort.OLDEST, beyond=beyond)


def rank(query: Query, seconds: float) -> list[Place]:
    """Hits, the most relevant first: of the newest ones and of the newest that hold every term in the title."""
    titles = _find(query, conditions_of(query, only_titles=True), RANKED_TITLES, seconds / 4) if query.terms else Hits()
    newest = _find(query, conditions_of(query), RANKED_NEWEST, seconds / 2)
    places = list(dict.fromkeys([*newest.places, *titles.places]))
    scores = _scores(query, places, seconds / 4)
    return sorted(places, key=lambda place: (scores.get(place.id, 0), place), reverse=True)


def count_hits(query: Query, bound: int, seconds: float) -> Counted:
    """Count the hits by year and by name, until there are more than `bound`."""
    counted, conditions = Counted(), conditions_of(query)
    if not conditions.possible:
        return counted
    try:
        with _reading(seconds) as reading:
            for window in windows(reading, query, _COUNT_WINDOW):
                where, params = _where(query, conditions, window)
                # One more than there is room for tells that there are more.
                reading.execute(
                    f"WITH hits AS MATERIALIZED (SELECT day, names FROM articles_searchrow WHERE {where} LIMIT %s)"
                    " SELECT true, extract(year FROM day)::int4 AS key, count(*) FROM hits GROUP BY key"
                    " UNION ALL SELECT false, name, count(*) FROM hits, unnest(names) AS name GROUP BY name",
                    [*params, bound + 1 - counted.total],
                )
                for is_year, key, number in reading.fetchall():
                    (counted.years if is_year else counted.names)[key] += number
                counted.total = counted.years.total()
                if counted.total > bound:
                    break
    except OutOfTime:
        counted.complete = False
    if counted.total > bound:
        counted.total, counted.complete = bound, False
    return counted


class OutOfTime(Exception):
    pass


class _Reading:
    """A cursor whose statements end when the time is up."""

    def __init__(self, cursor, seconds):
        self._cursor = cursor
        self._end = monotonic() + seconds

    def execute(self, sql, params):
        left = int((self._end - monotonic()) * 1000)
        if left <= 0:
            raise OutOfTime
        self._cursor.execute(f"SET LOCAL statement_timeout = {left}")
        self._cursor.execute(sql, params)

    def fetchall(self):
        return self._cursor.fetchall()


@contextmanager
def _reading(seconds):
    """A transaction for reading. Raises OutOfTime where a statement took too long."""
    using = router.db_for_read(SearchRow)
    try:
        with transaction.atomic(using), connections[using].cursor() as cursor:
            # The planner knows nothing of how terms go together, and would sooner compute every row's keys again.
            cursor.execute("SET LOCAL enable_seqscan = off")
            yield _Reading(cursor, seconds)
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            raise OutOfTime from None
        raise


def _find(query, conditions: Conditions, limit, seconds, oldest_first=False, beyond=None) -> Hits:
    hits = Hits()
    if not conditions.possible:
        return hits
    unread = beyond
    try:
        with _reading(seconds) as reading:
            for window in windows(reading, query, _PAGE_WINDOW, oldest_first, beyond and beyond.day):
                sql, params = _page_sql(query, conditions, window, limit - len(hits.places), oldest_first, beyond)
                reading.execute(sql, params)
                hits.places += [Place(*row) for row in reading.fetchall()]
                if len(hits.places) >= limit:
                    break
                unread = _border(window, oldest_first)
    except OutOfTime:
        hits.complete, hits.unread = False, unread
    return hits


def _border(window, oldest_first):
    """The place between a window and the next."""
    day = window.end if oldest_first else window.first
    return day and Place(day, _EARLIEST, 0)


def _page_sql(query, conditions, window, limit, oldest_first, beyond):
    direction = "ASC" if oldest_first else "DESC"
    order = f"ORDER BY day {direction}, published_at {direction}, post_id {direction}"
    where, params = _where(query, conditions, window, checked=False)
    if beyond:
        where += f" AND (day, published_at, post_id) {'>' if oldest_first else '<'} (%s, %s, %s)"
        params += beyond
    check, check_params = _joined(conditions.checked)
    # OFFSET 0 keeps the checks out of the subquery: texts are looked at in order, until there are enough hits.
    return (
        f"SELECT day, published_at, post_id FROM (SELECT * FROM articles_searchrow WHERE {where} {order} OFFSET 0) AS found"
        f" WHERE {check} {order} LIMIT %s",
        [*params, *check_params, limit],
    )


def _where(query: Query, conditions: Conditions, window: Window, checked=True):
    parts = [*conditions.found]
    if window.keys:
        parts.append((f"{KEYS} && %s::int4[]", [window.keys]))
    parts.append(("day >= %s", [max(window.first, query.after or window.first)]))
    ends = [end for end in (window.end, query.before) if end]
    if ends:
        parts.append(("day < %s", [min(ends)]))
    if checked:
        parts += conditions.checked
    return _joined(parts)


def _joined(parts):
    return " AND ".join(f"({sql})" for sql, _ in parts) or "true", [param for _, params in parts for param in params]


# `|| ''` unpacks the text once for all that looks at it.
_SCORES = f"""
    SELECT post_id, sum(
        {_TITLE_WEIGHT} * (strpos(text, term) BETWEEN 1 AND strpos(text, E'\\n'))::int
        + 2.2 * times / (times + 1.2 * (0.25 + 0.75 * length(text) / {_USUAL_LENGTH}))
    )::float8
    FROM (SELECT post_id, text || '' AS text FROM articles_searchrow WHERE post_id = ANY(%s) OFFSET 0) AS hit,
        unnest(%s::text[]) AS term,
        LATERAL (SELECT (length(text) - length(replace(text, term, '')))::float8 / length(term) AS times) AS counted
    GROUP BY post_id
"""


def _scores(query, places, seconds) -> dict[int, float]:
    """BM25's weight of each term's number in the text, without its rarity, which the newest hits can't tell; and the title."""
    terms = list({term.marked for term in query.terms})
    if not terms or not places:
        return {}
    try:
        with _reading(seconds) as reading:
            reading.execute(_SCORES, [[place.id for place in places], terms])
            return dict(reading.fetchall())
    except OutOfTime:
        return {}
