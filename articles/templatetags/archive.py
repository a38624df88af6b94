"""What templates of the archive's pages say often.

Lists are written here and not in templates: fifty posts through nested templates take longer than the rest of a page.
"""

import json
from datetime import date
from functools import cache, lru_cache
from html import escape
from itertools import groupby
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import escape_uri_path, uri_to_iri
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from ..kinds import AUTHORS, KINDS
from ..links import name_address, post_address
from ..scripts import chosen, shown, shown_html, shown_language, shown_person

register = template.Library()

# Stands in the parts that pages share for the address of the page they are on.
_THIS_PAGE = "THIS-PAGE"
_NAVIGATION = [
    ("latest", gettext_lazy("Latest")),
    ("archive", gettext_lazy("Archive")),
    *((kind.list_url_name, kind.plural) for kind in KINDS.values()),
]


@register.simple_tag
def site_name():
    return settings.SITE_NAME


@register.simple_tag(takes_context=True)
def fixed_part(context, template_name):
    """A part that all pages in a language share, rendered once; only the link to the page itself is marked in it."""
    request = context["request"]
    path = request.path if request.path in _navigation() or request.path == reverse("search") else ""
    render = _fixed_part.__wrapped__ if settings.DEBUG else _fixed_part
    part = render(template_name, get_language(), chosen(), request.theme, path)
    return mark_safe(part.replace(_THIS_PAGE, escape(request.get_full_path())))


@cache
def _fixed_part(template_name, language, script, theme, path):
    parts = {"path": path, "navigation": _navigation(), "this_page": _THIS_PAGE}
    parts |= {"languages": settings.LANGUAGES, "language": language, "script": script, "theme": theme}
    return render_to_string(template_name, parts)


@cache
def _navigation():
    """The links to the archive's lists, as {path: label}."""
    return {reverse(url_name): label for url_name, label in _NAVIGATION}


@register.simple_tag(takes_context=True)
def theme(context):
    """The attribute that makes a page light or dark where its reader said so: from the first paint on, without a script."""
    chosen_theme = context["request"].theme
    return mark_safe(f' data-theme="{chosen_theme}"') if chosen_theme else ""


@register.simple_tag(takes_context=True)
def absolute(context, path):
    """The whole address of a path that is quoted already."""
    request = context["request"]
    return f"{request.scheme}://{request.get_host()}{path}"


@register.simple_tag(takes_context=True)
def canonical(context, *parameters):
    """The whole address of a list's page: of its query string only these parameters, which tell what page it is."""
    request = context["request"]
    kept = {name: request.GET[name] for name in parameters if request.GET.get(name)}
    return absolute(context, escape_uri_path(request.path) + (page_href(**kept) if kept else ""))


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
    tags = tuple(map(tuple, post.tags_shown))
    return _written_item(chosen(), post.day, post.slug, post.title, post.language, post.author__name, post.author__slug, tags)


# A post stands on many lists, and lists are asked for again and again.
@lru_cache(maxsize=10_000)
def _written_item(script, day, slug, title, language, author, author_slug, tags):
    """A line of a list; `script` is the chosen one, which decides how it reads."""
    day = day.isoformat()
    names = [name_link("author-detail", shown_person(author), author_slug)] if author else []
    # Many posts are tagged with their author.
    names += [name_link("tag-detail", shown(name), slug) for name, slug in tags if name != author]
    return (
        f'<li{_lang(shown_language(language))}><time datetime="{day}">{day[5:]}</time> '
        f'<a href="{escape(post_address(day, slug))}">{escape(shown(title, language))}</a> <span>{" ".join(names)}</span></li>\n'
    )


@register.simple_tag
def lang(language):
    """The attribute for text in this language as it is shown; nothing where it isn't known."""
    return mark_safe(_lang(shown_language(language)))


@lru_cache(maxsize=100)
def _lang(language):
    return f' lang="{escape(language)}"' if language else ""


@register.filter
def in_script(text, language):
    """A text in this language, in the script that the reader chose."""
    return shown(text, language)


@register.filter
def name_of_kind(name, kind):
    """A name of this kind, in the script that the reader chose."""
    return shown_person(name) if kind is AUTHORS else shown(name)


@register.simple_tag
def player_note(video):
    """Where a player comes from; until it is asked for, nothing does."""
    site = {"youtube": "YouTube", "vimeo": "Vimeo"}[video.partition(":")[0]]
    return _("Loads from %(site)s, and only when you ask for it") % {"site": site}


@register.simple_tag
def body(post):
    """The article itself."""
    return mark_safe(shown_html(post.body_html, post.language))


@lru_cache(maxsize=10_000)
def name_link(url_name, name, slug):
    return mark_safe(f'<a href="{escape(name_address(url_name, slug))}">{escape(name)}</a>')


@register.simple_tag
def post_link(post, relation):
    """A link to the post beside another, given as in `for_page`."""
    day, slug, title, language = post
    return format_html('<a rel="{}" href="{}"{}>{}</a>', relation, post_address(day, slug), lang(language), shown(title, language))


@register.simple_tag
def first_category(post):
    """A link to the category in which `category_ways` leads."""
    name, slug = post.categories_shown[0]
    return name_link("category-detail", shown(name), slug)


@register.simple_tag
def category_ways(post):
    """The posts around a row of `for_page` in its first category, newest first: the last, two after, two before, the first."""
    first, last = post.category_ends
    ways = [*reversed(post.category_newer), None, *post.category_older]
    ways += [first] if first not in (*ways, _link_of(post)) else []
    ways = [last, *ways] if last not in (*ways, _link_of(post)) else ways
    labels = {tuple(first): _("first"), tuple(last): _("newest")}
    return mark_safe("".join(_way(post, link, labels) for link in ways))


def _link_of(post):
    return [post.day.isoformat(), post.slug, post.title, post.language]


def _way(post, link, labels):
    if link is None:
        return f'<li aria-current="page"><time>{post.day.isoformat()}</time> {escape(shown(post.title, post.language))}</li>'
    label = labels.get(tuple(link))
    return _link_item(link, f" <span>{label}</span>" if label else "")


@register.simple_tag
def link_items(links):
    """List items of links to posts, as `as_link` has them."""
    return mark_safe("".join(map(_link_item, links)))


def _link_item(link, note=""):
    day, slug, title, language = link
    return (
        f'<li{_lang(shown_language(language))}><time datetime="{day}">{day}</time> '
        f'<a href="{escape(post_address(day, slug))}">{escape(shown(title, language))}</a>{note}</li>'
    )


@register.simple_tag
def name_items(kind, names):
    """List items of (name, slug, post_count) rows."""
    return mark_safe("\n".join(_name_item(kind, *row) for row in names))


def _name_item(kind, name, slug, post_count):
    link = name_link(kind.detail_url_name, name_of_kind(name, kind), slug)
    return f"<li>{link} <span>{number_format(post_count)}</span></li>"


@register.simple_tag
def post_facts(post):
    """What the archive knows of a row of `for_page`."""
    facts = [(_("Published"), _published(post))]
    if post.author__name:
        facts.append((_("Author"), name_link("author-detail", shown_person(post.author__name), post.author__slug)))
    if post.source_url:
        facts.append((_("Source"), _source(post)))
    if post.tags_shown:
        facts.append((_("Tags"), _name_links("tag-detail", post.tags_shown)))
    if post.categories_shown:
        facts.append((_("Categories"), _name_links("category-detail", post.categories_shown)))
    facts.append((_("Captured"), _captured(post)))
    if minutes := round(post.reading_seconds / 60):
        facts.append((_("Reading time"), ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes}))
    rows = "\n".join(f"<div><dt>{label}</dt><dd>{value}</dd></div>" for label, value in facts)
    return mark_safe(f'<dl class="facts">\n{rows}\n</dl>')


def _published(post):
    # A date that was written without a time is midnight, which nobody meant.
    format_name = "DATETIME_FORMAT" if ":" in post.date_written else "DATE_FORMAT"
    return f'<a href="{reverse("day-archive", args=[post.day])}">{_time(post.published_at, format_name)}</a>'


def _source(post):
    site = name_link("site-detail", post.site__name, post.site__slug) if post.site__name else ""
    url = post.source_url
    return f'{site} <a class="source" href="{escape(url)}" rel="noreferrer">{escape(uri_to_iri(url))}</a>'


def _captured(post):
    captured = _time(post.current__arrived_at, "DATE_FORMAT")
    notes = []
    if post.capture_count > 1:
        note = ngettext("%(total)s capture", "%(total)s captures, changed since first published", post.capture_count)
        notes.append(note % {"total": post.capture_count})
    if post.current__kind == "edit":
        notes.append(_("edited here"))
    address = f"{escape(post_address(post.day, post.slug))}history/"
    # Translators: between the notes of a post
    label = _(", ").join(notes) or _("history")
    return f'{captured} <a href="{address}">{label}</a>'


@register.simple_tag(name="moment")
def _time(moment, format_name):
    written, local = moment.isoformat(timespec="seconds"), timezone.localtime(moment)
    if format_name != "DATETIME_FORMAT":
        return mark_safe(f'<time datetime="{written}">{date_format(local, format_name)}</time>')
    zone = escape(settings.TIME_ZONE)
    return mark_safe(f'<time datetime="{written}" title="{zone}">{date_format(local, format_name)} {local.tzname()}</time>')


def _name_links(url_name, names):
    # Translators: between the names of a list
    return _(", ").join(name_link(url_name, shown(name), slug) for name, slug in names)


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
