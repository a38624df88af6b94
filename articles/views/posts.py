"""A post, under its own address and under every other that leads to it."""

import unicodedata
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple
from urllib.parse import unquote

from django.contrib.postgres.fields import ArrayField
from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.db import models
from django.db.models.functions import Collate
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from ..compiled import CompiledQuery, Parameter
from ..history.memento import link_header
from ..importing.old_addresses import address_key
from ..links import post_address
from ..models import Permalink, Post
from ..search.related import related_to

_IDS = ArrayField(models.BigIntegerField())
_AT = CompiledQuery(
    lambda: (
        Post.objects.published()
        .at(Parameter("day", models.DateField()), Parameter("slug", models.TextField()))
        .for_page(related=Parameter("related", _IDS))
    )
)
_LINKED = CompiledQuery(
    lambda: Post.objects.published().among(Parameter("ids", _IDS)).as_link().values_list("link", named=True),
)
_RELATED = 5


class _Related(NamedTuple):
    """The ids of the posts related to one; None where it took too long to tell. `title` is the one that they follow from."""

    post_id: int
    title: str
    ids: list[int] | None


def post_detail(request, day, slug):
    """The post at its own address; 301 from its other ones."""
    key = _related_key(day, slug)
    related = caches["related"].get(key)
    post = _AT.first(day=day, slug=slug, related=(related and related.ids) or [])
    if not post:
        return _redirect_to_post(day, _spellings(slug))
    path = post_address(post.day, post.slug)
    if (post.day, post.slug) != (day, slug):
        return HttpResponsePermanentRedirect(path)
    links = post.related
    if not related or related[:2] != (post.id, post.title):
        related = _Related(post.id, post.title, related_to(post.id, post.title, _RELATED))
        # The database has enough to do where it took too long: it is asked again in a minute.
        caches["related"].set(key, related, DEFAULT_TIMEOUT if related.ids is not None else 60)
        links = [row.link for row in _LINKED.rows(ids=related.ids or [])]
    address = request.build_absolute_uri(path)
    response = render(request, "articles/post_detail.html", {"post": post, "address": address, "related": links})
    if related.ids is None:
        patch_cache_control(response, no_store=True)
    response["Link"] = link_header(address, post.source_url)
    return response


def jekyll_address(request, day, slug):
    """301 from the addresses of Jekyll's own permalink styles: /2023/09/11/slug.html, with categories before it or not."""
    if post := post_at_old_address(request.path_info):
        return redirect(post, permanent=True)
    try:
        day = datetime.strptime(day, "%Y/%m/%d").date()
    except ValueError:
        raise Http404(_("There is no such day.")) from None
    return _redirect_to_post(day, _spellings(slug))


def post_at_old_address(path: str) -> Post | None:
    """The post whose front matter names this path as `permalink` or `redirect_from`; of several, the one with the earliest file."""
    posts = Post.objects.published().filter(revisions__files__old_addresses__key=address_key(path))
    return posts.order_by("revisions__published_at", Collate("revisions__files__path", "C")).only("day", "slug").first()


def _redirect_to_post(day, slugs):
    """301 to the post that the first of these slugs leads to. Raises Http404."""
    links = Permalink.objects.filter(day=day, slug__in=slugs, post__hidden=False).select_related("post")
    found = {link.slug: link.post for link in links.only("slug", "post__day", "post__slug")}
    for slug in slugs:
        if slug in found:
            return redirect(found[slug], permanent=True)
    raise Http404(_("There is no such post."))


def _spellings(slug):
    """A slug as it came and as it may have been meant: with Jekyll's ending, encoded twice, or decomposed as macOS does it."""
    plain = [slug, unquote(slug)]
    plain += [each.removesuffix(".html") for each in plain]
    spellings = [unicodedata.normalize(form, each) for each in plain for form in ("NFC", "NFD")]
    return [each for each in dict.fromkeys([slug, *spellings]) if each and "\x00" not in each]


def _related_key(day, slug):
    return blake2b(f"{day} {slug}".encode(), digest_size=16).hexdigest()
