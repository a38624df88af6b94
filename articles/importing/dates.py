"""Dates as front matter and file names write them."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

# ISO 8601 and what people make of it, down to 2023年9月11日 13:26.
_WRITTEN = re.compile(
    r"(?P<year>\d{4})[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})日?"
    r"(?:[Tt \t]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d+))?)?)?"
    r"[ \t]*(?P<zone>Z|z|UTC|GMT|[+-]\d{1,2}(?::?\d{2})?)?"
)
# RFC 5322, section 3.3: Mon, 11 Sep 2023 13:26:13 +0000.
_IN_MAIL = re.compile(
    r"(?:[A-Za-z]{3}, *)?\d{1,2} [A-Za-z]{3} [1-9]\d{3} \d{2}:\d{2}(?::\d{2})? (?:[+-](?:[01]\d|2[0-3])[0-5]\d|GMT|UTC|UT|Z)"
)
_FILE_NAME = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})-(?P<rest>.+)", re.S)


def parse_date(written: str, time_zone: str) -> datetime:
    """A moment in UTC. Without a time it is midnight, without a zone it is read in `time_zone`. Raises ValueError."""
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
    moment = datetime(*part.values(), microsecond, tzinfo=_zone(match["zone"], time_zone))
    return moment.astimezone(UTC) + extra


def _moment_in_mail(written):
    moment = parsedate_to_datetime(written)
    # "-0000" stands for UTC, and comes without a zone.
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _zone(written, time_zone):
    if not written:
        return ZoneInfo(time_zone)
    if written in ("Z", "z", "UTC", "GMT"):
        return UTC
    digits = written[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if minutes > 59:
        raise ValueError("an hour has 60 minutes")
    if hours > 23:
        raise ValueError("a time zone is less than 24 hours away")
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if written[0] == "-" else offset)


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
