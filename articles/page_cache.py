"""Pages as they were sent, kept until the archive changes; see docs/decisions/page-cache.md.

A page is the same for every reader but for the language, the script and the encoding they get, and the day.
"""

import re
from functools import cache as once
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from django.utils.text import compress_string
from django.utils.translation import get_language_from_request

from .compiled import CompiledQuery
from .middleware import is_for_editors, preferences_of
from .models import ArchiveVersion

# What isn't asked for so long makes room for other pages, and so do those larger than this.
_KEPT_SECONDS = 3600
_KEPT_BYTES = 256 * 1024
# What the key tells apart. A page that differs by anything else isn't kept.
_VARIES_BY = {"accept-encoding", "accept-language", "cookie"}
_TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))")
_COMPRESSED = re.compile(r"text/|application/(?:\w+\+)?(?:xml|json)")

_VERSION = CompiledQuery(lambda: ArchiveVersion.objects.values_list("version"))


class Page(NamedTuple):
    """A page as it is sent."""

    headers: dict[str, str]
    content: bytes


def page_cache(get_response):
    """Answer from what is kept, with 304 where the reader has it already; keep what is answered anew."""
    if settings.DEBUG:
        raise MiddlewareNotUsed  # Templates change under us.

    def middleware(request):
        if request.method not in ("GET", "HEAD") or is_for_editors(request):
            return get_response(request)
        takes_gzip = bool(_TAKES_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))
        # Which state of the archive a page shows is asked first: what changes meanwhile is kept under the state before.
        key = _key(request, takes_gzip)
        page = cache.get(key)
        if page is None:
            response = get_response(request)
            if not _is_for_everybody(request, response):
                return response
            page = _page(response, takes_gzip)
            if len(page.content) <= _KEPT_BYTES and request.method == "GET":
                cache.set(key, page, _KEPT_SECONDS)
        response = HttpResponse(page.content, headers=page.headers)
        return get_conditional_response(request, page.headers["ETag"], response=response)

    return middleware


def _key(request, takes_gzip):
    version = _VERSION.first()
    parts = (
        *(_release(), version and version.version, timezone.localdate(), request.scheme, request.get_host()),
        *(request.get_full_path(), get_language_from_request(request), preferences_of(request), takes_gzip),
    )
    return blake2b("\n".join(map(str, parts)).encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _is_for_everybody(request, response):
    if response.status_code != 200 or response.streaming or response.cookies or request.session.accessed:
        return False
    varies_by = {name.strip().lower() for name in response.get("Vary", "").split(",")} - {""}
    return varies_by <= _VARIES_BY and not response.has_header("Cache-Control")


def _page(response, takes_gzip) -> Page:
    """What is sent, with all headers. A page is compressed once; nothing secret stands in it that its length could tell."""
    content = response.content
    # Pages may come to differ in what a reader doesn't see; so the content itself tells whether it is another.
    tag = blake2b(content, digest_size=16).hexdigest()
    if _COMPRESSED.match(response.get("Content-Type", "")):
        patch_vary_headers(response, ["Accept-Encoding"])
        if takes_gzip:
            content, tag = compress_string(content), f"{tag}-gzip"
            response["Content-Encoding"] = "gzip"
    response["ETag"] = f'"{tag}"'
    response["Content-Length"] = str(len(content))
    # Browsers keep it, too, and ask each time whether it is still the same.
    patch_cache_control(response, no_cache=True)
    return Page(dict(response.items()), content)


@once
def _release() -> str:
    """Tells one state of the code and its settings from another: a shared cache outlives an upgrade."""
    stamp = blake2b(f"{settings.SITE_NAME}\n{settings.TIME_ZONE}\n".encode(), digest_size=16)
    for folder in ("articles", "newsarchive", "templates", "static", "locale"):
        for path in sorted(Path(settings.BASE_DIR / folder).rglob("*.*")):
            if path.suffix != ".pyc":
                stamp.update(f"{path} {path.stat().st_mtime_ns}\n".encode())
    return stamp.hexdigest()
