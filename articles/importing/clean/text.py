"""The first words of a text."""

import re

from .spaces import WIDE

# Lengths of an excerpt: Chinese letters are twice as wide as Latin ones, and say twice as much.
_EXCERPT_WIDTH = 240
_BEFORE_WIDE = re.compile(f"(?=[{WIDE}])")
_ENDS_OF_SENTENCES = "。！？!?；…"


def excerpt_of(text: str, title: str) -> str:
    """The beginning of the text in one line, about 120 Chinese letters or 240 Latin ones, with "…" where it was cut.

    A first line that repeats the title, or the beginning of it, is left out.
    """
    first, _, rest = text.partition("\n")
    if rest and title.startswith(first):
        text = rest
    # Twice as many letters as could be shown, so that one long body isn't gone through.
    line = " ".join(text[: 2 * _EXCERPT_WIDTH].split())
    end = _end_of_excerpt(line)
    return line if end >= len(line) else _cut(line[:end]) + "…"


def _end_of_excerpt(line):
    # With a NUL before each wide letter, a column is a character: a letter fits if it lies within that many.
    # None beyond that many characters does.
    return len(_BEFORE_WIDE.sub("\0", line[:_EXCERPT_WIDTH])[:_EXCERPT_WIDTH].replace("\0", ""))


def _cut(line):
    """Cut back to the end of a sentence where one is near the end, else to the end of a word."""
    sentence = max(line.rfind(mark) for mark in _ENDS_OF_SENTENCES) + 1
    if sentence > len(line) * 2 // 3:
        return line[:sentence].rstrip("…")
    space = line.rfind(" ")
    return (line[:space] if space > len(line) * 2 // 3 else line).rstrip(" ,，、:：;；")
