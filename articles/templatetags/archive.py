"""What templates of the archive's pages say often.

Lists are written here and not in templates: fifty posts through nested templates take longer than the rest of a page.
"""

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
from django.utils.encoding import escape_uri_path
from django.utils.formats import date_format, number_format
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy

from ..kinds import AUTHORS, KINDS, TAGS
from ..links import name_address, post_address
from ..scripts import chosen, shown, shown_language, shown_person

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


@register.simple_tag
def search_box_length():
    """What the box takes: a character more than is searched for, so that the page can tell of the rest."""
    return settings.SEARCH_MAX_LENGTH + 1


@register.simple_tag(takes_context=True)
def fixed_part(context, template_name):
    """A part that all pages in a language share, rendered once; only the link to the page itself is marked in it."""
    request = context["request"]
    path = request.path if request.path in _paths_of_parts() else ""
    render = _fixed_part.__wrapped__ if settings.DEBUG else _fixed_part
    part = render(template_name, get_language(), chosen(), request.theme, path)
    return mark_safe(part.replace(_THIS_PAGE, escape(request.get_full_path())))


@cache
def _fixed_part(template_name, language, script, theme, path):
    parts = {"path": path, "navigation": _navigation(), "this_page": _THIS_PAGE}
    parts |= {"languages": settings.LANGUAGES, "language": language, "script": script, "theme": theme}
    return render_to_string(template_name, parts)


@cache
def _paths_of_parts():
    """The pages on which the parts differ: those that they lead to."""
    return {*_navigation(), reverse("search")}


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
    return f'<section class="month">\n{_month_heading(month, get_language())}\n{post_items(rows)}\n</section>'


@lru_cache(maxsize=10_000)
def _month_heading(month, language):
    """`language` is the active one, which decides how it reads."""
    address, label = reverse("month-archive", args=month), date_format(date(*month, 1), "YEAR_MONTH_FORMAT")
    return f'<h2><a href="{address}">{label}</a></h2>'


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
    names = [name_link(AUTHORS, shown_person(author), author_slug)] if author else []
    # Many posts are tagged with their author.
    names += [name_link(TAGS, shown(name), slug) for name, slug in tags if name != author]
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


@lru_cache(maxsize=10_000)
def name_link(kind, name, slug):
    """A link to a name of this kind, written so."""
    return mark_safe(f'<a href="{escape(name_address(kind.detail_url_name, slug))}">{escape(name)}</a>')


def link_item(link, note=""):
    """A list item of a link to a post, as `as_link` has it."""
    return _written_link(chosen(), *link, note)


@lru_cache(maxsize=10_000)
def _written_link(script, day, slug, title, language, note):
    """`script` is the chosen one, which decides how it reads."""
    return (
        f'<li{_lang(shown_language(language))}><time datetime="{day}">{day}</time> '
        f'<a href="{escape(post_address(day, slug))}">{escape(shown(title, language))}</a>{note}</li>'
    )


@register.simple_tag
def name_items(kind, names):
    """List items of (name, slug, post_count) rows."""
    return mark_safe("\n".join(_name_item(kind, *row) for row in names))


def _name_item(kind, name, slug, post_count):
    link = name_link(kind, name_of_kind(name, kind), slug)
    return f"<li>{link} <span>{number_format(post_count)}</span></li>"


@register.simple_tag
def moment(moment, format_name):
    """A time by the archive's clock; the whole of it stands in the attribute."""
    return _moment(moment, format_name, get_language())


@lru_cache(maxsize=10_000)
def _moment(moment, format_name, language):
    written, local = moment.isoformat(timespec="seconds"), timezone.localtime(moment)
    if format_name != "DATETIME_FORMAT":
        return mark_safe(f'<time datetime="{written}">{date_format(local, format_name)}</time>')
    zone = escape(settings.TIME_ZONE)
    return mark_safe(f'<time datetime="{written}" title="{zone}">{date_format(local, format_name)} {local.tzname()}</time>')
