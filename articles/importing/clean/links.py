"""Addresses: made absolute, found in text, and turned into times of a video."""

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from lxml import etree

# The URL standard: what a host never holds, where browsers read "\\" as "/", and what they quote.
_NEVER_IN_HOST = re.compile(r"[\x00-\x20#%<>\[\\\]^|\"`{}]")
_BEFORE_QUERY = re.compile(r"[^?#]*")
_NEVER_WRITTEN = re.compile(r"[\"<>\[\\\]^`{|}]|#.*#|%(?![0-9A-Fa-f]{2})")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_WRITTEN = str.maketrans({character: quote(character) for character in '"#<>[\\]^`{|}'})
_UNLINKED = frozenset("a code pre kbd samp".split())
# ASCII only: Chinese text runs on right after an address.
_ADDRESS = r"https?://[A-Za-z0-9](?:[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]*[A-Za-z0-9\-_~/#@$&*+=%])?"
_TIME = r"(?<![\d:.：])(?:\d{1,2}:)?[0-5]?\d:[0-5]\d(?![\d:：.])"
_ADDRESSES = re.compile(_ADDRESS)
# Most links by far: nothing in them for `urljoin` to change, which takes ten times as long.
_PLAIN_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+/[A-Za-z0-9\-._~/%+,=@!$&]*(?:\?[A-Za-z0-9\-._~/%+,=@!$&:]+)?", re.ASCII)
# Above all pictures of a hundred kilobytes as data: addresses.
_OTHER_SCHEME = re.compile(r"(?!https?:|mailto:)[a-z][a-z0-9+.-]*:", re.ASCII | re.IGNORECASE)
_ADDRESSES_AND_TIMES = re.compile(f"{_ADDRESS}|{_TIME}")


def absolute(url: str, base: str) -> str:
    """The http(s) or mailto address that this one means on the page `base`; empty where there is none or it is unsafe."""
    url = "".join(url.split())
    if not url or _OTHER_SCHEME.match(url):
        return ""
    if _PLAIN_ADDRESS.fullmatch(url):
        return url
    try:
        url = urljoin(base, url) if base else url
        parts = urlsplit(_BEFORE_QUERY.sub(lambda match: match[0].replace("\\", "/"), url, count=1))
        is_address = parts.scheme == "mailto" or (parts.scheme in ("http", "https") and _has_host(parts))
    except ValueError:
        return ""
    return _spelled(parts, url) if is_address else ""


def _has_host(parts: SplitResult):
    """Raises ValueError for a port that can't be one."""
    return bool(parts.hostname and not _NEVER_IN_HOST.search(parts.hostname) and (parts.port is None or parts.port >= 0))


def _spelled(parts, url):
    """What browsers take though no address may hold it, written as they send it."""
    if not _NEVER_WRITTEN.search(url):
        return url
    return parts._replace(path=_quoted(parts.path), query=_quoted(parts.query), fragment=_quoted(parts.fragment)).geturl()


def _quoted(part):
    return _BARE_PERCENT.sub("%25", part).translate(_WRITTEN)


def link_text(body: etree._Element, video: str) -> None:
    """Link the addresses that stand in the text, and, where the post is a YouTube video, the times that do ("1:02:03")."""
    youtube_id = video.removeprefix("youtube:") if video.startswith("youtube:") else ""
    pattern = _ADDRESSES_AND_TIMES if youtube_id else _ADDRESSES
    for element in list(body.iter("*")):
        tail, text = element.tail, element.text
        # Neither an address nor a time is without one.
        if tail and ":" in tail and element is not body and not _is_unlinked(element.getparent()):
            element.tail, links = _links_in(tail, pattern, youtube_id)
            for link in reversed(links):
                element.addnext(link)
        if text and ":" in text and not _is_unlinked(element):
            element.text, links = _links_in(text, pattern, youtube_id)
            element[:0] = links


def _is_unlinked(element):
    return element.tag in _UNLINKED or any(ancestor.tag in _UNLINKED for ancestor in element.iterancestors())


def _links_in(text, pattern, youtube_id):
    """The text before the first match, and the links with the text after each as tail."""
    links, end, before = [], 0, text
    for match in pattern.finditer(text):
        address = absolute(match[0], "") if match[0].startswith("http") else _address_of_time(match[0], youtube_id)
        if not address:
            continue
        if links:
            links[-1].tail = text[end : match.start()]
        else:
            before = text[: match.start()]
        links.append(_link(match[0], address))
        end = match.end()
    if links:
        links[-1].tail = text[end:]
    return before, links


def _address_of_time(written, youtube_id):
    return f"https://www.youtube.com/watch?v={youtube_id}&t={seconds_of(written)}s"


def _link(written, address):
    link = etree.Element("a", {"href": address})
    link.text = written
    if not written.startswith("http"):
        link.set("data-time", str(seconds_of(written)))
    return link


def seconds_of(time: str) -> int:
    """The seconds of a time written as "1:02:03" or "2:15"."""
    seconds = 0
    for part in time.split(":"):
        seconds = 60 * seconds + int(part)
    return seconds
