"""Pages of a list, found by the place of their neighbours: no counting, no skipping."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from django import forms
from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _

from ..querysets import Place, PostQuerySet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CURSOR = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})_(-?[0-9]{1,18})_([0-9]{1,18})", re.ASCII)


def cursor_of(post) -> str:
    """A post's place as a query string says it: day, microseconds since 1970, id."""
    microseconds = (post.published_at - _EPOCH) // timedelta(microseconds=1)
    return f"{post.day.isoformat()}_{microseconds}_{post.id}"


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


class PageForm(forms.Form):
    """Where in a list of posts a page begins: after the one place, or before the other."""

    older_than = PlaceField(required=False)
    newer_than = PlaceField(required=False)


class PostPage(NamedTuple):
    """Some of a list's posts, newest first, and the cursors of the pages beside it, empty where there is none."""

    posts: list
    older_than: str
    newer_than: str


def post_page(posts: PostQuerySet, query) -> PostPage:
    """The page of `posts` that a query string asks for. Raises Http404 where that is no page."""
    older_than, newer_than = _places(query)
    size = settings.ARCHIVE_PAGE_SIZE
    if newer_than:
        rows = list(posts.newer_than(newer_than).oldest_first().for_list()[: size + 1])
        if len(rows) > size:
            shown = rows[size - 1 :: -1]
            return PostPage(shown, cursor_of(shown[-1]), cursor_of(shown[0]))
        # The list's beginning is reached: show it in full.
    posts = posts.older_than(older_than) if older_than else posts
    rows = list(posts.newest_first().for_list()[: size + 1])
    shown = rows[:size]
    return PostPage(
        shown,
        older_than=cursor_of(shown[-1]) if len(rows) > size else "",
        newer_than=cursor_of(shown[0]) if shown and older_than else "",
    )


def _places(query):
    if not query:
        return None, None
    form = PageForm(query)
    if not form.is_valid():
        raise Http404(_("There is no such page of this list."))
    return form.cleaned_data["older_than"], form.cleaned_data["newer_than"]
