"""Change a post's file only where it was edited: every other byte stays as it came."""

import re
from datetime import datetime

import yaml

# A front-matter entry: its key at the line's beginning, and every line up to the next one.
_LINE = r"[^\n]*?(?=\r?(?:\n|\Z))"
_ENTRY = re.compile(rf"^(?P<key>[A-Za-z_][\w-]*)[ \t]*:{_LINE}(?:\r?\n(?![A-Za-z_][\w-]*[ \t]*:){_LINE})*", re.M)
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
    found = [entry for entry in _ENTRY.finditer(entries) if entry["key"] == key]
    line = ""
    if value is not None:
        line = f"{key}: {_as_yaml(value)}"
        if not found:
            return f"{entries}{line}{newline}"
        # Of several, the last counts.
        found = found[-1:]
    for entry in reversed(found):
        end = entry.end() + (len(newline) if not line and entries.startswith(newline, entry.end()) else 0)
        # The last entry's match takes the line break before the closing line with it.
        tail = newline if line and entry[0].endswith("\n") else ""
        entries = entries[: entry.start()] + line + tail + entries[end:]
    return entries


def _as_yaml(value):
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, str):
        return yaml.safe_dump(value, allow_unicode=True, default_style='"', width=float("inf")).strip()
    if isinstance(value, list):
        return "[ " + ", ".join(_as_yaml(each) for each in value) + " ]" if value else "[]"
    return yaml.safe_dump(value).split("\n")[0]
