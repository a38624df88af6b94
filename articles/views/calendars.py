"""A month as a calendar shows it."""

from calendar import monthrange
from datetime import date


def month_weeks(year: int, month: int, counts: dict[date, int]) -> list[list[tuple[date, int] | None]]:
    """Weeks from Monday to Sunday of (day, number of posts), None for days of other months.

    Built from weekday numbers, because `Calendar.itermonthdates` overflows at the ends of Python's calendar.
    """
    first_weekday, length = monthrange(year, month)
    cells = [None] * (first_weekday)
    for number in range(1, length + 1):
        day = date(year, month, number)
        cells.append((day, counts.get(day, 0)))
    cells += [None] * (-len(cells) % 7)
    return [cells[start : start + 7] for start in range(0, len(cells), 7)]
