"""Pictures and players: what loads by itself is made to wait, what can't be shown becomes a link."""

import re
from urllib.parse import urlsplit

from lxml import etree

from ..urls import youtube_video
from .links import absolute
from .sanitize import is_raster_data
from .tree import remove

# Where sites whose script loads pictures late keep the address, the more telling first.
_LATE_SOURCES = ("data-src", "data-original", "data-lazy-src", "data-actualsrc", "data-url")
_LATE_SETS = ("data-srcset", "data-lazy-srcset")
_LARGEST_SIDE = 20_000
# A picture this small is an icon, a spacer or a counter.
_ICON_SIDE = 48
# A data: picture larger than this belongs into a file; it would weigh on every page that shows the post.
_LARGEST_DATA = 200_000
_VIMEO_PATH = re.compile(r"/(?:video/|channels/[\w-]+/)?(\d{1,12})(?![\w-])")


def video_of(url: str) -> str:
    """The video that this address shows: "youtube:ID", "vimeo:ID" or empty."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https"):
        return ""
    if video := youtube_video(host, parts):
        return f"youtube:{video}"
    if host.removeprefix("www.") in ("vimeo.com", "player.vimeo.com") and (match := _VIMEO_PATH.match(parts.path)):
        return f"vimeo:{match[1]}"
    return ""


def video_address(video: str) -> str:
    """The page on which a "youtube:ID" or "vimeo:ID" is watched."""
    site, _, identifier = video.partition(":")
    return f"https://www.youtube.com/watch?v={identifier}" if site == "youtube" else f"https://vimeo.com/{identifier}"


def replace_frames(body: etree._Element, base: str) -> str:
    """Make a link of every iframe, marked `data-embed` where it is a video; return the first video, or an empty string."""
    first = ""
    for frame in list(body.iter("iframe")):
        url = absolute(frame.get("src") or frame.get("data-src") or "", base)
        video = video_of(url)
        first = first or video
        tail, frame.tail = frame.tail, None
        frame.clear()
        frame.tail = tail
        if not url:
            continue
        frame.tag = "p"
        frame.set("class", "embed")
        link = etree.SubElement(frame, "a", {"href": video_address(video) if video else url})
        link.text = link.get("href")
        if video:
            link.set("data-embed", video)
    return first


def settle_images(body: etree._Element, base: str) -> str:
    """Give every image an absolute address and a sane size, and drop those without one and counters.

    Returns the first http(s) picture that is no icon, or an empty string.
    """
    lead, previous = "", ""
    for image in list(body.iter("img")):
        url = _source_of(image, base)
        width, height = _side(image, "width"), _side(image, "height")
        # The same picture twice in a row is one with its copy for readers without scripts.
        if not url or _file_of(url) == previous or max(width or 2, height or 2) <= 1:
            remove(image)
            continue
        previous = _file_of(url)
        alt, title = image.get("alt", ""), image.get("title")
        image.attrib.clear()
        image.set("src", url)
        image.set("alt", alt)
        if title:
            image.set("title", title)
        if width and height:
            image.set("width", str(width))
            image.set("height", str(height))
        if not lead and url.startswith("http") and min(width or _LARGEST_SIDE, height or _LARGEST_SIDE) > _ICON_SIDE:
            lead = url
    return lead


def _source_of(image, base):
    """The address to load: one kept for a script, unless `src` names the same file; of several sizes the largest."""
    src = absolute(image.get("src") or "", base)
    late = [image.get(name) for name in _LATE_SOURCES] + [_largest(image.get(name)) for name in _LATE_SETS]
    for candidate in filter(None, late):
        url = absolute(candidate, base)
        if url.startswith("http") and _file_of(url) != _file_of(src):
            return url
    if src.startswith("http"):
        return src
    data = (image.get("src") or "").strip()
    if is_raster_data(data) and len(data) <= _LARGEST_DATA:
        return data
    url = absolute(_largest(image.get("srcset")), base)
    return url if url.startswith("http") else ""


def _file_of(url):
    return url.partition("?")[0].partition("#")[0] if url.startswith("http") else url


def _largest(srcset):
    """The address of the widest picture of a srcset ("a.jpg 480w, b.jpg 2x")."""
    best, best_width = "", -1.0
    for match in re.finditer(r"([^\s,]\S*[^\s,])(?:\s+([\d.]+)[wx])?\s*(?:,|$)", srcset or ""):
        width = float(match[2]) if match[2] and match[2].count(".") < 2 and match[2] != "." else 0.0
        if width > best_width:
            best, best_width = match[1], width
    return best


def _side(image, name):
    """A width or height in pixels that a browser can reserve room for."""
    digits = (image.get(name) or "").strip().removesuffix("px")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 and 0 < int(digits) <= _LARGEST_SIDE else None
