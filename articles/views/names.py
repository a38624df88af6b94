"""Tags, categories, authors and sources: all of a kind, and the posts of one."""

from datetime import MAXYEAR, UTC, date, datetime
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from django import forms
from django.db import models
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ..compiled import CompiledQuery, Parameter
from ..kinds import Kind
from ..querysets import Place
from ..search.facets import Year, all_years
from ..search.fold import fold
from ..search.partners import NEWEST, partners_of
from .paging import PostList, cursor_of

# Short lines in columns: more of them fit a page than of posts.
_NAMES_A_PAGE = 300
# About three lines of a phone; a character that fewer names begin with can be typed.
_FIRST_CHARACTERS = 40


class NameListForm(forms.Form):
    """What of a list of names is asked for: those that begin so, and those that come after one of them."""

    starts = forms.CharField(required=False, max_length=200)
    after_count = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)
    after = forms.CharField(required=False, strip=False, max_length=2000)


def name_list(request, kind: Kind):
    form = NameListForm(request.GET)
    if not form.is_valid():
        raise Http404(_("There is no such page of this list."))
    starts, count, after = (form.cleaned_data[field] for field in ("starts", "after_count", "after"))
    names = kind.model.objects.in_use()
    if starts:
        names = names.beginning_with(fold(starts))
    if count is not None:
        names = names.used_less_than(count, after)
    rows = list(names.most_used().values_list("name", "slug", "post_count", named=True)[: _NAMES_A_PAGE + 1])
    shown = rows[:_NAMES_A_PAGE]
    more = ""
    if len(rows) > _NAMES_A_PAGE:
        more = urlencode({"starts": starts, "after_count": shown[-1].post_count, "after": shown[-1].slug})
    # Where there is more than a page, a way through without all the pages between.
    characters = kind.model.objects.in_use().first_characters(_FIRST_CHARACTERS) if more or starts or count is not None else []
    context = {"kind": kind, "names": shown, "starts": starts, "more": more, "is_first": count is None, "characters": characters}
    return render(request, "articles/name_list.html", context)


def name_detail(request, kind: Kind, slug):
    queries = _queries(kind)
    name = queries.name.first(slug=slug)
    if not name:
        raise Http404(_("The archive doesn’t know this name."))
    if name.merged_into__slug:
        return redirect(kind.detail_url_name, name.merged_into__slug, permanent=True)
    page = queries.posts.page(request.GET, name=name.id)
    context = {"kind": kind, "name": name, "page": page}
    # What is told of the name as a whole stands on the first page.
    if not page.newer_than:
        context |= {"years": _years(name), "partners": partners_of(kind, name.id), "newest": NEWEST}
    return render(request, "articles/name_detail.html", context)


def _years(name) -> list[tuple[Year, str]]:
    """The years of a name's posts, each with the query string of the page of its list that begins there."""
    return [(year, "?" + urlencode({"older_than": cursor_of(_end_of(year.year))})) for year in all_years(dict(name.years))]


def _end_of(year):
    """The place between a year and the next."""
    day = date(year + 1, 1, 1) if year < MAXYEAR else date.max
    return Place(day, datetime.min.replace(tzinfo=UTC), 0)


class _Queries(NamedTuple):
    name: CompiledQuery
    posts: PostList


@cache
def _queries(kind):
    slug, name = Parameter("slug", models.TextField()), Parameter("name", models.BigIntegerField())
    found = kind.model.objects.filter(slug=slug).for_page(kind.posts(models.OuterRef("pk")))
    return _Queries(CompiledQuery(lambda: found), PostList(lambda: kind.posts(name)))
