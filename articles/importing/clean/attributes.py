"""The attributes that are kept, and those that are set: links resolved, tables made to scroll, footnotes told from other ids."""

import re

from lxml import etree

from .links import absolute
from .media import video_of
from .sanitize import ALWAYS_SET, ID_PREFIX
from .tree import NOTHING

_KEPT = {
    "abbr": {"title"},
    "bdo": {"dir"},
    "del": {"datetime"},
    "details": {"open"},
    "ins": {"datetime"},
    "ol": {"start", "reversed", "type"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "time": {"datetime"},
}
_SETTLED = frozenset(["img"])
# Of HTML's valid date strings those that name a day: without one, or with another, `time` says nothing.
_TIME = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:?\d\d)?)?", re.ASCII)


def keep_attributes(body: etree._Element, base: str) -> None:
    """Drop every attribute that isn't needed, resolve links against `base`, and wrap tables so that they can scroll."""
    for element in list(body.iter("*")):
        tag = element.tag
        if element.attrib and tag not in _SETTLED:
            if tag == "a":
                _settle_link(element, base)
            elif tag in ("audio", "video", "source"):
                _settle_player(element, base)
            else:
                _keep(element, _KEPT.get(tag, ()))
        if tag in ALWAYS_SET:
            for name, value in ALWAYS_SET[tag].items():
                element.set(name, value)
        if tag == "table":
            _wrap(element)
        elif (tag == "a" and not element.get("href")) or (tag == "time" and not _TIME.fullmatch(element.get("datetime", ""))):
            element.tag = NOTHING
    etree.strip_tags(body, NOTHING)


def _keep(element, names):
    tag = element.tag
    kept = [(name, value) for name, value in element.items() if name in names or _is_ours(tag, name, value)]
    # Most keep none, and all go faster at once than one by one.
    element.attrib.clear()
    for name, value in kept:
        element.set(name, value)


def _is_ours(tag, name, value):
    """Footnotes and the places of players, as the steps before wrote them."""
    if name == "id":
        return tag in ("li", "sup") and value.startswith(ID_PREFIX)
    return name == "class" and (tag, value) in (("p", "embed"), ("div", "footnotes"))


def _settle_link(link, base):
    url, title, video = link.get("href", ""), link.get("title"), link.get("data-embed")
    link.attrib.clear()
    if url.startswith(f"#{ID_PREFIX}"):
        link.set("href", url)
    elif address := absolute(url, base):
        link.set("href", address)
        if title:
            link.set("title", title)
        elif not _says_something(link):
            link.set("title", address)
        if video and video == video_of(address) and link.getparent().get("class") == "embed":
            link.set("data-embed", video)


def _says_something(link):
    """Whether there is a text in it, or a picture that is described; else its address has to name it."""
    return any(text.strip() for text in link.itertext()) or any(image.get("alt", "").strip() for image in link.iter("img"))


def _settle_player(element, base):
    url = absolute(element.get("src", ""), base)
    element.attrib.clear()
    if url.startswith("http"):
        element.set("src", url)


def _wrap(table):
    """Put a table into a division that scrolls; `tabindex` lets a keyboard scroll it too."""
    division = etree.Element("div", {"class": "table", "tabindex": "0"})
    division.tail, table.tail = table.tail, None
    table.getparent().replace(table, division)
    division.append(table)
