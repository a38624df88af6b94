"""The plain text of a body, and the first words of it."""

import re

from lxml import etree

from .tree import BLOCKS

_LINE_ENDS = BLOCKS | {"br"}
# Lengths of an excerpt: Chinese letters are twice as wide as Latin ones, and say twice as much.
_EXCERPT_WIDTH = 240
_WIDE = re.compile(
    r"[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003ffff]"
)
_SPACES = re.compile(r"[^\S\n]+")
_ENDS_OF_SENTENCES = "。！？!?；…"


def text_of(body: etree._Element) -> str:
    """The text that a reader sees, one line for each block or line; spaces are as HTML shows them.

    Text of inline elements is joined as it stands, so that no word and no Chinese phrase is split.
    """
    pieces = []
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if element.tag in _LINE_ENDS:
            pieces.append("\n")
        elif element.tag in ("td", "th"):
            pieces.append(" ")
        if event == "start":
            pieces.append(_one_line(element.text))
        else:
            pieces.append(_one_line(element.tail))
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def _one_line(text):
    return text.replace("\n", " ").replace("\r", " ") if text else ""


def excerpt_of(text: str, title: str) -> str:
    """The beginning of the text in one line, about 120 Chinese letters or 240 Latin ones, with "…" where it was cut.

    A first line that repeats the title is left out.
    """
    first, _, rest = text.partition("\n")
    if rest and first.strip() == title.strip():
        text = rest
    # Twice as many letters as could be shown, so that one long body isn't gone through.
    line = " ".join(text[: 2 * _EXCERPT_WIDTH].split())
    end = _end_of_excerpt(line)
    return line if end >= len(line) else _cut(line[:end]) + "…"


def _end_of_excerpt(line):
    width = 0
    for position, letter in enumerate(line):
        width += 2 if _WIDE.match(letter) else 1
        if width > _EXCERPT_WIDTH:
            return position
    return len(line)


def _cut(line):
    """Cut back to the end of a sentence where one is near the end, else to the end of a word."""
    sentence = max(line.rfind(mark) for mark in _ENDS_OF_SENTENCES) + 1
    if sentence > len(line) * 2 // 3:
        return line[:sentence].rstrip("…")
    space = line.rfind(" ")
    return (line[:space] if space > len(line) * 2 // 3 else line).rstrip(" ,，、:：;；")
