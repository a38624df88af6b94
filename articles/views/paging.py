"""Pages of a list, found by the place of their neighbours: no counting, no skipping."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.db import models
from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from ..compiled import CompiledQuery, Parameter
from ..querysets import Place, PostQuerySet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_(-?[0-9]{1,18})_([0-9]{1,18})", re.ASCII)


def cursor_of(post) -> str:
    """A post's place as a query string says it: day, microseconds since 1970, id."""
    return f"{post.day.isoformat()}_{as_microseconds(post.published_at)}_{post.id}"


class PlaceField(forms.Field):
    """A cursor, as `cursor_of` writes it."""

    def to_python(self, value):
        if not value:
            return None
        match = _CURSOR.fullmatch(value)
        try:
            return Place(date.fromisoformat(match[1]), _EPOCH + timedelta(microseconds=int(match[2])), int(match[3]))
        except (TypeError, ValueError, OverflowError):
            raise forms.ValidationError("no cursor") from None


class MomentField(forms.IntegerField):
    """Microseconds since 1970."""

    def to_python(self, value):
        number = super().to_python(value)
        try:
            return number if number is None else _EPOCH + timedelta(microseconds=number)
        except OverflowError:
            raise forms.ValidationError("no moment") from None


def as_microseconds(moment: datetime) -> int:
    """As `MomentField` reads it."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


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
