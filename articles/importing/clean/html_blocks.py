"""Blocks of HTML between Markdown, as kramdown reads them: from the tag that begins a line to the one that closes it.

CommonMark ends such a block at the first empty line; the archives' bodies hold empty lines inside of their one `<div>`.
"""

import re
from bisect import bisect_left
from functools import lru_cache

from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import html_block as commonmark_html_block

# kramdown's HTML_SPAN_ELEMENTS: these begin a paragraph, all others a block.
_SPAN_ELEMENTS = frozenset(
    "a abbr acronym b big bdo br button cite code del dfn em i img input ins kbd label mark option q rb rbc rp rt rtc ruby samp"
    " select small span strong sub sup tt u var".split()
)
_VOID_ELEMENTS = frozenset("area base br col command embed hr img input keygen link meta param source track wbr".split())
_TAG = re.compile(r"<([A-Za-z][\w:.-]*)((?:\s(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)?/?)>")
_INSTRUCTION = re.compile(r"<[!?][^<>]*>")
MARKDOWN_INSIDE = re.compile(r"\smarkdown\s*=\s*[\"']?(?:1|block|span)\b", re.IGNORECASE)
# Blocks of Markdown inside blocks of HTML inside …
_DEEPEST = 20


def starts_block(text: str, position: int) -> bool:
    """Whether the "<" at this position begins a block of HTML."""
    if text.startswith(("<!", "<?"), position):
        return _end_of_remark(text, position) > 0
    tag = _TAG.match(text, position)
    return bool(tag) and tag[1].lower() not in _SPAN_ELEMENTS


def _end_of_remark(text, position):
    """Where the comment or the instruction that begins here ends; 0 where none does."""
    if text.startswith("<!--", position) and _last_comment_end(text) > position:
        return text.index("-->", position) + 3
    instruction = _INSTRUCTION.match(text, position)
    return instruction.end() if instruction else 0


@lru_cache(maxsize=2)
def _last_comment_end(text):
    """Asked once a body: looking for the end from each of many unclosed comments would take time squared."""
    return text.rfind("-->")


def end_of_block(text: str, position: int, end: int) -> tuple[int, int, int]:
    """Where the block that begins here ends, and where its content begins and ends. `end` if nothing closes it."""
    tag = _TAG.match(text, position)
    if not tag:
        return (_end_of_remark(text, position),) * 3
    name = tag[1].lower()
    if name in _VOID_ELEMENTS or tag[2].endswith("/"):
        return (tag.end(),) * 3
    depth = 1
    same_name = re.compile(rf"<(/?){re.escape(name)}(?=[\s/>])[^<>]*>", re.IGNORECASE)
    for other in same_name.finditer(text, tag.end(), end):
        depth += -1 if other[1] else 1
        if not depth:
            return other.end(), tag.end(), other.start()
    return end, tag.end(), end


def html_block(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """A rule of markdown-it's block parser. Text after the closing tag, on its line, becomes a paragraph."""
    position = state.bMarks[start_line] + state.tShift[start_line]
    if state.is_code_block(start_line) or state.src[position : position + 1] != "<":
        return False
    if state.level or state.blkIndent:
        return commonmark_html_block(state, start_line, end_line, silent)
    if not starts_block(state.src, position):
        return False
    if silent:
        return True
    end, inner, inner_end = end_of_block(state.src, position, state.eMarks[end_line - 1])
    if MARKDOWN_INSIDE.search(state.src, position, inner) and state.env.get("html_depth", 0) < _DEEPEST:
        _push_html(state, state.src[position:inner])
        _parse_inside(state, state.src[inner:inner_end])
        _push_html(state, state.src[inner_end:end])
    else:
        _push_html(state, state.src[position:end])
    last_line = bisect_left(state.eMarks, end, start_line, end_line - 1)
    _push_paragraph(state, state.src[end : state.eMarks[last_line]].strip())
    state.line = last_line + 1
    return True


def _parse_inside(state, text):
    state.env["html_depth"] = state.env.get("html_depth", 0) + 1
    state.md.block.parse(text, state.md, state.env, state.tokens)
    state.env["html_depth"] -= 1


def _push_html(state, html):
    state.push("html_block", "", 0).content = html


def _push_paragraph(state, text):
    if not text:
        return
    state.push("paragraph_open", "p", 1)
    inline = state.push("inline", "", 0)
    inline.content, inline.children = text, []
    state.push("paragraph_close", "p", -1)
