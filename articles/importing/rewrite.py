"""Change a post's file only where it was edited: every other byte stays as it came."""

import re
from datetime import datetime

import yaml

# A front-matter entry: its key at the line's beginning, and every line up to the next one.
_ENTRY = re.compile(r"^(?P<key>[A-Za-z_][\w-]*)[ \t]*:.*(?:\r?\n(?![A-Za-z_][\w-]*[ \t]*:).*)*", re.M)
_PARTS = re.compile(
    r"(?P<opening>\ufeff?---[ \t]*\r?\n)(?P<entries>.*?)(?P<closing>^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z))(?P<body>.*)", re.M | re.S
)


def rewrite(text: str, changes: dict, body: str | None = None) -> str:
    """Return the file with these front-matter entries changed, added (where missing) or removed (where None).

    `changes` maps keys to text, bool, datetime or a list of texts. `body`, where given, with LF at line ends, replaces all
    after the front matter.
    Raises ValueError for a file without front matter.
    """
    parts = _PARTS.match(text)
    if not parts:
        raise ValueError("the file has no front matter")
    newline = "\r\n" if parts["opening"].endswith("\r\n") else "\n"
    entries = parts["entries"]
    for key, value in changes.items():
        entries = _with_entry(entries, key, value, newline)
    return parts["opening"] + entries + parts["closing"] + (parts["body"] if body is None else body.replace("\n", newline))


def _with_entry(entries, key, value, newline):
    line = None if value is None else f"{key}: {_as_yaml(value)}"
    for entry in _ENTRY.finditer(entries):
        if entry["key"] == key:
            end = entry.end() + (len(newline) if line is None and entries.startswith(newline, entry.end()) else 0)
            # The last entry's match takes the line break before the closing line with it.
            tail = newline if line is not None and entry[0].endswith("\n") else ""
            return entries[: entry.start()] + (line or "") + tail + entries[end:]
    return entries if line is None else f"{entries}{line}{newline}"


def _as_yaml(value):
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, str):
        return yaml.safe_dump(value, allow_unicode=True, default_style='"', width=float("inf")).strip()
    if isinstance(value, list):
        return "[ " + ", ".join(_as_yaml(each) for each in value) + " ]" if value else "[]"
    return yaml.safe_dump(value).split("\n")[0]
