"""Source URLs: one spelling for one article, and the identities that follow from it."""

import hashlib
import re
from functools import lru_cache
from urllib.parse import SplitResult, parse_qs, parse_qsl, quote, urlencode, urlsplit
from uuid import UUID

# Parameters that say how a reader came, not what is read. "source" only with Medium's values.
_TRACKING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|spm|scm|_ga|ref_src|from_source")
_DEFAULT_PORTS = {"http": 80, "https": 443}
# A name of letters, digits, hyphens and (against the rules, yet met) underscores, or an IPv6 address; RFC 1035's longest.
_HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*|[0-9a-f:]*:[0-9a-f:.]+")
# RFC 3986, section 2.3, and what may stand in a path or a query beside it.
_PATH_SAFE = "/:@!$&'()*+,;=-._~%"
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})?")
_YOUTUBE_HOST = re.compile(r"(?:[a-z]+\.)?youtube(?:-nocookie)?\.com")
_YOUTUBE_PATH = re.compile(r"/(?:embed|shorts|live|v)/([A-Za-z0-9_-]{11})(?![A-Za-z0-9_-])")
# Most posts' source, which is in its one spelling already.
_NORMALIZED_VIDEO = re.compile(r"https://www\.youtube\.com/watch\?v=[A-Za-z0-9_-]{11}")
_YOUTUBE_ID = re.compile(r"[A-Za-z0-9_-]{11}")


@lru_cache(10_000)  # A batch asks several times.
def path_key(path: str) -> UUID:
    """The first 128 bits of the path's SHA-256."""
    return UUID(bytes=hashlib.sha256(path.encode()).digest()[:16])


def identity_of(normalized_url: str, path: str) -> UUID:
    """What makes two files one post: their normalized source URL or, where that tells nothing, their path in the archive."""
    key = f"url {normalized_url}" if normalized_url and not _is_home_page(normalized_url) else f"path {path}"
    return UUID(bytes=hashlib.sha256(key.encode()).digest()[:16])


def _is_home_page(url):
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def normalize_url(url: str) -> str:
    """An http(s) URL in its one spelling; an empty string for anything else.

    Lower-case scheme and host (IDNA), no user, default port, fragment or tracking parameters; the other parameters sorted;
    percent-encoding in upper case and only where RFC 3986 needs it. A YouTube video is its `v`. Normalizing twice changes nothing.
    """
    if _NORMALIZED_VIDEO.fullmatch(url):
        return url
    try:
        parts = urlsplit(url.strip())
        scheme, host, port = parts.scheme.lower(), _host(parts.hostname or ""), parts.port
        if scheme not in _DEFAULT_PORTS or not host:
            return ""
        if video := youtube_video(host, parts):
            return f"https://www.youtube.com/watch?v={video}"
        query = urlencode(sorted(_kept(parts.query)))
    except ValueError:
        return ""
    if port is not None and port != _DEFAULT_PORTS[scheme]:
        host = f"{host}:{port}"
    return f"{scheme}://{host}{_path(parts.path)}" + (f"?{query}" if query else "")


def source_host(url: str) -> str:
    """The host of a normalized URL as sites are named by: without port and "www."."""
    host = urlsplit(url).netloc
    return re.sub(r":\d+\Z", "", host).removeprefix("www.")


def _host(host):
    """The host as it stands in a normalized URL; empty if it can't be one."""
    host = host.rstrip(".")
    host = (host if host.isascii() else host.encode("idna").decode("ascii")).lower()
    if not _HOST.fullmatch(host):
        return ""
    return f"[{host}]" if ":" in host else host


def _path(path):
    return quote(_PERCENT.sub(_one_spelling, path or "/"), safe=_PATH_SAFE, errors="replace")


def _one_spelling(match):
    if not match[1]:
        return "%25"
    character = chr(int(match[1], 16))
    return character if character.isascii() and (character.isalnum() or character in "-._~") else match[0].upper()


def _kept(query):
    for name, value in parse_qsl(query, keep_blank_values=True, errors="surrogateescape", max_num_fields=None):
        medium = name == "source" and value.startswith("rss-")
        if not medium and not _TRACKING.fullmatch(name.lower()):
            yield name.encode("utf-8", "surrogateescape"), value.encode("utf-8", "surrogateescape")


def youtube_video(host: str, parts: SplitResult) -> str:
    """The ID of the YouTube video that an address shows, or an empty string. `host` is the address's in lower case."""
    candidate = ""
    if host.removeprefix("www.") == "youtu.be":
        candidate = parts.path.strip("/")
    elif _YOUTUBE_HOST.fullmatch(host):
        if match := _YOUTUBE_PATH.match(parts.path):
            return match[1]
        if parts.path.rstrip("/") == "/watch":
            candidate = parse_qs(parts.query).get("v", [""])[0]
    return candidate if _YOUTUBE_ID.fullmatch(candidate) else ""
