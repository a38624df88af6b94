"""A post, under its own address and under every other that leads to it."""

import unicodedata
from datetime import datetime
from urllib.parse import unquote

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ..models import Post
from ..querysets import Place


def post_detail(request, day, slug):
    """The post at its own address; 301 from its other ones."""
    post = _find(Post.objects.for_page(), day, _spellings(slug))
    if (post.day, post.slug) != (day, slug):
        return redirect(post, permanent=True)
    context = {"post": post, "own_player": post.video and f'data-embed="{post.video}"' not in post.body_html}
    return render(request, "articles/post_detail.html", context | _neighbours(post))


def jekyll_address(request, day, slug):
    """301 from the addresses of Jekyll's own permalink styles: /2023/09/11/slug.html, with categories before it or not."""
    try:
        day = datetime.strptime(day, "%Y/%m/%d").date()
    except ValueError:
        raise Http404(_("There is no such day.")) from None
    spellings = _spellings(slug)
    if slug.endswith(".html"):
        spellings += _spellings(slug.removesuffix(".html"))
    return redirect(_find(Post.objects.only("day", "slug"), day, spellings), permanent=True)


def _find(posts, day, slugs):
    """The post that the first of these slugs leads to. Raises Http404."""
    found = {post.found_slug: post for post in posts.published().at(day, slugs)}
    for slug in slugs:
        if slug in found:
            return found[slug]
    raise Http404(_("There is no such post."))


def _spellings(slug):
    """An address as it came and as it may have been meant: macOS decomposes letters, and some links are encoded twice."""
    spellings = [slug, *(unicodedata.normalize(form, slug) for form in ("NFC", "NFD")), unquote(slug)]
    return list(dict.fromkeys(each for each in spellings if "\x00" not in each))


def _neighbours(post):
    """The posts before and after in the archive's order."""
    place = Place(post.day, post.published_at, post.id)
    posts = Post.objects.published().only("title", "day", "slug", "language")
    return {
        "older": posts.older_than(place).newest_first().first(),
        "newer": posts.newer_than(place).oldest_first().first(),
    }
