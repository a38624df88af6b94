"""The parts of an address. What a converter refuses is another address or no page at all, never an error."""

from datetime import MAXYEAR, MINYEAR, date


class Day:
    """A day of the archive: 2023-09-11."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(value)

    def to_url(self, value):
        return value.isoformat()


class Year:
    regex = r"[0-9]{4}"

    def to_python(self, value):
        if not MINYEAR <= int(value) <= MAXYEAR:
            raise ValueError
        return int(value)

    def to_url(self, value):
        return f"{value:04d}"


class Month:
    regex = r"[0-9]{2}"

    def to_python(self, value):
        if not 1 <= int(value) <= 12:
            raise ValueError
        return int(value)

    def to_url(self, value):
        return f"{value:02d}"


class DayOfAnyYear:
    """A day as every year has it, leap years at least: 02-29. Given as a date of the year 2000, which is one."""

    regex = r"[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(f"2000-{value}")

    def to_url(self, value):
        return f"{value:%m-%d}"


class Segment:
    """Any text but "/", and but NUL, which Postgres doesn't take."""

    regex = r"[^/\x00]+"

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Number:
    """A number that fits a Postgres bigint."""

    regex = r"[0-9]{1,18}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


class Sha256:
    """The SHA-256 of a capture's bytes, in hexadecimal digits."""

    regex = r"[0-9a-f]{64}"

    def to_python(self, value):
        return bytes.fromhex(value)

    def to_url(self, value):
        return value.hex()
