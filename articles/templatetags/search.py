"""What the search page says in lists and draws."""

import math
from functools import cache

from django import template
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..forms import AdvancedSearchForm
from ..kinds import AUTHORS, KINDS
from ..scripts import shown, shown_person
from .archive import lang, name_link, name_of_kind

register = template.Library()

# The year chart, in the units of its own drawing.
_WIDTH, _HEIGHT, _LABELS = 240, 60, 16
# A year takes no more than this, and a label no less.
_MAX_STEP, _LABEL = 28, 24


@register.simple_tag
def search_help(is_asked):
    """The search as a form, and what may be typed: the same on all pages in a language, rendered once."""
    render = _search_help.__wrapped__ if settings.DEBUG else _search_help
    return render(is_asked, get_language())


@cache
def _search_help(is_asked, language):
    form = AdvancedSearchForm(label_suffix="")
    return render_to_string("articles/_search_help.html", {"is_asked": is_asked, "advanced": form})


@register.simple_tag
def hit_items(hits):
    """Hits as a list: a title and the sentence with the hit."""
    return mark_safe(f'<ol class="hits">\n{"".join(map(_hit_item, hits))}</ol>')


def _hit_item(hit):
    post = hit.post
    author = name_link(AUTHORS, shown_person(post.author__name), post.author__slug) if post.author__name else ""
    day = post.day.isoformat()
    return (
        f'<li{lang(post.language)}><a href="{escape(hit.href)}">{_shown(hit.title, post.language)}</a> '
        f'<span><time datetime="{day}">{day}</time> {author}</span><p>{_shown(hit.snippet, post.language)}</p></li>\n'
    )


@register.simple_tag
def marked(pieces):
    """Text with its hits marked."""
    return format_html_join("", "{}", ((format_html("<mark>{}</mark>", text) if is_hit else text,) for text, is_hit in pieces))


def _shown(pieces, language):
    return marked((shown(text, language), is_hit) for text, is_hit in pieces)


@register.filter
def grouped(number):
    """A number with its thousands set apart."""
    return number_format(number, force_grouping=True)


@register.simple_tag
def hit_count(counted):
    """How many posts were found: exactly, or at least."""
    if counted.complete:
        text = ngettext("%(total)s post", "%(total)s posts", counted.total)
    elif counted.total:
        text = _("%(total)s+ posts")
    else:
        text = _("Counting takes too long.")
    return text % {"total": grouped(counted.total)}


@register.simple_tag
def search_href(search, parameters):
    """The address of another page of a search."""
    return search.address(**parameters)


@register.filter
def found_name(name, key):
    """A name of the kind with this key, in the script that the reader chose."""
    return name_of_kind(name, KINDS[key])


@register.simple_tag
def kind_label(key, plural=False):
    """What readers call the names of this kind."""
    return KINDS[key].plural if plural else KINDS[key].singular


@register.simple_tag
def year_bars(years):
    """Bars of ((year, count), address), each a link to the search in that year, if it has an address. An SVG without a style of
    its own."""
    most = max(count for (_, count), _ in years)
    step = min(_MAX_STEP, _WIDTH / len(years))
    # A label every so many years, so that they don't touch.
    every = math.ceil(_LABEL / step)
    # The last one is left out where the drawing ends before it.
    labelled = {number for number in range(0, len(years), every) if number * step + _LABEL < _WIDTH + 5}
    bars = [_bar(number * step, step, *year, most, number in labelled) for number, year in enumerate(years)]
    size = f"0 0 {_WIDTH} {_HEIGHT + _LABELS}"
    return format_html('<svg class="years" viewBox="{}" width="{}">{}</svg>', size, _WIDTH, mark_safe("".join(bars)))


def _bar(left, step, year, address, most, is_labelled):
    left, bar = round(left, 1), round(step * 0.8, 1)
    label = ""
    if is_labelled:
        label = format_html('<text x="{}" y="{}">{}</text>', min(left, _WIDTH - _LABEL), _HEIGHT + _LABELS - 3, year.year)
    if not year.count:
        return label
    height = max(round(_HEIGHT * year.count / most), 2)
    text = ngettext("%(year)s: %(total)s post", "%(year)s: %(total)s posts", year.count)
    title = text % {"year": year.year, "total": grouped(year.count)}
    tag, link = ("a", format_html(' href="{}"', address)) if address else ("g", mark_safe(' role="img"'))
    return format_html(
        '<{}{} aria-label="{}"><title>{}</title><rect class="all" x="{}" y="0" width="{}" height="{}"/>'
        '<rect x="{}" y="{}" width="{}" height="{}"/>{}</{}>',
        *(tag, link, title, title),
        *(left, bar, _HEIGHT + _LABELS),
        *(left, _HEIGHT - height, bar, height),
        *(label, tag),
    )
