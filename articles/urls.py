from django.urls import path, re_path, register_converter

from . import converters, feeds, sitemaps
from .kinds import KINDS
from .views import lists, names, posts, preferences, search

register_converter(converters.Day, "day")
register_converter(converters.Year, "year")
register_converter(converters.Month, "month")
register_converter(converters.Segment, "segment")
register_converter(converters.Number, "number")

urlpatterns = [
    path("", lists.latest, name="latest"),
    path("<day:day>/<segment:slug>/", posts.post_detail, name="post-detail"),
    path("archive/", lists.archive, name="archive"),
    path("<year:year>/", lists.year_archive, name="year-archive"),
    path("<year:year>/<month:month>/", lists.month_archive, name="month-archive"),
    path("<day:day>/", lists.day_archive, name="day-archive"),
    *(path(f"{kind.path}/", names.name_list, {"kind": kind}, name=kind.list_url_name) for kind in KINDS),
    *(path(f"{kind.path}/<segment:slug>/", names.name_detail, {"kind": kind}, name=kind.detail_url_name) for kind in KINDS),
    *(path(f"{kind.path}/<segment:slug>/atom.xml", feeds.name_feed, {"kind": kind}, name=kind.feed_url_name) for kind in KINDS),
    path("preferences/", preferences.preferences, name="preferences"),
    path("search/", search.search, name="search"),
    path("search/atom.xml", feeds.search_feed, name="search-feed"),
    path("search/suggest.json", search.suggest, name="search-suggest"),
    path("atom.xml", feeds.latest_feed, name="feed"),
    path("feed.xml", feeds.latest_feed),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemaps/days.xml", sitemaps.days, name="sitemap-days"),
    path("sitemaps/<segment:section>-<number:part>.xml", sitemaps.part, name="sitemap-part"),
    path("robots.txt", sitemaps.robots, name="robots"),
    re_path(r"^(?:.+/)?(?P<day>[0-9]{4}/[0-9]{2}/[0-9]{2})/(?P<slug>[^/\x00]+)/?$", posts.jekyll_address),
]
