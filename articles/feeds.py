"""Atom feeds (RFC 4287) of the newest posts: of all, and of each name."""

import re

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .kinds import Kind
from .models import Post
from .views.search import SearchPage

_ENTRIES = 50
# What XML 1.0 can't hold, not even escaped.
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def latest_feed(request):
    return _feed(request, settings.SITE_NAME, reverse("latest"), Post.objects.published())


def name_feed(request, kind: Kind, slug):
    name = get_object_or_404(kind.model.objects.select_related("merged_into"), slug=slug)
    if name.merged_into:
        return redirect(kind.feed_url_name, name.merged_into.slug, permanent=True)
    title = _("%(name)s – %(site)s") % {"name": name.name, "site": settings.SITE_NAME}
    return _feed(request, title, name.get_absolute_url(), kind.posts(name))


def search_feed(request):
    """The newest hits of a search."""
    page = SearchPage(request.GET)
    found = page.newest(_ENTRIES)
    title = _("%(name)s – %(site)s") % {"name": page.text, "site": settings.SITE_NAME}
    return page.marked(_feed(request, title, page.address(), Post.objects.published().filter(pk__in=[place.id for place in found])))


def changes_feed(request):
    """The posts that changed last. Each change is an entry of its own, known by the capture that came."""
    title = _("Changed posts – %(site)s") % {"site": settings.SITE_NAME}
    feed = _empty_feed(request, title, reverse("changes"))
    for post in Post.objects.published().changed().last_changed_first().for_changes()[:_ENTRIES]:
        feed.add_item(
            title=xml_text(post.title),
            link=request.build_absolute_uri(reverse("post-history", args=[post.day, post.slug])),
            unique_id=request.build_absolute_uri(reverse("capture", args=[bytes(post.last_capture)])),
            description=escape(xml_text(post.excerpt)),
            author_name=xml_text(post.author__name) if post.author__name else None,
            pubdate=post.published_at,
            updateddate=post.changed_at,
        )
    return _feed_response(feed)


def _feed(request, title, path, posts):
    """A feed whose entries are known by their addresses, which stay: an article that changes is the same entry, updated."""
    feed = _empty_feed(request, title, path)
    for post in posts.newest_first().for_feed()[:_ENTRIES]:
        link = request.build_absolute_uri(post.get_absolute_url())
        feed.add_item(
            title=xml_text(post.title),
            link=link,
            unique_id=link,
            # Atom's summary is HTML here, as Django marks it so.
            description=escape(xml_text(post.excerpt)),
            author_name=xml_text(post.author.name) if post.author else None,
            pubdate=post.published_at,
            updateddate=post.changed_at or post.published_at,
            categories=[xml_text(name) for name, _slug in post.tags_shown],
        )
    return _feed_response(feed)


def _empty_feed(request, title, path):
    return Atom1Feed(
        title=xml_text(title),
        link=request.build_absolute_uri(path),
        feed_url=request.build_absolute_uri(),
        description=None,
        language=get_language(),
    )


def _feed_response(feed):
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def xml_text(text):
    return _NOT_XML.sub("", text)
