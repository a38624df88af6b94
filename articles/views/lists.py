"""The archive in order of time: latest, years, months, days."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date
from itertools import groupby
from typing import NamedTuple

from django import forms
from django.db import models
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from ..compiled import Parameter
from ..models import ArchiveDay, Post
from .calendars import Shades, month_weeks
from .paging import PostList

_LATEST = PostList(lambda: Post.objects.published())
_BETWEEN = PostList(
    lambda: Post.objects.published().between(Parameter("first", models.DateField()), Parameter("last", models.DateField()))
)

# Some twenty years of a daily paper: each day is a cell of the heat map.
_DAYS_A_PAGE = 7_500


class ArchiveForm(forms.Form):
    """Which page of the archive: the years before one."""

    before = forms.IntegerField(required=False, min_value=MINYEAR + 1, max_value=MAXYEAR)


def latest(request):
    page = _LATEST.page(request.GET)
    return render(request, "articles/post_list.html", {"page": page})


def archive(request):
    """Every day that has posts, by year, some years a page."""
    form = ArchiveForm(request.GET)
    if not form.is_valid():
        raise Http404(_("There is no such page of this list."))
    before = form.cleaned_data["before"]
    days = ArchiveDay.objects.filter(post_count__gt=0).order_by("-day")
    if before:
        days = days.filter(day__lt=date(before, 1, 1))
    rows = list(days.values_list("day", "post_count")[: _DAYS_A_PAGE + 1])
    years = [_Year(year, dict(reversed(list(of_year)))) for year, of_year in groupby(rows, lambda row: row[0].year)]
    older = None
    if len(rows) > _DAYS_A_PAGE:
        # The last year may be cut off: it begins the next page.
        years.pop()
        older = years[-1].year
    shades = Shades(number for year in years for number in year.days.values())
    context = {"years": years, "older": older, "is_first": not before, "shades": shades}
    return render(request, "articles/post_archive.html", context)


class _Year(NamedTuple):
    year: int
    days: dict[date, int]

    @property
    def total(self):
        return sum(self.days.values())

    @property
    def months(self) -> list[tuple[date, int]]:
        months = groupby(self.days.items(), lambda each: each[0].replace(day=1))
        return [(month, sum(number for _, number in days)) for month, days in months]


def year_archive(request, year):
    days = _counted(date(year, 1, 1), date(year, 12, 31))
    months = {}
    for day, number in days.items():
        months.setdefault(day.month, {})[day] = number
    shades = Shades(days.values())
    weeks = [(date(year, month, 1), month_weeks(year, month, counts, shades)) for month, counts in months.items()]
    context = {"year": date(year, 1, 1), "months": weeks, "total": sum(days.values()), "shades": shades}
    return render(request, "articles/post_archive_year.html", context | _beside(date(year, 1, 1), date(year, 12, 31)))


def month_archive(request, year, month):
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    days = _counted(first, last)
    weeks = month_weeks(year, month, days, Shades(days.values()))
    context = {"month": first, "weeks": weeks, "total": sum(days.values())}
    context["page"] = _BETWEEN.page(request.GET, first=first, last=last)
    return render(request, "articles/post_archive_month.html", context | _beside(first, last))


def day_archive(request, day):
    total = _counted(day, day)[day]
    page = _BETWEEN.page(request.GET, first=day, last=day)
    context = {"day": day, "total": total, "page": page}
    return render(request, "articles/post_archive_day.html", context | _beside(day, day))


def _counted(first, last) -> dict[date, int]:
    """The days with posts and their numbers. Raises Http404 where there are none."""
    days = dict(
        ArchiveDay.objects.filter(day__range=(first, last), post_count__gt=0).order_by("day").values_list("day", "post_count")
    )
    if not days:
        raise Http404(_("The archive has no posts from this time."))
    return days


def _beside(first, last):
    """The nearest days with posts before and after: what links to the previous and next period lead to."""
    days = ArchiveDay.objects.filter(post_count__gt=0).values_list("day", flat=True)
    return {
        "earlier": days.filter(day__lt=first).order_by("-day").first(),
        "later": days.filter(day__gt=last).order_by("day").first(),
    }
