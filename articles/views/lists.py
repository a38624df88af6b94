"""The archive in order of time: latest, years, months, days."""

from calendar import monthrange
from datetime import date

from django.db import models
from django.db.models import Sum
from django.db.models.functions import ExtractMonth, ExtractYear
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from ..compiled import Parameter
from ..models import ArchiveDay, Post
from .calendars import month_weeks
from .paging import PostList

_LATEST = PostList(lambda: Post.objects.published())
_BETWEEN = PostList(
    lambda: Post.objects.published().between(Parameter("first", models.DateField()), Parameter("last", models.DateField()))
)


def latest(request):
    page = _LATEST.page(request.GET)
    return render(request, "articles/post_list.html", {"page": page})


def archive(request):
    """Every month that has posts, by year."""
    counted = (
        ArchiveDay.objects.order_by()
        .values(year=ExtractYear("day"), month=ExtractMonth("day"))
        .annotate(total=Sum("post_count"))
        .order_by("-year", "month")
    )
    years = {}
    for row in counted:
        years.setdefault(row["year"], []).append((date(row["year"], row["month"], 1), row["total"]))
    listed = [(year, sum(total for _, total in months), months) for year, months in years.items()]
    return render(request, "articles/post_archive.html", {"years": listed})


def year_archive(request, year):
    days = _counted(date(year, 1, 1), date(year, 12, 31))
    months = {}
    for day, number in days.items():
        months.setdefault(day.month, {})[day] = number
    listed = [(date(year, month, 1), sum(counts.values()), month_weeks(year, month, counts)) for month, counts in months.items()]
    context = {"year": date(year, 1, 1), "months": listed, "total": sum(days.values())}
    return render(request, "articles/post_archive_year.html", context | _beside(date(year, 1, 1), date(year, 12, 31)))


def month_archive(request, year, month):
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    days = _counted(first, last)
    context = {"month": first, "weeks": month_weeks(year, month, days), "total": sum(days.values())}
    context["page"] = _BETWEEN.page(request.GET, first=first, last=last)
    return render(request, "articles/post_archive_month.html", context | _beside(first, last))


def day_archive(request, day):
    total = _counted(day, day)[day]
    page = _BETWEEN.page(request.GET, first=day, last=day)
    context = {"day": day, "total": total, "page": page}
    return render(request, "articles/post_archive_day.html", context | _beside(day, day))


def _counted(first, last) -> dict[date, int]:
    """The days with posts and their numbers. Raises Http404 where there are none."""
    days = dict(ArchiveDay.objects.filter(day__range=(first, last), post_count__gt=0).values_list("day", "post_count"))
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
