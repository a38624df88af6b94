"""The archive in windows of time, so that the newest hits are found without a look at the older ones.

Without them, the commonest words would cost the reading of all their hits, and the rarest a walk along all posts.
"""

from dataclasses import dataclass
from datetime import date

from .query import Query
from .terms import month_key

# So many months are named to the index; a window of more is left to the days.
_MAX_MONTHS = 96


@dataclass(frozen=True, slots=True)
class Window:
    """Whole months, from the first day of the first to the day before `end`, with so many `posts`.

    `keys` are the months', or None for too many.
    """

    first: date
    end: date | None
    keys: list[int] | None
    posts: int


class Windows:
    """The windows over the days that a query allows, one after the other, beginning with the month of `start`, if given."""

    def __init__(self, cursor, query: Query, size: int, growth: int, oldest_first=False, start: date | None = None):
        """The first window holds some `size` posts, in whole months, and the next at most `growth` times as many each."""
        self._months = _months(cursor, query, oldest_first, start)
        self._size = size
        self._growth = growth
        self._posts = 0

    def next(self, found: int, wanted: int) -> Window | None:
        """The next window, as large as it takes by what was `found` up to now to make it `wanted`. None at the end."""
        if self._posts:
            # A fifth more, so that chance seldom asks for a third window.
            enough = 1.2 * self._posts * (wanted - found) / max(found, 1)
            self._size = min(enough, self._size * self._growth)
        taken, posts = [], 0
        for month, number in self._months:
            taken.append(month)
            posts += number
            if posts >= self._size:
                break
        self._months = self._months[len(taken) :]
        self._posts += posts
        self._size = max(posts, self._size)
        return _window(taken, posts) if taken else None


def _months(cursor, query, oldest_first, start):
    """The first day and the number of posts of every month that has any."""
    first, end = query.after or date.min, query.before
    if start:
        first, end = (max(first, start.replace(day=1)), end) if oldest_first else (first, _earlier(end, _next_month(start)))
    cursor.execute(
        "SELECT (extract(year FROM day) * 12 + extract(month FROM day))::int4 AS month, sum(post_count)::int8"
        " FROM articles_archiveday WHERE post_count > 0 AND day >= %s AND (%s::date IS NULL OR day < %s)"
        f" GROUP BY month ORDER BY month {'ASC' if oldest_first else 'DESC'}",
        [first, end, end],
    )
    return [(date((month - 1) // 12, (month - 1) % 12 + 1, 1), number) for month, number in cursor.fetchall()]


def _window(months, posts):
    first, last = min(months), max(months)
    keys = [month_key(month) for month in months] if len(months) <= _MAX_MONTHS else None
    return Window(first, _next_month(last), keys, posts)


def _next_month(day):
    if (day.year, day.month) == (9999, 12):
        return None
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _earlier(one, other):
    return min((each for each in (one, other) if each), default=None)
