"""Markdown to HTML, so that a reader sees what kramdown (input GFM, as Jekyll calls it) shows."""

import re
from functools import cache
from html import escape

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from .footnotes import write_footnotes
from .html_blocks import MARKDOWN_INSIDE, end_of_block, html_block, starts_block
from .kramdown import speak_kramdown

# Longer ones are shown as they stand: rendering them would keep a worker for minutes. The longest real body has 220,000 characters.
_LONGEST = 1_000_000
_LINE_STARTS_A_BLOCK = re.compile(r"\s*<[A-Za-z!/]")


def render(body: str) -> str:
    """HTML of a body, which is HTML already, or Markdown, or Markdown with blocks of HTML in it.

    Markdown of more than a million characters is shown as it is written.
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
    parser = MarkdownIt("commonmark", {"html": True}).enable("strikethrough").use(deflist_plugin).use(footnote_plugin, inline=False)
    parser.block.ruler.at("html_block", html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    speak_kramdown(parser)
    write_footnotes(parser)
    return parser
