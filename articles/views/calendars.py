"""Days as calendars and heat maps show them."""

from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

# How many shades tell apart days with few and with many posts.
SHADES = 4


class Day(NamedTuple):
    """A day with its number of posts. `shade` is from 1 to SHADES, and 0 where there are none."""

    day: date
    post_count: int
    shade: int


class Shades:
    """Shades for numbers of posts a day: each is that of about as many of the days given as the others."""

    def __init__(self, post_counts: Iterable[int]):
        ordered = sorted(post_counts)
        last = len(ordered) - 1
        # The highest number of each shade. Where these are the same, there are fewer shades, the lightest left out.
        self._highest = sorted({ordered[last * part // SHADES] for part in range(1, SHADES + 1)}) if ordered else []

    def of(self, post_count: int) -> int:
        return SHADES - len(self._highest) + bisect_left(self._highest, post_count) + 1 if post_count else 0

    @property
    def legend(self) -> list[tuple[int, int, int]]:
        """(shade, lowest number, highest number) of every shade in use."""
        return [(self.of(high), low + 1, high) for low, high in zip([0, *self._highest], self._highest, strict=False)]


def month_weeks(year: int, month: int, counts: dict[date, int], shades: Shades) -> list[list[Day | None]]:
    """Weeks from Monday to Sunday, None for days of other months.

    Built from weekday numbers, because `Calendar.itermonthdates` overflows at the ends of Python's calendar.
    """
    first_weekday, length = monthrange(year, month)
    cells: list[Day | None] = [None] * first_weekday
    for number in range(1, length + 1):
        day = date(year, month, number)
        cells.append(Day(day, counts.get(day, 0), shades.of(counts.get(day, 0))))
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
