"""Pages of a list, found by the place of their neighbours: no counting, no skipping."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.db import models
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from ..compiled import CompiledQuery, Parameter
from ..cursors import PlaceField, cursor_of
from ..querysets import Place, PostQuerySet


class PageForm(forms.Form):
    """Where in a list of posts a page begins: after the one place, or before the other."""

    older_than = PlaceField(required=False)
    newer_than = PlaceField(required=False)


class PostPage(NamedTuple):
    """Some of a list's posts, newest first, and the cursors of the pages beside it, empty where there is none."""

    posts: list
    older_than: str
    newer_than: str


class PostList:
    """A list of posts that is paged: those that `build` returns, whose parameters are given for each page."""

    def __init__(self, build: Callable[[], PostQuerySet]):
        self._newest = _query(lambda posts: posts.newest_first(), build)
        self._older = _query(lambda posts: posts.older_than(_PLACE).newest_first(), build)
        self._newer = _query(lambda posts: posts.newer_than(_PLACE).oldest_first(), build)

    def page(self, query: QueryDict, **values) -> PostPage:
        """The page that a query string asks for. Raises Http404 where that is no page."""
        older_than, newer_than = _places(query)
        size = settings.ARCHIVE_PAGE_SIZE
        if newer_than:
            rows = self._newer(size + 1).rows(**values, **newer_than._asdict())
            if len(rows) > size:
                shown = rows[size - 1 :: -1]
                return PostPage(shown, cursor_of(shown[-1]), cursor_of(shown[0]))
            # The list's beginning is reached: show it in full.
        if older_than:
            values |= older_than._asdict()
        rows = (self._older if older_than else self._newest)(size + 1).rows(**values)
        shown = rows[:size]
        return PostPage(
            shown,
            older_than=cursor_of(shown[-1]) if len(rows) > size else "",
            newer_than=cursor_of(shown[0]) if shown and older_than else "",
        )


_PLACE = Place(
    Parameter("day", models.DateField()),
    Parameter("published_at", models.DateTimeField()),
    Parameter("id", models.BigIntegerField()),
)


def _query(narrow, build):
    """The query of one direction for each page size."""
    return cache(lambda limit: CompiledQuery(lambda: narrow(build()).for_list()[:limit]))


def _places(query):
    if not query:
        return None, None
    form = PageForm(query)
    if not form.is_valid():
        raise Http404(_("There is no such page of this list."))
    return form.cleaned_data["older_than"], form.cleaned_data["newer_than"]
