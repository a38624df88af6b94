"""White space as HTML shows it: what a browser would not show isn't kept."""

import re

from lxml import etree

from .tree import BLOCKS, remove

# East Asian wide and full-width characters (Unicode's East_Asian_Width W and F), without Korean letters, which use spaces.
WIDE = r"\u2e80-\ua4cf\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\U00020000-\U0003ffff"
_WIDE = re.compile(f"[{WIDE}]")
_SPACES = re.compile(r"[ \t\n\r\f]+")
_NOT_ONE_SPACE = re.compile(r"[ \t\n\r\f]{2}|[\t\n\r\f]")
_BREAK_BETWEEN_WIDE = re.compile(rf"(?<=[{WIDE}])[ \t\r\f]*\n[ \t\n\r\f]*(?=[{WIDE}])")
_BORDER = " \t\n\r\f"
# What an image or a player is among letters.
_OBJECT = "\ufffc"
_OBJECTS = frozenset("audio img video".split())
_MOST_BREAKS = 2


def settle_spaces(body: etree._Element) -> None:
    """Reduce runs of spaces to one, drop those at the borders of blocks, and line breaks that show nothing, in place.

    A line break of the source between two Chinese characters is no space (CSS Text, "segment break transformation"): programs
    that indent HTML put them between every two elements. What is inside of `pre` stays as it is.
    """
    spaces = _Spaces()
    inside_pre = 0
    for event, element in etree.iterwalk(body, events=("start", "end")):
        started = event == "start"
        if element.tag in BLOCKS:
            spaces.end_line()
            inside_pre += (1 if started else -1) if element.tag == "pre" else 0
        elif element.tag == "br":
            if started and not inside_pre:
                spaces.break_line(element)
        elif started and element.tag in _OBJECTS:
            spaces.object()
        if not inside_pre and (element.text if started else element.tail) and (started or element is not body):
            spaces.text(element, "text" if started else "tail")
    spaces.end_line()
    for line_break in spaces.needless:
        remove(line_break)


def _settled(core):
    if not _NOT_ONE_SPACE.search(core):
        return core
    return _SPACES.sub(" ", _BREAK_BETWEEN_WIDE.sub("", core) if "\n" in core else core)


class _Spaces:
    """Goes through the text of a tree in order, and decides on each space when it knows what stands before and after it."""

    def __init__(self):
        # The letter before, empty at the beginning of a line.
        self.before = ""
        # A space at the end of the text before, if any: where it stands, and whether it holds a line break.
        self.open_space = None
        self.breaks: list[etree._Element] = []
        self.line_has_begun = False
        self.needless: list[etree._Element] = []

    def text(self, element, slot):
        """Settle the text of an element or the one after it; there is some."""
        text = getattr(element, slot)
        core = text.strip(_BORDER)
        if not core:
            self._space_only(element, slot, text)
            return
        leading = text[: text.index(core[0])]
        trailing = text[len(leading) + len(core) :]
        keep_space = self._decide(leading, core[0], slot)
        settled = (" " if keep_space else "") + _settled(core) + (" " if trailing else "")
        if settled != text:
            setattr(element, slot, settled)
        self._seen(core[-1])
        self.open_space = (element, slot, "\n" in trailing) if trailing else None

    def object(self):
        self._decide("", _OBJECT, "text")
        self._seen(_OBJECT)

    def break_line(self, element):
        self._drop_open_space()
        self.before = ""
        if not self.line_has_begun or len(self.breaks) >= _MOST_BREAKS:
            self.needless.append(element)
        else:
            self.breaks.append(element)

    def end_line(self):
        self._drop_open_space()
        self.before = ""
        self.needless += self.breaks
        self.breaks = []
        self.line_has_begun = False

    def _seen(self, letter):
        self.before, self.line_has_begun, self.breaks, self.open_space = letter, True, [], None

    def _space_only(self, element, slot, text):
        if self.open_space and slot == "tail":
            # Of two spaces the one outside of the element stays: no underlined space at the end of a link.
            has_break = self.open_space[2] or "\n" in text
            self._drop_open_space()
            setattr(element, slot, " ")
            self.open_space = (element, slot, has_break)
        elif self.open_space or not self.before:
            setattr(element, slot, None)
            if self.open_space and "\n" in text:
                self.open_space = (*self.open_space[:2], True)
        else:
            setattr(element, slot, " ")
            self.open_space = (element, slot, "\n" in text)

    def _decide(self, leading, after, slot):
        """Settle the open space before this letter; whether `leading`, the space right before it, is kept as one."""
        has_break = "\n" in leading or bool(self.open_space and self.open_space[2])
        shows = not (has_break and self.before and _WIDE.match(self.before) and _WIDE.match(after))
        if self.open_space and not (leading and shows and slot == "tail"):
            if not shows:
                self._drop_open_space()
            self.open_space = None
            return False
        self._drop_open_space()
        return bool(leading) and bool(self.before) and shows

    def _drop_open_space(self):
        if self.open_space:
            element, slot, _ = self.open_space
            setattr(element, slot, getattr(element, slot)[:-1] or None)
            self.open_space = None
