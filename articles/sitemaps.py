"""Sitemaps (sitemaps.org 0.9) in parts that hold a range of ids each, so that none has to count or skip; and robots.txt."""

from collections.abc import Iterator
from datetime import date

from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.html import escape

from .kinds import KINDS
from .links import name_address, post_address
from .models import ArchiveDay, Post

# The protocol allows 50,000 addresses a part; fewer are answered sooner.
_IDS_A_PART = 10_000
_NOT_FOR_ROBOTS = [
    *("/admin/", "/preferences/", "/random/", "/*/history/compare/"),
    *("/search/*%3A", "/search/*_than=", "/search/atom.xml", "/search/suggest.json"),
]
_SECTIONS = {"posts": Post.objects.published()} | {kind.path: kind.model.objects.in_use() for kind in KINDS.values()}


def index(request):
    paths = [reverse("sitemap-days")]
    for section, rows in _SECTIONS.items():
        paths += [reverse("sitemap-part", args=[section, part]) for part in _parts(rows)]
    return _xml(request, "sitemapindex", "sitemap", [(path, None) for path in paths])


def _parts(rows) -> Iterator[int]:
    """The numbers of the parts that hold something: ids of what was undone or hidden are passed over at once."""
    part = 0
    while first := rows.filter(pk__gte=part * _IDS_A_PART).order_by("pk").values_list("pk", flat=True).first():
        yield first // _IDS_A_PART
        part = first // _IDS_A_PART + 1


def days(request):
    """The pages that aren't about one post or name: the lists and the months."""
    paths = [reverse(name) for name in ("latest", "archive", "changes", *(kind.list_url_name for kind in KINDS.values()))]
    months = ArchiveDay.objects.filter(post_count__gt=0).dates("day", "month")
    paths += [reverse("month-archive", args=[month.year, month.month]) for month in months]
    return _xml(request, "urlset", "url", [(path, None) for path in paths])


def part(request, section, part):
    if section not in _SECTIONS:
        raise Http404
    first = part * _IDS_A_PART
    rows = _SECTIONS[section].filter(pk__gte=first, pk__lt=first + _IDS_A_PART).order_by("pk")
    if section == "posts":
        found = rows.values_list("day", "slug", Coalesce("changed_at", "published_at"))
        entries = [(post_address(day, slug), changed_at) for day, slug, changed_at in found]
    else:
        url_name = next(kind.detail_url_name for kind in KINDS.values() if kind.path == section)
        entries = [(name_address(url_name, slug), None) for slug in rows.values_list("slug", flat=True)]
    if not entries:
        # The protocol knows no sitemap without an address.
        raise Http404
    return _xml(request, "urlset", "url", entries)


def robots(request):
    """RFC 9309. A search is a page as others are; narrowed by its own links it has no end, and asks much of the database."""
    sitemap = request.build_absolute_uri(reverse("sitemap"))
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _NOT_FOR_ROBOTS), "", f"Sitemap: {sitemap}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _xml(request, root, element, entries: list[tuple[str, date | None]]):
    base = f"{request.scheme}://{request.get_host()}"
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">']
    for path, changed_at in entries:
        lastmod = f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
        lines.append(f"<{element}><loc>{escape(base + path)}</loc>{lastmod}</{element}>")
    lines += [f"</{root}>", ""]
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
