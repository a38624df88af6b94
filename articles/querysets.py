"""The questions asked of the archive, named as they are read aloud.

Post.objects.published().tagged(tag).newest_first().for_list()
"""

from datetime import date, datetime
from typing import NamedTuple

from django.db import models
from django.db.models import BooleanField, Func, Prefetch, Value


class Place(NamedTuple):
    """A post's place in time: what lists are ordered and paged by, newest first."""

    day: date
    published_at: datetime
    id: int


class IsOlder(Func):
    """A comparison of rows, `(a, b, c) < (x, y, z)`: the form that Postgres answers by walking an index."""

    output_field = BooleanField()
    comparison = "<"

    def as_sql(self, compiler, connection, **extra):
        sides = [compiler.compile(expression) for expression in self.source_expressions]
        half = len(sides) // 2
        left, right = (", ".join(sql for sql, _ in part) for part in (sides[:half], sides[half:]))
        params = [param for _, side_params in sides for param in side_params]
        return f"({left}) {self.comparison} ({right})", params


class IsNewer(IsOlder):
    comparison = ">"


class PostQuerySet(models.QuerySet):
    """`tagged` and `in_category` read the place in time from the link table, whose index holds one name's posts in order."""

    place_prefix = ""

    def _clone(self):
        clone = super()._clone()
        clone.place_prefix = self.place_prefix
        return clone

    def _ordered_by(self, prefix):
        clone = self._clone()
        clone.place_prefix = prefix
        return clone

    def published(self):
        return self.filter(hidden=False)

    def tagged(self, tag):
        return self.filter(post_tags__tag=tag)._ordered_by("post_tags__")

    def in_category(self, category):
        return self.filter(post_categories__category=category)._ordered_by("post_categories__")

    def by(self, author):
        return self.filter(author=author)

    def from_site(self, site):
        return self.filter(site=site)

    def between(self, first_day, last_day):
        return self.filter(day__gte=first_day, day__lte=last_day)

    def changed(self):
        return self.filter(changed_at__isnull=False)

    @property
    def _place_fields(self):
        last = "post_id" if self.place_prefix else "id"
        return [self.place_prefix + name for name in ("day", "published_at", last)]

    def newest_first(self):
        return self.order_by(*[f"-{name}" for name in self._place_fields])

    def oldest_first(self):
        return self.order_by(*self._place_fields)

    def older_than(self, place: Place):
        return self.filter(IsOlder(*self._place_fields, *[Value(value) for value in place]))

    def newer_than(self, place: Place):
        return self.filter(IsNewer(*self._place_fields, *[Value(value) for value in place]))

    def for_list(self):
        """What a list shows and no more: without the bodies, which may be hundreds of kilobytes each."""
        from .models import PostCategory, PostTag

        return (
            self.select_related("author", "site")
            .prefetch_related(
                Prefetch("post_tags", PostTag.objects.select_related("tag")),
                Prefetch("post_categories", PostCategory.objects.select_related("category")),
            )
            .only(
                *("title", "published_at", "day", "slug", "excerpt", "video", "capture_count", "changed_at"),
                *("source_url", "hidden", "author__name", "author__slug", "site__name", "site__slug"),
            )
        )


class NameQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(post_count__gt=0)

    def most_used(self):
        return self.order_by("-post_count", "slug")
