"""Addresses of posts and names, by the hundred.

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
    return f"{before}{day}/{quote(slug, safe=_SAFE)}{after}"


@lru_cache(maxsize=10_000)
def name_address(url_name: str, slug: str) -> str:
    """The path of a name's page, as `reverse(url_name, args=[slug])` gives it."""
    before, after = _name_form(url_name)
    return f"{before}{quote(slug, safe=_SAFE)}{after}"


# What `reverse` leaves as it is in an argument.
_SAFE = RFC3986_SUBDELIMS + "/~:@"


@cache
def _post_form():
    return reverse("post-detail", args=[date.min, "-"]).split(f"{date.min}/-")


@cache
def _name_form(url_name):
    return reverse(url_name, args=["-"]).rsplit("-", 1)
