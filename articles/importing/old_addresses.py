"""Addresses that a file's front matter names: Jekyll's `permalink` and the `redirect_from` of jekyll-redirect-from."""

import re
import unicodedata
from datetime import datetime
from urllib.parse import unquote, urlsplit

from .slugs import pretty

# What Postgres puts into an index: 2,704 bytes, of up to four for a character.
_LONGEST = 600
_PLACEHOLDER = re.compile(r":([a-z_]+)")
# Placeholders whose values strftime knows.
_TIMES = {
    "month": "%m",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "short_year": "%y",
    "y_day": "%j",
    "short_month": "%b",
    "long_month": "%B",
    "short_day": "%a",
    "long_day": "%A",
    "w_year": "%G",
    "week": "%V",
    "w_day": "%u",
}
_UNSEEN = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


def address_key(path: str) -> str:
    """What all spellings of an address share: /a/b, /a/b/, /a/b.html and /a/b/index.html, percent-encoded and composed or not.

    Empty for the home page, and for what is too long to be an address of a page.
    """
    path = unicodedata.normalize("NFC", _UNSEEN.sub("", unquote(path)))
    path = re.sub("/+", "/", path).strip("/ ")
    path = re.sub(r"(?:^|/)index\.html?$|\.html?$", "", path).rstrip("/ ")
    return path if len(path) <= _LONGEST else ""


def old_addresses(values: dict, moment: datetime, name: str, categories: list[str]) -> list[str]:
    """The keys of all addresses that this front matter names.

    `moment` is the post's date in the archive's zone, `name` what its slug is made of.
    """
    redirects = values.get("redirect_from")
    redirects = redirects if isinstance(redirects, list) else [redirects]
    named = [each for each in redirects if isinstance(each, str)]
    if isinstance(values.get("permalink"), str):
        named.insert(0, _expand(values["permalink"], moment, name, categories))
    return list(dict.fromkeys(key for each in named if (key := address_key(_path(each)))))


def names_a_host(address: str) -> bool:
    """Whether an address leads to some site, not to a path: https://a.example/b, or //a.example/b."""
    try:
        return bool(urlsplit(address).netloc)
    except ValueError:
        return False


def _path(address):
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _expand(template, moment, name, categories):
    """Fill in a permalink's placeholders as Jekyll does (https://jekyllrb.com/docs/permalinks/#placeholders); others stay."""
    values = {
        **{key: f"{moment:{form}}" for key, form in _TIMES.items()},
        "year": f"{moment.year:04}",
        "i_month": str(moment.month),
        "i_day": str(moment.day),
        "title": pretty(name),
        "slug": _slugify(name),
        "categories": "/".join(dict.fromkeys(each.lower() for each in categories)),
        "slugified_categories": "/".join(dict.fromkeys(map(_slugify, categories))),
        "output_ext": ".html",
    }

    def value_of(match):
        # In :year_:month the underscore belongs to neither.
        key = match[1] if match[1] in values else match[1].removesuffix("_")
        return values[key] + match[1][len(key) :] if key in values else match[0]

    return _PLACEHOLDER.sub(value_of, template)


def _slugify(name):
    """Jekyll's slugify in its mode "default": letters, marks and digits, in lower case."""
    return re.sub(r"[._~!$&'()+,;=@-]+", "-", pretty(name)).strip("-").lower()
