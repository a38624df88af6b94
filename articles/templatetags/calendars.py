"""How days are drawn: months as tables, years as heat maps."""

from datetime import date

from django import template
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from ..links import day_address

register = template.Library()

# The heat map in the units of its own drawing: a step from one day's cell to the next, room for the months above.
_STEP, _CELL, _LABELS = 13, 11, 14
_WEEKS = 54
_WEEKDAYS = [
    pgettext_lazy("calendar", "Mon"),
    pgettext_lazy("calendar", "Tue"),
    pgettext_lazy("calendar", "Wed"),
    pgettext_lazy("calendar", "Thu"),
    pgettext_lazy("calendar", "Fri"),
    pgettext_lazy("calendar", "Sat"),
    pgettext_lazy("calendar", "Sun"),
]


@register.inclusion_tag("articles/_calendar.html")
def calendar(month, weeks):
    return {"month": month, "weeks": weeks, "weekdays": _WEEKDAYS}


@register.simple_tag
def heat_map(year, shades):
    """The days of a year as an SVG: a column a week, a cell a day, linked to the day where it has posts.

    Its links are left out of the order of the tab key: there are hundreds, and the months beside it lead to the same days.
    """
    first = date(year.year, 1, 1)
    cells = "".join(_cell(day, post_count, shades.of(post_count), first) for day, post_count in year.days.items())
    months = [date(year.year, month, 1) for month in range(1, 13)]
    labels = "".join(f'<text x="{_place(month, first)[0]}" y="9">{date_format(month, "M")}</text>' for month in months)
    return format_html(
        '<svg class="heat" role="group" aria-label="{}" viewBox="0 0 {} {}">{}<path class="days" d="{}"/>{}</svg>',
        _("Posts a day in %(year)s") % {"year": f"{year.year:04d}"},
        _WEEKS * _STEP,
        _LABELS + 7 * _STEP,
        mark_safe(labels),
        _outline(first),
        mark_safe(cells),
    )


def _cell(day, post_count, shade, first):
    left, top = _place(day, first)
    return (
        f'<a href="{day_address(day)}" tabindex="-1"><title>{day.isoformat()}: {post_count}</title>'
        f'<rect class="shade-{shade}" x="{left}" y="{top}" width="{_CELL}" height="{_CELL}"/></a>'
    )


def _place(day, first):
    week, weekday = divmod((day - first).days + first.weekday(), 7)
    return week * _STEP, _LABELS + weekday * _STEP


def _outline(first):
    """A path around all days of a year."""
    (left, top), (right, bottom) = _place(first, first), _place(date(first.year, 12, 31), first)
    return (
        f"M{left} {top}H{left + _STEP}V{_LABELS}H{right + _CELL}V{bottom + _CELL}"
        f"H{right - _STEP + _CELL}V{_LABELS + 6 * _STEP + _CELL}H{left}Z"
    )


@register.simple_tag
def legend(shades):
    """What the shades of days mean."""
    items = "".join(_legend_item(*each) for each in shades.legend)
    return format_html('<p class="legend">{} {}</p>', _("Posts a day:"), mark_safe(items))


def _legend_item(shade, low, high):
    numbers = number_format(low) if low == high else f"{number_format(low)}–{number_format(high)}"
    return f'<span><i class="shade-{shade}"></i> {numbers}</span> '
