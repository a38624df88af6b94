"""Front matter without anything special in it, as most has: read in a third of the time of YAML's events, to the same result."""

import re

# What begins no text in YAML has a meaning there: every sign of ASCII. A letter of any script, or its punctuation, has none.
_BEGINS_TEXT = r"[0-9A-Za-z_\u00a1-\U0010ffff]"
_LINE = re.compile(
    r"(?P<key>[A-Za-z_][A-Za-z0-9_-]{0,99}):"
    rf"(?: +(?:\"(?P<quoted>[^\"\\\t]*)\" *|\[(?P<items>[^\]]*)\] *|(?P<text>{_BEGINS_TEXT}[^\t]*)))? *"
)
_ITEM = re.compile(rf" *({_BEGINS_TEXT}[^\x00-\x1f!-,/:-@\[-^`{{-\x7f]*)")
_NULLS = frozenset(["null", "Null", "NULL"])


def read_plain(text: str) -> dict[str, str | list | None] | None:
    """The entries of front matter of which each is one line, its value nothing, a text, or a list of texts in brackets.

    `text` holds only characters that YAML allows, and no line end but "\\n". None where it may mean anything else to YAML (an
    escape, a comment, a second line, a key twice): what is returned is always what YAML says.
    """
    entries = {}
    for line in text.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line)
        if not match or match["key"] in entries:
            return None
        try:
            entries[match["key"]] = _value(match)
        except ValueError:
            return None
    return entries


def _value(match):
    _, quoted, items, text = match.groups()
    if quoted is not None:
        return quoted
    if items is not None:
        return [_item(item) for item in items.split(",")] if items.strip(" ") else []
    return text and _text(text)


def _text(written):
    written = written.rstrip(" ")
    if ": " in written or " #" in written or written[-1] == ":":
        raise ValueError
    return None if written in _NULLS else written


def _item(written):
    match = _ITEM.fullmatch(written)
    if not match:
        raise ValueError
    return _text(match[1])
