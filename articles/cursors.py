"""Places in a list as query strings say them, written and read."""

import re
from datetime import UTC, date, datetime, timedelta

from django import forms

from .querysets import Place

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
