"""The attributes that are kept, and those that are set: links resolved, tables made to scroll, footnotes told from other ids."""

from lxml import etree

from .links import absolute
from .sanitize import ALWAYS_SET

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


def keep_attributes(body: etree._Element, base: str) -> None:
    """Drop every attribute that isn't needed, resolve links against `base`, and wrap tables so that they can scroll."""
    for element in list(body.iter("*")):
        tag = element.tag
        if element.attrib and tag not in _SETTLED:
            if tag == "a":
                _settle_link(element, base)
            elif tag in ("audio", "video", "source"):
                _settle_player(element, base)
            elif element.get("class") != "embed":
                _keep(element, _KEPT.get(tag, ()))
        for name, value in ALWAYS_SET.get(tag, {}).items():
            element.set(name, value)
        if tag == "table":
            _wrap(element)


def _keep(element, names):
    for name in list(element.attrib):
        if name not in names:
            del element.attrib[name]


def _settle_link(link, base):
    video, url = link.get("data-embed"), link.get("href", "")
    in_embed = link.getparent().get("class") == "embed"
    title = link.get("title")
    link.attrib.clear()
    if address := absolute(url, base):
        link.set("href", address)
        if video and in_embed:
            link.set("data-embed", video)
        if title:
            link.set("title", title)


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
