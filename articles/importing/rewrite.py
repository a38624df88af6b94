"""Change a post's file only where it was edited: every other byte stays as it came."""

import re
from collections.abc import Iterator
from datetime import datetime

import yaml

# An entry's first line, as articles.importing.front_matter takes one, and a line that continues it.
_KEY = re.compile(r"(?P<quote>[\"']?)(?P<key>[^\W\d][\w-]*)(?P=quote)[ \t]*[:：](?!//)")
_CONTINUED = re.compile(r"[ \t]+\S|-(?:\s|\Z)")
_PARTS = re.compile(
    r"(?P<opening>[\s\ufeff]*---[ \t]*\r?\n)(?P<entries>.*?)(?P<closing>^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z))(?P<body>.*)", re.M | re.S
)


def rewrite(text: str, changes: dict, body: str | None = None) -> str:
    """Return the file with these front-matter entries changed, added (where missing) or removed (where None).

    `changes` maps keys to text, bool, datetime or a list of texts. `body`, where given, with LF at line ends, replaces all
    after the front matter.
    Raises ValueError for a file without front matter.
    """
    if "\r" in text and "\n" not in text:
        # The line ends of old Macs. Nothing below has to know them.
        return rewrite(text.replace("\r", "\n"), changes, body).replace("\r\n", "\n").replace("\n", "\r")
    parts = _PARTS.match(text)
    if not parts:
        raise ValueError("the file has no front matter")
    newline = "\r\n" if parts["opening"].endswith("\r\n") else "\n"
    entries = parts["entries"]
    for key, value in changes.items():
        entries = _with_entry(entries, key, value, newline)
    return parts["opening"] + entries + parts["closing"] + (parts["body"] if body is None else body.replace("\n", newline))


def _with_entry(entries, key, value, newline):
    found = [(start, end) for each, start, end in _find_entries(entries) if each == key]
    line = ""
    if value is not None:
        line = f"{key}: {_as_yaml(value)}"
        if not found:
            return f"{entries}{line}{newline}"
        # Of several, the last counts.
        found = found[-1:]
    for start, end in reversed(found):
        if not line and entries.startswith(newline, end):
            end += len(newline)
        entries = entries[:start] + line + entries[end:]
    return entries


def _find_entries(text) -> Iterator[tuple[str, int, int]]:
    """Every entry's key, beginning and end; its last line's break isn't in it, nor are empty lines and comments below it."""
    key, start, end, position = None, 0, 0, 0
    for line in text.split("\n"):
        line_end = position + len(line.rstrip("\r"))
        if match := _KEY.match(line):
            if key:
                yield key, start, end
            key, start, end = match["key"], position, line_end
        elif _CONTINUED.match(line):
            end = line_end
        position += len(line) + 1
    if key:
        yield key, start, end


def _as_yaml(value):
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, str):
        return yaml.safe_dump(value, allow_unicode=True, default_style='"', width=float("inf")).strip()
    if isinstance(value, list):
        return "[ " + ", ".join(_as_yaml(each) for each in value) + " ]" if value else "[]"
    return yaml.safe_dump(value).split("\n")[0]
