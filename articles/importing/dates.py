"""Dates as front matter and file names write them."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# RFC 5322, section 4.3: the zones of North America by their hours from UTC.
_ABBREVIATED = {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "UT": 0, "UTC": 0, "GMT": 0}

# ISO 8601 and what people make of it, down to 2023年9月11日 13:26.
_WRITTEN = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[Tt \t]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?"
    r"[ \t]*(?P<zone>Z|z|[+-]\d{1,2}(?::?\d{2})?|UT|(?P<name>[A-Za-z]{3}[\w+-]*(?:/[\w+-]+)*))?",
    re.A,
)
# RFC 5322, section 3.3: Mon, 11 Sep 2023 13:26:13 +0000.
_IN_MAIL = re.compile(
    r"(?:[A-Za-z]{3}, *)?\d{1,2} [A-Za-z]{3} [1-9]\d{3} \d{2}:\d{2}(?::\d{2})? (?:[+-](?:[01]\d|2[0-3])[0-5]\d|Z|"
    + "|".join(_ABBREVIATED)
    + ")"
)
_FILE_NAME = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<rest>.+)", re.S)


def parse_date(written: str, time_zone: str) -> datetime:
    """A moment in UTC. Without a time it is midnight, without a zone it is read in `time_zone`. Raises ValueError.

    A zone may be named: as in the time zone database (`Asia/Taipei`), or by an abbreviation of RFC 5322. One that is used in
    `time_zone` means that zone: CST is in Asia/Taipei another than in Chicago.
    """
    written = written.strip()
    match = _WRITTEN.fullmatch(written)
    if not match and not _IN_MAIL.fullmatch(written):
        raise ValueError("is not a date")
    try:
        return _moment(match, time_zone) if match else _moment_in_mail(written)
    except (OverflowError, ValueError) as error:
        raise ValueError(f"is no date that exists ({error})") from None


def _moment(match, time_zone):
    part = {name: int(match[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")}
    extra = timedelta()
    if part["hour"] == 24 and not part["minute"] and not part["second"]:
        part["hour"], extra = 0, timedelta(days=1)
    if part["second"] == 60:
        part["second"], extra = 59, extra + timedelta(seconds=1)
    microsecond = int((match["fraction"] or "0").ljust(6, "0")[:6])
    moment = datetime(*part.values(), microsecond, tzinfo=ZoneInfo(time_zone))
    return moment.replace(tzinfo=_zone(match["zone"], moment)).astimezone(UTC) + extra


def unknown_zone(written: str) -> str:
    """The name at the end of a date that looks like a zone's and is none; empty where there is no such name."""
    match = _WRITTEN.fullmatch(written.strip())
    name = match and match["name"]
    return name if name and name.upper() not in _ABBREVIATED and not _zone_named(name) else ""


def _moment_in_mail(written):
    moment = parsedate_to_datetime(written)
    # "-0000" stands for UTC, and comes without a zone.
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(written, moment):
    """The zone that is written behind a moment, which is given in the archive's."""
    if not written or written == moment.tzname():
        return moment.tzinfo
    if written in "Zz":
        return UTC
    if written[0] not in "+-":
        return _zone_of_name(written)
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if minutes > 59:
        raise ValueError("an hour has 60 minutes")
    if hours > 23:
        raise ValueError("a time zone is less than 24 hours away")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


def _zone_of_name(name):
    hours = _ABBREVIATED.get(name.upper())
    zone = _zone_named(name) if hours is None else timezone(timedelta(hours=hours))
    if not zone:
        raise ValueError(f"there is no time zone {name}")
    return zone


def _zone_named(name):
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Asia" is a folder, and names may be long.
        return None


def split_name(name: str) -> tuple[date | None, str]:
    """The date that a file name begins with, if it is one that exists, and the rest of the name without its ending."""
    stem = _stem(name)
    if match := _FILE_NAME.fullmatch(stem):
        try:
            return date(int(match["year"]), int(match["month"]), int(match["day"])), match["rest"]
        except ValueError:
            pass
    return None, stem


def begins_with_a_date(name: str) -> bool:
    """Whether a file name begins as Jekyll's do, whether that day exists or not."""
    return bool(_FILE_NAME.fullmatch(_stem(name)))


def _stem(name):
    return name.rpartition(".")[0] or name
