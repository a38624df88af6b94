"""The parts of an address. What a converter refuses is another address or no page at all, never an error."""

from datetime import MAXYEAR, MINYEAR, date


class Day:
    """A day of the archive: 2023-09-11."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value):
        return date.fromisoformat(value)

    def to_url(self, value):
        return value.isoformat()


class _Padded:
    """A number within bounds, zeros before it."""

    def to_python(self, value):
        if int(value) not in self.bounds:
            raise ValueError
        return int(value)

    def to_url(self, value):
        return f"{value:0{self.digits}d}"


class Year(_Padded):
    regex, digits, bounds = r"[0-9]{4}", 4, range(MINYEAR, MAXYEAR + 1)


class Month(_Padded):
    regex, digits, bounds = r"[0-9]{2}", 2, range(1, 13)


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
