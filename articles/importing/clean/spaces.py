"""White space as HTML shows it: what a browser would not show isn't kept."""

import re
from typing import NamedTuple

from lxml import etree

from .tree import BLOCKS, remove

# East Asian wide and full-width characters (Unicode's East_Asian_Width W and F), without Korean letters, which use spaces.
WIDE = r"\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
_WIDE = re.compile(f"[{WIDE}]")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_BREAK_BETWEEN_WIDE = re.compile(rf"(?<=[{WIDE}])[ \t\r\f]*\n[ \t\n\r\f]*(?=[{WIDE}])")
_BORDER = " \t\n\r\f"
# What an image or a player is among letters.
_OBJECT = "\ufffc"
_OBJECTS = frozenset("audio img video".split())
_MOST_BREAKS = 2


def settle_spaces(body: etree._Element) -> str:
    """Reduce runs of spaces to one, drop those at the borders of blocks, and line breaks that show nothing, in place.

    Returns the text that a reader sees, one line for each block or line. Text of inline elements is joined as it stands, so that
    no word and no Chinese phrase is split. The address that stands for a player is left out.

    A line break of the source between two Chinese characters is no space (CSS Text, "segment break transformation"): programs
    that indent HTML put them between every two elements. What is inside of `pre` stays as it is.
    """
    spaces = _Spaces()
    inside_pre = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        started, tag = event == "start", element.tag
        if tag in BLOCKS:
            if not started and tag == "p" and element.get("class") == "embed":
                spaces.forget_block()
            spaces.end_block()
            if tag == "pre":
                inside_pre += 1 if started else -1
        elif started and tag == "br":
            spaces.break_line(element, is_kept=inside_pre)
        elif started and tag in _OBJECTS:
            spaces.object()
        text = element.text if started else element.tail
        if text and inside_pre:
            spaces.shown.append(text)
        elif text and (started or element is not body):
            spaces.text(element, "text" if started else "tail", text)
    spaces.end_block()
    for line_break in spaces.needless:
        remove(line_break)
    return "\n".join(line for each in "".join(spaces.shown).split("\n") if (line := each.strip()))


def _settled(core):
    # Texts are long and these spaces rare: five looks for a letter take less time than one for a pattern.
    if not ("\n" in core or "  " in core or "\t" in core or "\r" in core or "\f" in core):
        return core
    return _SPACES.sub(" ", _BREAK_BETWEEN_WIDE.sub("", core) if "\n" in core else core)


class _OpenSpace(NamedTuple):
    """Where a space stands that may be written: after this text, which is empty or settled; whether it holds a line break."""

    element: etree._Element
    slot: str
    text: str
    has_break: bool


class _Spaces:
    """Goes through the text of a tree in order, and decides on each space when it knows what stands before and after it."""

    def __init__(self):
        # The letter before, empty at the beginning of a line.
        self.before = ""
        # A space at the end of the text before, if any, which isn't written yet. There is a letter before it, then.
        self.open_space: _OpenSpace | None = None
        self.breaks: list[etree._Element] = []
        self.line_has_begun = False
        self.needless: list[etree._Element] = []
        # The text as it was settled, with a line end for every border of a block, and how much of it stands before this block.
        self.shown: list[str] = []
        self.shown_before = 0

    def text(self, element, slot, text):
        """Settle the text of an element or the one after it; there is some."""
        core = text.strip(_BORDER)
        if not core:
            self._space_only(element, slot, text)
            return
        start = text.index(core[0])
        leading, trailing = text[:start], text[start + len(core) :]
        settled = (" " if self._decide(leading, core[0], slot) else "") + _settled(core)
        self.shown.append(settled)
        self._seen(core[-1])
        if trailing:
            self.open_space = _OpenSpace(element, slot, settled, "\n" in trailing)
        elif settled != text:
            setattr(element, slot, settled)

    def object(self):
        self._decide("", _OBJECT, "text")
        self._seen(_OBJECT)

    def break_line(self, element, is_kept):
        self.shown.append("\n")
        if is_kept:
            return
        self._write_open_space(kept=False)
        self.before = ""
        if not self.line_has_begun or len(self.breaks) >= _MOST_BREAKS:
            self.needless.append(element)
        else:
            self.breaks.append(element)

    def forget_block(self):
        """Leave the text since the last border of a block out of what is shown."""
        del self.shown[self.shown_before :]

    def end_block(self):
        """The border of a block, where one begins or ends."""
        self.shown.append("\n")
        self.shown_before = len(self.shown)
        if self.line_has_begun:
            self._write_open_space(kept=False)
            self.before = ""
            self.needless += self.breaks
            self.breaks = []
            self.line_has_begun = False

    def _seen(self, letter):
        self.before, self.line_has_begun, self.breaks = letter, True, []

    def _space_only(self, element, slot, text):
        if self.open_space and slot == "tail":
            # Of two spaces the one outside of the element stays: no underlined space at the end of a link.
            has_break = self.open_space.has_break or "\n" in text
            self._write_open_space(kept=False)
            self.open_space = _OpenSpace(element, slot, "", has_break)
        elif self.open_space or not self.before:
            setattr(element, slot, None)
            if self.open_space and "\n" in text:
                self.open_space = self.open_space._replace(has_break=True)
        else:
            self.open_space = _OpenSpace(element, slot, "", "\n" in text)

    def _decide(self, leading, after, slot):
        """Settle the open space before this letter; whether `leading`, the space right before it, is kept as one."""
        if not self.before:
            return False
        has_break = "\n" in leading or bool(self.open_space and self.open_space.has_break)
        shows = not (has_break and _WIDE.match(self.before) and _WIDE.match(after))
        is_kept = bool(leading) and shows and (slot == "tail" or not self.open_space)
        self._write_open_space(kept=shows and not is_kept)
        return is_kept

    def _write_open_space(self, kept):
        if self.open_space:
            element, slot, text, _ = self.open_space
            setattr(element, slot, f"{text} " if kept else text or None)
            if kept:
                self.shown.append(" ")
            self.open_space = None
