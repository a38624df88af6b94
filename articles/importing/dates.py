"""Dates as front matter and file names write them."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_WRITTEN = re.compile(
    r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
    r"(?:[Tt \t]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?"
    r"[ \t]*(?P<zone>Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?"
)
_FILE_NAME = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<rest>.+)", re.S)


def parse_date(written: str, time_zone: str) -> datetime:
    """A moment in UTC. Without a time it is midnight, without a zone it is read in `time_zone`. Raises ValueError."""
    match = _WRITTEN.fullmatch(written.strip())
    if not match:
        raise ValueError("is not a date")
    part = {name: int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    extra = timedelta()
    if part["hour"] == 24 and not part["minute"] and not part["second"]:
        part["hour"], extra = 0, timedelta(days=1)
    if part["second"] == 60:
        part["second"], extra = 59, extra + timedelta(seconds=1)
    microsecond = int((match["fraction"] or "0").ljust(6, "0")[:6])
    try:
        moment = datetime(*part.values(), microsecond, tzinfo=_zone(match["zone"], time_zone))
        return moment.astimezone(UTC) + extra
    except (OverflowError, ValueError) as error:
        raise ValueError(f"is no date that exists ({error})") from None


def _zone(written, time_zone):
    if not written:
        return ZoneInfo(time_zone)
    if written in ("Z", "z", "UTC", "GMT"):
        return UTC
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


def split_name(name: str) -> tuple[date | None, str]:
    """The date that a file name begins with, if it is one that exists, and the rest of the name without its ending."""
    stem = name.rpartition(".")[0] or name
    match = _FILE_NAME.fullmatch(stem)
    if match:
        try:
            return date(int(match["year"]), int(match["month"]), int(match["day"])), match["rest"]
        except ValueError:
            pass
    return None, stem
