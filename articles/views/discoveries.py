"""Ways to what one didn't look for: on this day, and a random post."""

from datetime import timedelta
from random import randrange

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Max, Min, OuterRef, Value
from django.db.models.functions import ExtractDay, ExtractMonth
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from ..models import ArchiveDay, Post
from ..querysets import IsNewer, IsOlder

# What one day of a busy year may take of the page, and how many years are shown, the latest.
_POSTS_A_YEAR = 5
_YEARS = 100
# Ids drawn at once, and how often. Of ids at least one in a hundred is a post's, unless most of an archive was undone.
_DRAWN = 50
_DRAWS = 20


def on_this_day(request, day=None):
    """The posts of a day in every year; today, by the archive's TIME_ZONE, without one."""
    day = day or timezone.localdate().replace(year=2000)
    first = Post.objects.published().filter(day=OuterRef("day")).newest_first().values("pk")[:_POSTS_A_YEAR]
    days = ArchiveDay.objects.filter(post_count__gt=0, day__month=day.month, day__day=day.day).order_by("-day")
    rows = days.annotate(first=ArraySubquery(first)).values_list("day", "post_count", "first")[:_YEARS]
    posts = Post.objects.published().in_bulk_for_list([pk for row in rows for pk in row[2]])
    context = {
        "day": day,
        "nearest": None if rows else _nearest(day),
        "years": [(year, total, [posts[pk] for pk in ids if pk in posts]) for year, total, ids in rows],
        "before": (day - timedelta(days=1)).replace(year=2000),
        "after": (day + timedelta(days=1)).replace(year=2000),
    }
    return render(request, "articles/on_this_day.html", context)


def _nearest(day):
    """Of any year's days with posts the one nearest to this one; None in an empty archive. `day` is of the year 2000."""
    days = ArchiveDay.objects.filter(post_count__gt=0).order_by(ExtractMonth("day"), ExtractDay("day"))
    place = [ExtractMonth("day"), ExtractDay("day"), Value(day.month), Value(day.day)]
    # A walk from here either way, and from either end of the year to go on where it has none.
    ways = [days.filter(IsNewer(*place)), days, days.filter(IsOlder(*place)).reverse(), days.reverse()]
    found = [each.day.replace(year=2000) for each in (way.first() for way in ways) if each]
    return min(found, key=lambda each: min((each - day).days % 366, (day - each).days % 366), default=None)


@never_cache
def random(request):
    """302 to a post, each with the same chance."""
    post = _random_post()
    if not post:
        raise Http404(_("The archive is empty."))
    return redirect(post)


def _random_post():
    """Ids are drawn until one is a post's, so that gaps between ids favour none."""
    posts = Post.objects.published().only("day", "slug")
    ends = Post.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["last"] is None:
        return None
    for _draw in range(_DRAWS):
        drawn = [randrange(ends["first"], ends["last"] + 1) for _ in range(_DRAWN)]
        found = posts.in_bulk(drawn)
        if found:
            return next(found[pk] for pk in drawn if pk in found)
    # An archive of which next to nothing is left or shown: any post will do.
    return posts.order_by("pk").filter(pk__gte=drawn[0]).first() or posts.order_by("pk").first()
