from django.templatetags.static import static
from django.urls import path, re_path, register_converter
from django.utils.functional import lazy
from django.views.generic import RedirectView, TemplateView

from . import converters, feeds, sitemaps
from .kinds import KINDS
from .views import captures, discoveries, history, lists, names, posts, preferences, search

manifest = TemplateView.as_view(template_name="manifest.webmanifest", content_type="application/manifest+json")
# At the top, because a service worker serves what is below its own address.
service_worker = TemplateView.as_view(template_name="service-worker.js", content_type="text/javascript")

# Asked for by whoever reads no page. Its own address changes with the picture, so that it isn't told as permanent.
favicon = RedirectView.as_view(url=lazy(static, str)("icon-192.png"))

register_converter(converters.Day, "day")
register_converter(converters.DayOfAnyYear, "day_of_any_year")
register_converter(converters.Year, "year")
register_converter(converters.Month, "month")
register_converter(converters.Segment, "segment")
register_converter(converters.Number, "number")
register_converter(converters.Sha256, "sha256")


def _of_kind(kind):
    """The list of all names of a kind, the posts of one, and their feed."""
    return [
        path(f"{kind.path}/", names.name_list, {"kind": kind}, name=kind.list_url_name),
        path(f"{kind.path}/<segment:slug>/", names.name_detail, {"kind": kind}, name=kind.detail_url_name),
        path(f"{kind.path}/<segment:slug>/atom.xml", feeds.name_feed, {"kind": kind}, name=kind.feed_url_name),
    ]


urlpatterns = [
    path("", lists.latest, name="latest"),
    path("<day:day>/<segment:slug>/", posts.post_detail, name="post-detail"),
    path("<day:day>/<segment:slug>/history/", history.history, name="post-history"),
    path("<day:day>/<segment:slug>/history/compare/", history.compare, name="post-compare"),
    path("<day:day>/<segment:slug>/timemap/", history.at_own_address(captures.time_map), name="time-map"),
    path("<day:day>/<segment:slug>/timegate/", history.at_own_address(captures.time_gate), name="time-gate"),
    path("timemap/<path:url>", captures.time_map_of_source, name="time-map-of-source"),
    path("timegate/<path:url>", captures.time_gate_of_source, name="time-gate-of-source"),
    path("captures/<sha256:sha256>/", captures.capture, name="capture"),
    path("captures/<sha256:sha256>/file/", captures.capture_file, name="capture-file"),
    path("on-this-day/", discoveries.on_this_day, name="on-this-day-today"),
    path("on-this-day/<day_of_any_year:day>/", discoveries.on_this_day, name="on-this-day"),
    path("random/", discoveries.random, name="random"),
    path("changes/", history.changes, name="changes"),
    path("changes/atom.xml", feeds.changes_feed, name="changes-feed"),
    path("archive/", lists.archive, name="archive"),
    path("<year:year>/", lists.year_archive, name="year-archive"),
    path("<year:year>/<month:month>/", lists.month_archive, name="month-archive"),
    path("<day:day>/", lists.day_archive, name="day-archive"),
    *(pattern for kind in KINDS.values() for pattern in _of_kind(kind)),
    path("preferences/", preferences.preferences, name="preferences"),
    path("search/", search.search, name="search"),
    path("search/atom.xml", feeds.search_feed, name="search-feed"),
    path("search/suggest.json", search.suggest, name="search-suggest"),
    path("atom.xml", feeds.latest_feed, name="feed"),
    path("feed.xml", feeds.latest_feed),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/days.xml", sitemaps.days, name="sitemap-days"),
    path("sitemaps/<segment:section>-<number:part>.xml", sitemaps.part, name="sitemap-part"),
    path("offline/", TemplateView.as_view(template_name="offline.html"), name="offline"),
    path("manifest.webmanifest", manifest, name="manifest"),
    path("service-worker.js", service_worker),
    path("favicon.ico", favicon),
    path("robots.txt", sitemaps.robots, name="robots"),
    re_path(r"^(?:.+/)?(?P<day>[0-9]{4}/[0-9]{2}/[0-9]{2})/(?P<slug>[^/\x00]+)/?$", posts.jekyll_address),
]
