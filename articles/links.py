"""Addresses of posts, days and names, by the hundred.

`reverse` is asked once for the form of an address, and the parts are filled in here: asked for each of a list's two hundred
links, it would take most of the page's time.
"""

from datetime import date
from functools import cache, lru_cache
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS


def post_address(day: date | str, slug: str) -> str:
    """The path of a post; `day` may be written already, as 2023-09-11. As `Post.get_absolute_url` gives it."""
    before, after = _post_form()
    return f"{before}{day}/{slug.translate(_QUOTED)}{after}"


@lru_cache(maxsize=10_000)
def name_address(url_name: str, slug: str) -> str:
    """The path of a name's page, as `reverse(url_name, args=[slug])` gives it."""
    before, after = _name_form(url_name)
    return f"{before}{slug.translate(_QUOTED)}{after}"


def day_address(day: date) -> str:
    """The path of a day's page, as `reverse("day-archive", args=[day])` gives it."""
    before, after = _day_form()
    return f"{before}{day.isoformat()}{after}"


class _Quoted(dict):
    """A table for `str.translate` that quotes as `reverse` does, and is filled as characters are met: ten times faster."""

    def __missing__(self, code):
        quoted = self[code] = quote(chr(code), safe=RFC3986_SUBDELIMS + "/~:@")
        return quoted


_QUOTED = _Quoted()


@cache
def _post_form():
    return reverse("post-detail", args=[date.min, "-"]).split(f"{date.min}/-")


@cache
def _day_form():
    return reverse("day-archive", args=[date.min]).split(str(date.min))


@cache
def _name_form(url_name):
    return reverse(url_name, args=["-"]).rsplit("-", 1)
