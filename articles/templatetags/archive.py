"""What templates of the archive's pages say often.

Lists are written here and not in templates: fifty posts through nested templates take longer than the rest of a page.
"""

import json
from datetime import date
from functools import cache, lru_cache
from itertools import groupby
from urllib.parse import quote, urlencode

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..kinds import KINDS

register = template.Library()

# RFC 3986, section 2.2: what `reverse` leaves as it is, too.
_SUBDELIMS = "!$&'()*+,;="

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
    links = [(reverse(url_name), label) for url_name, label in _NAVIGATION]
    return format_html_join(
        "\n",
        '<a href="{}"{}>{}</a>',
        ((address, mark_safe(' aria-current="page"') if address == path else "", label) for address, label in links),
    )


@register.simple_tag(takes_context=True)
def absolute(context, address):
    return context["request"].build_absolute_uri(address)


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
    day, language = post.day.isoformat(), post.language
    names = [_name_link("author-detail", post.author__name, post.author__slug)] if post.author__slug else []
    # Many posts are tagged with their author.
    names += [_name_link("tag-detail", tag["name"], tag["slug"]) for tag in post.tags_shown if tag["name"] != post.author__name]
    language_mark = f' lang="{escape(language)}"' if language else ""
    return (
        f'<li{language_mark}><time datetime="{day}">{day[5:]}</time> '
        f'<a href="{_post_address(day, post.slug)}">{escape(post.title)}</a> <span>{" ".join(names)}</span></li>\n'
    )


@register.simple_tag
def name_items(kind, names):
    """List items of (name, slug, post_count) rows."""
    return mark_safe("\n".join(f"<li>{_name_link(kind.detail_url_name, *row[:2])} <span>{row[2]}</span></li>" for row in names))


@register.inclusion_tag("articles/_calendar.html")
def calendar(month, weeks):
    weekdays = [WEEKDAYS_ABBR[number] for number in range(7)]
    return {"month": month, "weeks": weeks, "weekdays": weekdays}


# Below, `reverse` is asked once for the form of an address, and the parts are filled in here: asked for each of a page's two
# hundred links it would take most of the page's time.


def _post_address(day, slug):
    before, after = _post_address_form()
    return f"{before}{day}/{_quoted(slug)}{after}"


@cache
def _post_address_form():
    return reverse("post-detail", args=[date(1, 1, 1), "-"]).split("0001-01-01/-")


@lru_cache(maxsize=10_000)
def _name_link(url_name, name, slug):
    before, after = _name_address_form(url_name)
    return f'<a href="{before}{_quoted(slug)}{after}">{escape(name)}</a>'


@cache
def _name_address_form(url_name):
    before, after = reverse(url_name, args=["-"]).rsplit("-", 1)
    return before, after


def _quoted(text):
    """As `reverse` quotes, and ready for an attribute."""
    return escape(quote(text, safe=_SUBDELIMS + "/~:@"))


@register.simple_tag
def name_links(kind_key, names):
    """Links to names, given as the {"name", "slug"} of `for_page`."""
    links = [_name_link(f"{kind_key}-detail", each["name"], each["slug"]) for each in names]
    return mark_safe(_(", ").join(links))


@register.simple_tag(takes_context=True)
def article_data(context, post):
    """What search engines read of a post: schema.org's NewsArticle as JSON-LD. Data, not a script: a CSP lets it be."""
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": post.title,
        "datePublished": post.published_at.isoformat(),
        "mainEntityOfPage": context["request"].build_absolute_uri(),
    }
    if post.changed_at:
        data["dateModified"] = post.changed_at.isoformat()
    if post.author:
        data["author"] = {"@type": "Person", "name": post.author.name}
    if post.lead_image:
        data["image"] = post.lead_image
    if post.source_url:
        data["isBasedOn"] = post.source_url
    if post.language:
        data["inLanguage"] = post.language
    # "</script>" and "<!--" can't occur once these are escaped.
    text = json.dumps(data, ensure_ascii=False).translate({ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"})
    return mark_safe(f'<script type="application/ld+json">{text}</script>')
