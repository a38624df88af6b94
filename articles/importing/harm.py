"""A second opinion on sanitized HTML, by another parser and another list than those that made it."""

import re

from bs4 import BeautifulSoup

# What can run or load something, change the page, or ask the reader for something. Never in a body that was sanitized.
_ELEMENTS = "script style link meta base iframe frame frameset object embed applet form input button textarea select svg math"
_ADDRESSES = {"href", "src", "srcset", "action", "formaction", "data", "poster", "background", "xlink:href"}
_SCHEME = re.compile(r"[\s\x00-\x20]*([a-z][a-z0-9+.-]*)[\s\x00-\x20]*:", re.IGNORECASE)
_SCHEMES = {"http", "https", "mailto"}
_PICTURE = re.compile(r"data:image/(?!svg)", re.IGNORECASE)


def harmful_parts(html: str) -> list[str]:
    """What in this HTML could harm a reader, named as a report names it; empty where nothing could."""
    found = []
    for element in BeautifulSoup(html, "html.parser").find_all(True):
        if element.name in _ELEMENTS.split():
            found.append(f"<{element.name}>")
        found += [f"{name} on <{element.name}>" for name in element.attrs if name.startswith("on") or name in ("style", "srcdoc")]
        found += [
            f"{name}={value[:50]!r}"
            for name, value in element.attrs.items()
            if name in _ADDRESSES and not _is_harmless(element, value)
        ]
    return list(dict.fromkeys(found))


def _is_harmless(element, address):
    scheme = _SCHEME.match(address)
    if not scheme or scheme[1].lower() in _SCHEMES:
        return True
    return element.name == "img" and bool(_PICTURE.match(address))
