"""Where kramdown (input GFM) and CommonMark see different things in the same text: rules for markdown-it's parser.

Each follows the parser of that name in kramdown 2.4 and kramdown-parser-gfm 1.1.
"""

import re
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.hr import hr
from markdown_it.rules_block.lheading import lheading
from markdown_it.rules_block.list import list_block
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter

from .tables import table
from .typography import typography

_ESCAPED = frozenset("\\.*_+`<>()[]{}#!:|\"'$=-~\n")
_LIST_MARKER = re.compile(r"[*+-](?=\s|$)|\d{1,9}\.(?=\s|$)")
_UNDERLINE = re.compile(r"[ \t]*(?:-+|=+)[ \t]*")
# Attributes for the block above or below (`{: .class}`), for later reference (`{:name: .class}`), and options (`{::options /}`).
_ATTRIBUTES = re.compile(r"\{:[^}]+\}[ \t]*")
_ABBREVIATION = re.compile(r"\*\[.+?\]:.*")
_INLINE_ATTRIBUTES = re.compile(r"\{:[^}\n]+\}")
_HEADING_ID = re.compile(r"[ \t]+\{#[A-Za-z][\w:-]*\}\s*$")
_TASK = re.compile(r"\s*\[[ xX]\]\s+")


def speak_kramdown(parser: MarkdownIt) -> None:
    """Replace and add rules of a CommonMark parser, in place."""
    block, inline, core = parser.block.ruler, parser.inline.ruler, parser.core.ruler
    block.at("list", _list, {"alt": ["paragraph", "reference", "blockquote"]})
    # A line of dashes or stars below a line of text belongs to its paragraph.
    block.at("hr", hr, {"alt": ["reference", "blockquote", "list"]})
    block.at("lheading", _underlined_heading)
    block.before("paragraph", "kramdown_table", table)
    block.before("reference", "kramdown_definitions", _definitions, {"alt": ["paragraph"]})
    inline.at("emphasis", _emphasis)
    inline.at("escape", _escape)
    core.after("block", "kramdown_heading_ids", _heading_ids)
    core.before("text_join", "kramdown_typography", _after_inline)


def _line(state, line):
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _list(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """`1)` begins no list; `2.` does, below a line of text too."""
    if not _LIST_MARKER.match(_line(state, start_line)):
        return False
    if not silent:
        return list_block(state, start_line, end_line, silent)
    parent, state.parentType = state.parentType, "root"
    try:
        return list_block(state, start_line, end_line, silent)
    finally:
        state.parentType = parent


def _underlined_heading(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A heading is one line, below an empty one, with its underline."""
    below = start_line + 1
    if below >= end_line or not _UNDERLINE.fullmatch(_line(state, below)):
        return False
    return lheading(state, start_line, end_line, silent)


def _definitions(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Lines that say something about others, and show nothing."""
    line = _line(state, start_line)
    if not (_ATTRIBUTES.fullmatch(line) or (not silent and _ABBREVIATION.fullmatch(line))):
        return False
    if not silent:
        state.line = start_line + 1
    return True


def _emphasis(state: StateInline, silent: bool) -> bool:
    """`*` opens before and closes after anything but a space, as Chinese punctuation needs; `_` not inside of words."""
    marker = state.src[state.pos]
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(state.pos, marker == "*")
    before = state.src[state.pos - 1 : state.pos] if state.pos else ""
    after = state.src[state.pos + scanned.length : state.pos + scanned.length + 1]
    can_open = bool(after) and not after.isspace() and not (marker == "_" and (before.isalpha() or before == "-"))
    can_close = bool(before) and not before.isspace() and not (marker == "_" and after.isalnum())
    for _ in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = marker
        state.delimiters.append(Delimiter(ord(marker), scanned.length, len(state.tokens) - 1, -1, can_open, can_close))
    state.pos += scanned.length
    return True


def _escape(state: StateInline, silent: bool) -> bool:
    """A backslash escapes fewer characters than CommonMark's does; at the end of a line it breaks the line."""
    following = state.src[state.pos + 1 : state.pos + 2]
    if state.src[state.pos] != "\\" or not following or following not in _ESCAPED:
        return False
    if not silent:
        if following == "\n":
            state.push("hardbreak", "br", 0)
        else:
            token = state.push("text_special", "", 0)
            token.content, token.markup, token.info = following, f"\\{following}", "escape"
    state.pos += 2
    return True


def _heading_ids(state: StateCore) -> None:
    for opening, inline in pairwise(state.tokens):
        if opening.type == "heading_open":
            inline.content = _HEADING_ID.sub("", inline.content)


def _after_inline(state: StateCore) -> None:
    for index, token in enumerate(state.tokens):
        if token.type != "inline":
            continue
        children = token.children
        for before, child in pairwise(children):
            if child.type == "text" and before.type not in ("text", "text_special", "softbreak", "hardbreak"):
                child.content = _drop_attributes(child.content)
        if index > 1 and state.tokens[index - 2].type == "list_item_open" and children and children[0].type == "text":
            children[0].content = _TASK.sub("", children[0].content, count=1)
        typography(children)


def _drop_attributes(text):
    match = _INLINE_ATTRIBUTES.match(text)
    return text[match.end() :] if match else text
