"""What templates of the archive's pages say often.

Lists are written here and not in templates: fifty posts through nested templates take longer than the rest of a page.
"""

import json
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.encoding import uri_to_iri
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..kinds import KINDS
from ..links import name_address, post_address

register = template.Library()

_NAVIGATION = [
    ("latest", gettext_lazy("Latest")),
    ("archive", gettext_lazy("Archive")),
    *((kind.list_url_name, kind.plural) for kind in KINDS),
]


@register.simple_tag
def site_name():
    return settings.SITE_NAME


@register.simple_tag(takes_context=True)
def navigation(context):
    """The links to the archive's lists, the current one marked."""
    path = context["request"].path
    return _navigation(get_language(), path if path in _navigation_paths() else "")


@cache
def _navigation_paths():
    return {reverse(url_name): label for url_name, label in _NAVIGATION}


@cache
def _navigation(language, current):
    return format_html_join(
        "\n",
        '<a href="{}"{}>{}</a>',
        (
            (address, mark_safe(' aria-current="page"') if address == current else "", label)
            for address, label in _navigation_paths().items()
        ),
    )


@register.simple_tag(takes_context=True)
def absolute(context, path):
    """The whole address of a path that is quoted already."""
    request = context["request"]
    return f"{request.scheme}://{request.get_host()}{path}"


@register.filter
def readable(address):
    """An address as people read it: with the characters that percents stand for."""
    return uri_to_iri(address)


@register.simple_tag
def page_href(**parameters):
    """A query string of these parameters, those that are empty left out."""
    return "?" + urlencode({key: value for key, value in parameters.items() if value})


@register.simple_tag
def posts_by_month(posts):
    """Rows of `for_list`, a section a month."""
    return mark_safe(
        "\n".join(_month_section(month, rows) for month, rows in groupby(posts, lambda post: (post.day.year, post.day.month)))
    )


def _month_section(month, rows):
    heading = format_html(
        '<h2><a href="{}">{}</a></h2>', reverse("month-archive", args=month), date_format(date(*month, 1), "YEAR_MONTH_FORMAT")
    )
    return f'<section class="month">\n{heading}\n{post_items(rows)}\n</section>'


@register.simple_tag
def post_items(posts):
    """Rows of `for_list`, as a list with a line a post."""
    return mark_safe(f'<ol class="posts">\n{"".join(map(_post_item, posts))}</ol>')


def _post_item(post):
    day, author = post.day.isoformat(), post.author__name
    names = [_name_link("author-detail", author, post.author__slug)] if author else []
    # Many posts are tagged with their author.
    names += [_name_link("tag-detail", *tag) for tag in post.tags_shown if tag[0] != author]
    return (
        f'<li{lang(post.language)}><time datetime="{day}">{day[5:]}</time> '
        f'<a href="{escape(post_address(day, post.slug))}">{escape(post.title)}</a> <span>{" ".join(names)}</span></li>\n'
    )


@register.simple_tag
def lang(language):
    """The attribute for text in this language; nothing where it isn't known."""
    return mark_safe(f' lang="{escape(language)}"') if language else ""


@lru_cache(maxsize=10_000)
def _name_link(url_name, name, slug):
    return mark_safe(f'<a href="{escape(name_address(url_name, slug))}">{escape(name)}</a>')


@register.simple_tag
def post_link(post, relation):
    """A link to the post beside another, given as in `for_page`."""
    day, slug, title, language = post
    return format_html('<a rel="{}" href="{}"{}>{}</a>', relation, post_address(day, slug), lang(language), title)


@register.simple_tag
def name_items(kind, names):
    """List items of (name, slug, post_count) rows."""
    return mark_safe("\n".join(f"<li>{_name_link(kind.detail_url_name, *row[:2])} <span>{row[2]}</span></li>" for row in names))


@register.inclusion_tag("articles/_calendar.html")
def calendar(month, weeks):
    weekdays = [WEEKDAYS_ABBR[number] for number in range(7)]
    return {"month": month, "weeks": weeks, "weekdays": weekdays}


@register.simple_tag
def name_link(url_name, name, slug):
    return _name_link(url_name, name, slug)


@register.simple_tag
def name_links(url_name, names):
    """Links to names, given as the [name, slug] of `for_page`."""
    # Translators: between the names of a list
    return mark_safe(_(", ").join(_name_link(url_name, *each) for each in names))


@register.simple_tag
def article_data(post, address):
    """What search engines read of a post: schema.org's NewsArticle as JSON-LD. Data, not a script: a CSP lets it be."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": post.title,
        "datePublished": post.published_at.isoformat(),
        "dateModified": post.changed_at and post.changed_at.isoformat(),
        "mainEntityOfPage": address,
        "author": post.author__name and {"@type": "Person", "name": post.author__name},
        "image": post.lead_image,
        "isBasedOn": post.source_url,
        "inLanguage": post.language,
    }
    text = json.dumps({key: value for key, value in data.items() if value}, ensure_ascii=False)
    return mark_safe(f'<script type="application/ld+json">{text.translate(_NO_MARKUP)}</script>')


# "</script>" and "<!--" can't occur once these are escaped.
_NO_MARKUP = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
