"""Addresses: made absolute, found in text, and turned into times of a video."""

import re
from urllib.parse import urljoin, urlsplit

from lxml import etree

_SAFE_SCHEMES = ("http", "https", "mailto")
_UNLINKED = frozenset("a code pre kbd samp".split())
# ASCII only: Chinese text runs on right after an address.
_ADDRESS = r"https?://[A-Za-z0-9](?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]*[A-Za-z0-9\-_~/#@$&*+=%])?"
_TIME = r"(?<![\d:.：])(?:\d{1,2}:)?[0-5]?\d:[0-5]\d(?![\d:：.])"
_ADDRESSES = re.compile(_ADDRESS)
_ADDRESSES_AND_TIMES = re.compile(f"{_ADDRESS}|{_TIME}")


def absolute(url: str, base: str) -> str:
    """The http(s) or mailto address that this one means on the page `base`; empty where there is none or it is unsafe."""
    url = "".join(url.split())
    if not url:
        return ""
    try:
        url = urljoin(base, url) if base else url
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    return url if scheme in _SAFE_SCHEMES else ""


def link_text(body: etree._Element, video: str) -> None:
    """Link the addresses that stand in the text, and, where the post is a YouTube video, the times that do ("1:02:03")."""
    youtube_id = video.removeprefix("youtube:") if video.startswith("youtube:") else ""
    pattern = _ADDRESSES_AND_TIMES if youtube_id else _ADDRESSES
    for element in list(body.iter("*")):
        if element.tail and element is not body and pattern.search(element.tail) and not _is_unlinked(element.getparent()):
            text, links = _links_in(element.tail, pattern, youtube_id)
            element.tail = text
            for link in reversed(links):
                element.addnext(link)
        if element.text and pattern.search(element.text) and not _is_unlinked(element):
            element.text, links = _links_in(element.text, pattern, youtube_id)
            element[:0] = links


def _is_unlinked(element):
    return element.tag in _UNLINKED or any(ancestor.tag in _UNLINKED for ancestor in element.iterancestors())


def _links_in(text, pattern, youtube_id):
    """The text before the first match, and the links with the text after each as tail."""
    links, end, before = [], 0, text
    for match in pattern.finditer(text):
        if links:
            links[-1].tail = text[end : match.start()]
        else:
            before = text[: match.start()]
        links.append(_link(match[0], youtube_id))
        end = match.end()
    links[-1].tail = text[end:]
    return before, links


def _link(written, youtube_id):
    link = etree.Element("a")
    link.text = written
    if written.startswith("http"):
        link.set("href", written)
    else:
        seconds = seconds_of(written)
        link.set("href", f"https://www.youtube.com/watch?v={youtube_id}&t={seconds}s")
        link.set("data-time", str(seconds))
    return link


def seconds_of(time: str) -> int:
    """The seconds of a time written as "1:02:03" or "2:15"."""
    seconds = 0
    for part in time.split(":"):
        seconds = 60 * seconds + int(part)
    return seconds
