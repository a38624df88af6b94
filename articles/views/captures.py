"""Captures under addresses that stay, and the way to them by time: Memento, RFC 7089."""

import re
from io import BytesIO
from itertools import chain
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _

from ..history.changes import file_of
from ..history.memento import LINK_FORMAT, link_header, memento_links
from ..importing.urls import identity_of, normalize_url
from ..models import Post, Revision


def capture(request, sha256):
    """A capture as a page: what its file says, made safe."""
    revision = _capture(sha256)
    post = revision.post
    context = {
        "post": post,
        "revision": revision,
        "file": file_of(revision, post),
        "address": request.build_absolute_uri(revision.get_absolute_url()),
    }
    response = render(request, "articles/capture.html", context)
    response["Memento-Datetime"] = http_date(revision.arrived_at.timestamp())
    response["Link"] = link_header(_address(request, post), post.source_url)
    return response


def capture_file(request, sha256):
    """A capture's bytes as they came, as a download: nothing that was archived runs in a reader's browser."""
    revision = _capture(sha256)
    name = re.sub(r"[\x00-\x1f\x7f]", "_", revision.path.rpartition("/")[2])
    return FileResponse(
        BytesIO(bytes(revision.content)),
        as_attachment=True,
        filename=name or f"{sha256.hex()}.md",
        content_type="text/plain",
        headers={"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"},
    )


def time_map_of_source(request, url):
    """The TimeMap of the post from this source, as Memento's clients ask for it: with the whole URL behind the address."""
    return time_map(request, _post_from(url, request))


def time_gate_of_source(request, url):
    return time_gate(request, _post_from(url, request))


def time_map(request, post):
    captures = _in_time(post)
    rels = ["memento"] * len(captures)
    rels[0] = f"first {rels[0]}"
    rels[-1] = rels[-1].replace("memento", "last memento")
    original, gate, itself = memento_links(_address(request, post), post.source_url)
    lines = [original, gate, itself.replace('rel="timemap"', 'rel="self"')]
    lines += [
        f'<{request.build_absolute_uri(each.get_absolute_url())}>; rel="{rel}"; datetime="{http_date(each.arrived_at.timestamp())}"'
        for each, rel in zip(captures, rels, strict=True)
    ]
    return HttpResponse(",\n".join(lines) + "\n", content_type=LINK_FORMAT)


def time_gate(request, post):
    """302 to the capture that was the newest at the time asked for; before the first, to the first (RFC 7089, section 4.5.3)."""
    captures = _in_time(post)
    asked = request.headers.get("Accept-Datetime")
    moment = parse_http_date_safe(asked) if asked else None
    if asked and moment is None:
        reason = _("Accept-Datetime is written like “Mon, 11 Sep 2023 13:26:13 GMT”.")
        return HttpResponseBadRequest(reason, content_type="text/plain; charset=utf-8")
    # Seconds, as the header has them.
    past = [each for each in captures if moment is None or int(each.arrived_at.timestamp()) <= moment]
    found = past[-1] if past else captures[0]
    response = HttpResponse(status=302)
    response["Location"] = found.get_absolute_url()
    response["Link"] = link_header(_address(request, post), post.source_url)
    patch_vary_headers(response, ["accept-datetime"])
    return response


def _in_time(post):
    return list(Revision.objects.captures().filter(post=post).in_order_of_arrival().only("sha256", "arrived_at"))


def _post_from(url, request):
    # Servers on the way may have merged the two slashes.
    url = re.sub(r"^(https?):/+", r"\1://", url)
    query = request.META.get("QUERY_STRING", "")
    normalized = normalize_url(f"{quote(url, safe='/:@%')}?{query}")
    if not normalized:
        raise Http404(_("The archive has nothing from this address."))
    posts = Post.objects.published().only("day", "slug", "source_url")
    edited = Revision.objects.filter(kind=Revision.Kind.EDIT).values("post")
    # By what its files say or, where an editor corrected that, by what the post itself links to.
    corrected = posts.filter(normalized_url=normalized, pk__in=edited).order_by("pk")
    for post in chain(posts.filter(identity=identity_of(normalized, "")), corrected):
        return post
    raise Http404(_("The archive has nothing from this address."))


def _capture(sha256):
    posts_texts = ("post__body_html", "post__text")
    captures = Revision.objects.captures().filter(post__hidden=False).select_related("post").defer(*posts_texts)
    return get_object_or_404(captures, sha256=sha256)


def _address(request, post):
    return request.build_absolute_uri(post.get_absolute_url())
