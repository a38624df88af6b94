"""How comparisons are drawn."""

from html import escape
from itertools import groupby

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..links import post_address
from ..scripts import shown
from .archive import lang

register = template.Library()

_ELEMENTS = {"same": "{}", "deleted": "<del>{}</del>", "inserted": "<ins>{}</ins>"}


@register.filter
def hexadecimal(sha256):
    return bytes(sha256).hex()


@register.simple_tag
def changes_by_day(posts):
    """Rows of `for_changes`, a section for each day on which posts changed."""
    days = groupby(posts, lambda post: timezone.localtime(post.changed_at).date())
    return mark_safe("\n".join(_day_section(day, rows) for day, rows in days))


def _day_section(day, rows):
    heading = f'<h2><time datetime="{day.isoformat()}">{date_format(day, "DATE_FORMAT")}</time></h2>'
    return f'<section>\n{heading}\n<ol class="posts dated">\n{"".join(map(_changed_item, rows))}</ol>\n</section>'


def _changed_item(post):
    day = post.day.isoformat()
    address = escape(post_address(post.day, post.slug))
    number = ngettext("%(total)s capture", "%(total)s captures", post.capture_count) % {"total": post.capture_count}
    return (
        f'<li{lang(post.language)}><time datetime="{day}">{day}</time> '
        f'<a href="{address}">{escape(shown(post.title, post.language))}</a> '
        f'<span><a href="{address}history/">{number}</a></span></li>\n'
    )


@register.simple_tag
def citation(revision, file):
    """A capture as others cite it, but for its address: author, title, site, days of publication and of capture."""
    said = file and file.front_matter
    author = said.author if said else ""
    parts = [author, _("“%(title)s”") % {"title": revision.title}, said.source_host if said else "", _day(revision.published_at)]
    captured = _("captured %(day)s by %(site)s") % {"day": _day(revision.arrived_at), "site": settings.SITE_NAME}
    return f"{', '.join(filter(None, parts))}; {captured}."


def _day(moment):
    return date_format(timezone.localtime(moment), "DATE_FORMAT")


@register.simple_tag
def folds(folded):
    """What `articles.history.comparing.fold_away` makes of a comparison: the old text first, unchanged stretches hidden."""
    return mark_safe("\n".join(_folded(fold.lines) if fold.is_folded else _lines(fold.lines) for fold in folded))


def _folded(lines):
    summary = ngettext("%(total)s paragraph is unchanged", "%(total)s paragraphs are unchanged", len(lines))
    return f"<details><summary>{summary % {'total': len(lines)}}</summary>{_lines(lines)}</details>"


@register.simple_tag
def compared(lines):
    """Lines of a comparison, the old text before the new one."""
    return mark_safe(_lines(lines))


def _lines(lines):
    return "\n".join(filter(None, (piece for line in lines for piece in _line(line))))


def _line(line):
    if line.is_same:
        return [f"<p>{_marked(line.stretches)}</p>"]
    return [_side("before", _("Before"), line.before), _side("after", _("After"), line.after)]


def _side(name, label, stretches):
    return f'<p class="{name}"><span class="unseen">{label}: </span>{_marked(stretches)}</p>' if stretches else ""


def _marked(stretches):
    return "".join(_ELEMENTS[mark].format(escape(text)) for mark, text in stretches)
