"""Markdown to HTML, so that a reader sees what kramdown (input GFM, as Jekyll calls it) shows."""

import re
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, paragraph
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from .footnotes import write_footnotes
from .html_blocks import MARKDOWN_INSIDE, end_of_block, html_block, starts_block
from .kramdown import speak_kramdown

# Longer ones are shown as they stand: rendering them would keep a worker for minutes. The longest real body has 220,000 characters.
_LONGEST = 1_000_000
# Quotes in quotes, or items in lists in items: as many as the parser, which calls itself for each, can surely go down.
_DEEPEST = 60
_LINE_STARTS_A_BLOCK = re.compile(r"\s*<[A-Za-z!/]")


def render(body: str) -> str:
    """HTML of a body, which is HTML already, or Markdown, or Markdown with blocks of HTML in it.

    Markdown of more than a million characters is shown as it is written, and so is what is nested deeper than 60 levels.
    """
    if is_html(body):
        return body
    if len(body) > _LONGEST:
        return f"<pre>{escape(body)}</pre>"
    return _parser().render(body)


def is_html(body: str) -> bool:
    """Whether all of the body is blocks of HTML, which Markdown leaves alone."""
    position, end = 0, len(body)
    while match := _LINE_STARTS_A_BLOCK.match(body, position):
        start = match.end() - 2
        if not starts_block(body, start):
            return False
        position, inner, _ = end_of_block(body, start, end)
        if MARKDOWN_INSIDE.search(body, start, inner):
            return False
    return not body[position:].strip()


@cache
def _parser() -> MarkdownIt:
    # Past maxNesting text is dropped. No rule goes down by more than two levels at once, so _too_deep comes before that.
    parser = (
        MarkdownIt("commonmark", {"html": True, "maxNesting": _DEEPEST + 2})
        .enable("strikethrough")
        .use(deflist_plugin)
        .use(footnote_plugin, inline=False)
    )
    parser.block.ruler.at("html_block", html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    speak_kramdown(parser)
    write_footnotes(parser)
    parser.block.ruler.before("code", "too_deep", _too_deep)
    return parser


def _too_deep(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """At the deepest level, whatever the text looks like it is a paragraph."""
    return state.level >= _DEEPEST and paragraph(state, start_line, end_line, silent)
