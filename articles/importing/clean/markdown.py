"""Markdown to HTML, so that a reader sees what kramdown (input GFM, as Jekyll calls it) shows."""

from markdown_it import MarkdownIt
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

# Longer ones are shown as they stand: rendering them would keep a worker for minutes. The longest real one has 220,000 characters.
_LONGEST = 1_000_000

_parser = (
    MarkdownIt("commonmark", {"html": True, "typographer": True})
    .enable(["table", "strikethrough", "smartquotes", "replacements"])
    .use(footnote_plugin)
    .use(deflist_plugin)
)


def is_html(body: str) -> bool:
    """Whether the body is HTML from its first to its last character."""
    body = body.strip()
    return body.startswith("<") and body.endswith(">")


def render(body: str) -> str:
    """HTML of a body, which is HTML already, or Markdown, or Markdown with blocks of HTML in it."""
    if is_html(body) or len(body) > _LONGEST:
        return body
    return _parser.render(body)
