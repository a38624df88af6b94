"""The lines that the archives' crawler writes above each body: they repeat the front matter and are no part of the post."""

import html
import re
from urllib.parse import unquote, urlsplit

# The time of publication in milliseconds; the crawler writes "NaN" where it knew none.
_COMMENT = re.compile(r"\s*<!--[^<>\n]*-->[ \t]*(?:\n|\Z)")
# Parted at its last "](" afterwards: a pattern that looks for that takes time squared for a line of thousands.
_LINK_LINE = re.compile(r"\s*\[(?P<link>[^\n]*)\)[ \t]*(?:\n|\Z)")
_LINE = re.compile(r"[ \t\n]*(?P<title>[^\n]+)(?:\n|\Z)")
_DASHES = re.compile(r"[ \t]*-{3,}[ \t]*(?:\n|\Z)")


def drop_header(body: str, title: str, source_url: str) -> str:
    """The body without its header: `<!--1694438773000-->`, `[title](source url)`, `------`, any of which may be missing.

    A link counts as the header's only where its text is the post's title or its address the post's source, a plain line only
    between the comment and the dashes, and dashes only below one of the others: other headings and rules stay.
    """
    start = position = _end(_COMMENT, body, 0)
    link = _LINK_LINE.match(body, position)
    link_text, bracket, link_url = link["link"].rpartition("](") if link else ("", "", "")
    if bracket and (_same_title(link_text, title) or _same_address(link_url, source_url)):
        position = link.end()
    elif start and (line := _LINE.match(body, position)) and _same_title(line["title"], title) and _DASHES.match(body, line.end()):
        position = line.end()
    if position:
        position = _end(_DASHES, body, position)
    return body[position:]


def _end(pattern, body, position):
    match = pattern.match(body, position)
    return match.end() if match else position


def _same_title(written, title):
    return _letters(written) == _letters(title) != ""


def _letters(title):
    """What two ways of writing a title share: neither backslashes, quotes, entities nor spaces."""
    return re.sub(r"[\s\\\"'“”‘’]+", "", html.unescape(title)).casefold()


def _same_address(written, source_url):
    return bool(source_url) and _address(written) == _address(source_url)


def _address(url):
    try:
        parts = urlsplit(url.strip(" <>"))
    except ValueError:
        return url
    return parts.netloc.lower(), unquote(parts.path).rstrip("/"), unquote(parts.query)
