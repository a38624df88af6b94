"""kramdown's typographic symbols and smart quotes, in the text of Markdown (never in code, never in HTML blocks)."""

import re

from markdown_it.token import Token

_SYMBOLS = {"---": "—", "--": "–", "...": "…", "<< ": "«\xa0", " >>": "\xa0»", "<<": "«", ">>": "»"}
_FIND = re.compile(r"[^\\]?[\"']|---|--|\.\.\.|<< ?| ?>>", re.DOTALL)
_PUNCTUATION = r"[!\"#$%'()*+,\-./:;<=>?@\[\\\]^_`{|}~]"
# kramdown's SQ_RULES, in order: a pattern, and whether the quotes that it finds open or close.
_RULES = [
    (re.compile(pattern, re.ASCII | re.DOTALL), kind)
    for pattern, kind in (
        (r"()([\"'])(?=[_*]{1,2}\S)", "open"),
        (rf"()([\"'])(?={_PUNCTUATION}(?!\.\.)\B)", "close"),
        (r"(\s?)(\"')(?=\w)", "open"),
        (r"(\s?)('\")(?=\w)", "open"),
        (r"(\s?)(')(?=\d\ds)", "close"),
        (r"(\s)(['\"])(?=\w)", "open"),
        (r"([^ \\\t\r\n\[{(-])(['\"])", "close"),
        (r"()([\"'])(?=\s|s\b|$)", "close"),
        (r"(.?)(['\"])", "open"),
    )
]
_QUOTES = {"open": str.maketrans("\"'", "“‘"), "close": str.maketrans("\"'", "”’")}
# What stands in the source where a token does: a quote before it looks at it.
_SOURCE = {
    "em_open": "*",
    "em_close": "*",
    "strong_open": "**",
    "strong_close": "**",
    "s_open": "~~",
    "s_close": "~~",
    "code_inline": "`",
    "link_open": "[",
    "link_close": "]",
    "image": "![",
    "html_inline": "<",
    "softbreak": "\n",
    "hardbreak": "\n",
    "footnote_ref": "[",
}


def typography(tokens: list[Token]) -> None:
    """Set dashes, dots and quotes in the text among these inline tokens, in place."""
    in_autolink = False
    for index, token in enumerate(tokens):
        if token.type in ("link_open", "link_close") and token.info == "auto":
            in_autolink = token.type == "link_open"
        if not in_autolink and token.type == "text" and _FIND.search(token.content):
            token.content = _set(token.content, _source(tokens[index + 1 : index + 4]))


def _source(tokens):
    return "".join(token.content[:3] if token.type == "text" else token.markup or _SOURCE.get(token.type, "") for token in tokens)


def _set(text, following):
    pieces, position, source = [], 0, text + following
    while match := _FIND.search(text, position):
        pieces.append(text[position : match.start()])
        position = match.end()
        if match[0] in _SYMBOLS:
            pieces.append(_SYMBOLS[match[0]])
            continue
        for pattern, kind in _RULES:
            if (quote := pattern.match(source, match.start())) and quote.end() <= len(text):
                pieces.append(quote[1] + quote[2].translate(_QUOTES[kind]))
                position = quote.end()
                break
    return "".join(pieces) + text[position:]
