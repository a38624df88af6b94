"""What the page of a post says around its article.

Written here and not in its template, whose forty nodes took longer than all queries of the page.
"""

import json
from functools import cache
from html import escape

from django import template
from django.utils.encoding import uri_to_iri
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..kinds import AUTHORS, CATEGORIES, SITES, TAGS
from ..links import day_address, post_address
from ..scripts import shown, shown_html, shown_person
from .archive import lang, link_item, moment, name_link

register = template.Library()

# "</script>" and "<!--" can't occur once these are escaped.
_NO_MARKUP = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def about_post(post, address):
    """What programs read of a row of `for_page` at this address: Open Graph, and schema.org's NewsArticle as JSON-LD."""
    properties = {"type": "article", "title": post.title, "description": post.excerpt, "url": address}
    if post.lead_image:
        properties["image"] = post.lead_image
    lines = [f'<link rel="canonical" href="{escape(address)}">']
    lines += [f'<meta property="og:{name}" content="{escape(value)}">' for name, value in properties.items()]
    # Data, not a script: a CSP lets it be.
    lines.append(f'<script type="application/ld+json">{_news_article(post, address)}</script>')
    return mark_safe("\n  ".join(lines))


def _news_article(post, address):
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
    return text.translate(_NO_MARKUP)


@register.simple_tag
def post_facts(post):
    """What the archive knows of a row of `for_page`."""
    facts = (
        _published(post),
        name_link(AUTHORS, shown_person(post.author__name), post.author__slug) if post.author__name else "",
        _source(post) if post.source_url else "",
        _name_links(TAGS, post.tags_shown),
        _name_links(CATEGORIES, post.categories_shown),
        _captured(post),
        _reading_time(post),
    )
    labelled = zip(_fact_labels(get_language()), facts, strict=True)
    rows = "\n".join(f"<div><dt>{label}</dt><dd>{fact}</dd></div>" for label, fact in labelled if fact)
    return mark_safe(f'<dl class="facts">\n{rows}\n</dl>')


@cache
def _fact_labels(language):
    """What the facts are called in this language, the active one."""
    kinds = AUTHORS.singular, SITES.singular, TAGS.plural, CATEGORIES.plural
    return [_("Published"), *map(str, kinds), _("Captured"), _("Reading time")]


def _published(post):
    # A date that was written without a time is midnight, which nobody meant.
    format_name = "DATETIME_FORMAT" if ":" in post.date_written else "DATE_FORMAT"
    return f'<a href="{day_address(post.day)}">{moment(post.published_at, format_name)}</a>'


def _source(post):
    site = name_link(SITES, post.site__name, post.site__slug) if post.site__name else ""
    url = post.source_url
    return f'{site} <a class="source" href="{escape(url)}" rel="noreferrer">{escape(uri_to_iri(url))}</a>'


def _captured(post):
    captured = moment(post.current__arrived_at, "DATE_FORMAT")
    notes = []
    if post.capture_count > 1:
        notes.append(_("%(total)s captures, changed since first published") % {"total": post.capture_count})
    if post.current__kind == "edit":
        notes.append(_("edited here"))
    address = f"{escape(post_address(post.day, post.slug))}history/"
    # Translators: between the notes of a post
    label = _(", ").join(notes) or _("history")
    return f'{captured} <a href="{address}">{label}</a>'


def _reading_time(post):
    minutes = round(post.reading_seconds / 60)
    return ngettext("%(minutes)s minute", "%(minutes)s minutes", minutes) % {"minutes": minutes} if minutes else ""


def _name_links(kind, names):
    # Translators: between the names of a list
    return _(", ").join(name_link(kind, shown(name), slug) for name, slug in names)


@register.simple_tag
def player(post):
    """A link to the video that a post is about, which plays in its place; nothing where the article shows it itself."""
    if not post.video or f'data-embed="{post.video}"' in post.body_html:
        return ""
    site = {"youtube": "YouTube", "vimeo": "Vimeo"}[post.video.partition(":")[0]]
    label, note = _("Play the video"), _("Loads from %(site)s, and only when you ask for it") % {"site": site}
    link = f'<a data-embed="{escape(post.video)}" href="{escape(post.source_url)}">'
    return mark_safe(f'<p class="player">{link}<span>{label}</span> <small>{note}</small></a></p>')


@register.simple_tag
def body(post):
    """The article itself."""
    return mark_safe(shown_html(post.body_html, post.language))


@register.simple_tag
def ways_on(post, related):
    """Where one may go from a row of `for_page`: to the posts beside it, in its first category too, and to related ones."""
    return mark_safe("\n".join([_beside(post), _in_category(post), _related(related)]))


def _beside(post):
    ways = [(_("Newer"), "next", post.newer), (_("Older"), "prev", post.older)]
    label = _("Posts before and after")
    lines = "\n".join(f"<p><span>{way}</span> {_link(link, relation)}</p>" for way, relation, link in ways if link)
    return f'<nav class="neighbours" aria-label="{label}">\n{lines}\n</nav>'


def _link(link, relation):
    day, slug, title, language = link
    address = escape(post_address(day, slug))
    return f'<a rel="{relation}" href="{address}"{lang(language)}>{escape(shown(title, language))}</a>'


def _in_category(post):
    if not (post.category_older or post.category_newer):
        return ""
    name, slug = post.categories_shown[0]
    label = _("In the same category:")
    return _list("in-category", f"{label} {name_link(CATEGORIES, shown(name), slug)}", _category_items(post))


def _category_items(post):
    """The posts around one in its first category, newest first: the last, two after, two before, the first."""
    first, last = post.category_ends
    ways = [*reversed(post.category_newer), None, *post.category_older]
    own = [post.day.isoformat(), post.slug, post.title, post.language]
    ways += [first] if first not in (*ways, own) else []
    ways = [last, *ways] if last not in (*ways, own) else ways
    labels = {tuple(first): _("first"), tuple(last): _("newest")}
    return "".join(_way(post, link, labels) for link in ways)


def _way(post, link, labels):
    if link is None:
        return f'<li aria-current="page"><time>{post.day.isoformat()}</time> {escape(shown(post.title, post.language))}</li>'
    label = labels.get(tuple(link))
    return link_item(link, f" <span>{label}</span>" if label else "")


def _related(links):
    return _list("related", _("Related posts"), "".join(map(link_item, links))) if links else ""


def _list(key, heading, items):
    heading = f'<h2 id="{key}">{heading}</h2>'
    return f'<nav class="neighbours" aria-labelledby="{key}">\n{heading}\n<ol class="posts dated">{items}</ol>\n</nav>'
