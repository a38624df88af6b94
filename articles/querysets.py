"""The questions asked of the archive, named as they are read aloud.

Post.objects.published().tagged(tag).newest_first().for_list()
"""

from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import BooleanField, F, Func, IntegerField, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Cast, Collate, Left, Reverse

# A list shows a post's first tags only.
_TAGS_IN_LIST = 3
# A file may lie at any number of paths.
_PATHS_IN_HISTORY = 20


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


class IsAmong(Func):
    """Whether a value is in an array."""

    output_field = BooleanField()
    template = "%(expressions)s)"
    arg_joiner = " = ANY("


def _as_expressions(place):
    return [value if hasattr(value, "resolve_expression") else Value(value) for value in place]


def _texts(*expressions):
    """An array of texts."""
    return Func(*expressions, template="ARRAY[%(expressions)s]", output_field=ArrayField(TextField()))


def _names_of(link_model, field, limit=None):
    """An array of [name, slug]: what a post is linked to, in the order of its file."""
    links = link_model.objects.filter(post=OuterRef("pk")).order_by("position")
    return ArraySubquery(links.values(pair=_texts(f"{field}__name", f"{field}__slug"))[:limit])


class PostQuerySet(models.QuerySet):
    """`tagged` and `in_category` read the place in time from the link table, whose index holds one name's posts in order."""

    place_prefix = ""

    def _clone(self):
        clone = super()._clone()
        clone.place_prefix = self.place_prefix
        return clone

    def _linked(self, relation, **name):
        """Posts of a name, with their place in time as the link has it. Aliases, since a filter would join the links again."""
        linked = self.filter(**{f"{relation}__{key}": value for key, value in name.items()})
        places = {"day": F(f"{relation}__day"), "published_at": F(f"{relation}__published_at"), "id": F(f"{relation}__post_id")}
        linked = linked.alias(**{f"link_{field}": place for field, place in places.items()})
        linked.place_prefix = "link_"
        return linked

    def published(self):
        return self.filter(hidden=False)

    def at(self, day, slug):
        """The post that this address leads to."""
        return self.filter(permalinks__day=day, permalinks__slug=slug)

    def tagged(self, tag):
        return self._linked("post_tags", tag=tag)

    def in_category(self, category):
        return self._linked("post_categories", category=category)

    def by(self, author):
        return self.filter(author=author)

    def from_site(self, site):
        return self.filter(site=site)

    def between(self, first_day, last_day):
        return self.filter(day__gte=first_day, day__lte=last_day)

    def changed(self):
        return self.filter(changed_at__isnull=False)

    def last_changed_first(self):
        return self.order_by("-changed_at", "-id")

    def changed_before(self, changed_at, post_id):
        """Those that come after this post among the last changed."""
        return self.filter(IsOlder("changed_at", "id", Value(changed_at), Value(post_id)))

    @property
    def _place_fields(self):
        return [self.place_prefix + name for name in Place._fields]

    def newest_first(self):
        return self.order_by(*[f"-{name}" for name in self._place_fields])

    def oldest_first(self):
        return self.order_by(*self._place_fields)

    def older_than(self, place: Place):
        return self.filter(IsOlder(*self._place_fields, *_as_expressions(place)))

    def newer_than(self, place: Place):
        return self.filter(IsNewer(*self._place_fields, *_as_expressions(place)))

    def for_list(self):
        """Rows of what a list shows and no more: no bodies, which may be hundreds of kilobytes each, and no query a row.

        `tags_shown` has the first few tags as [name, slug].
        """
        from .models import PostTag

        return self.annotate(tags_shown=_names_of(PostTag, "tag", _TAGS_IN_LIST)).values_list(
            *("id", "day", "published_at", "slug", "title", "language", "author__name", "author__slug", "tags_shown"),
            named=True,
        )

    def in_bulk_for_list(self, ids):
        """Rows of `for_list` by id."""
        return {post.id: post for post in self.filter(pk__in=ids).for_list()} if ids else {}

    def among(self, ids):
        """Posts with these ids, in their order. `ids` is an array, or a parameter that stands for one."""
        ids = Cast(ids, ArrayField(models.BigIntegerField()))
        return self.filter(IsAmong("id", ids)).order_by(Func(ids, "id", function="array_position"))

    def as_link(self):
        """What a link to a post says of it: [day, slug, title, language]."""
        return self.values(link=_texts(Cast("day", TextField()), "slug", "title", "language"))

    def for_page(self, related):
        """Rows of what a post's own page shows. `related` are the ids of posts to link to, as `among` takes them.

        `tags_shown` and `categories_shown` have all [name, slug]. Other posts are given as `as_link` has them: `older` and
        `newer` stand beside it in the archive; of its first category, `category_older` and `category_newer` are the next two
        each, and `category_ends` the first and the last.
        """
        from .models import Post, PostCategory, PostTag

        place = [OuterRef(name) for name in Place._fields]
        posts = Post.objects.published()
        first_category = PostCategory.objects.filter(post=OuterRef("pk")).order_by("position").values("category")[:1]
        in_category = posts.in_category(OuterRef("first_category"))
        return self.annotate(
            tags_shown=_names_of(PostTag, "tag"),
            categories_shown=_names_of(PostCategory, "category"),
            related=ArraySubquery(posts.among(related).as_link()),
            older=Subquery(posts.older_than(place).newest_first().as_link()[:1]),
            newer=Subquery(posts.newer_than(place).oldest_first().as_link()[:1]),
            first_category=Subquery(first_category),
            category_older=ArraySubquery(in_category.older_than(place).newest_first().as_link()[:2]),
            category_newer=ArraySubquery(in_category.newer_than(place).oldest_first().as_link()[:2]),
            category_ends=_texts(
                Subquery(in_category.oldest_first().as_link()[:1]), Subquery(in_category.newest_first().as_link()[:1])
            ),
        ).values_list(
            *("id", "day", "slug", "title", "published_at", "date_written", "source_url", "language", "body_html", "excerpt"),
            *("lead_image", "video", "capture_count", "changed_at", "author__name", "author__slug", "site__name", "site__slug"),
            *("reading_seconds", "current__arrived_at", "current__kind", "tags_shown", "categories_shown", "related"),
            *("older", "newer", "category_older", "category_newer", "category_ends"),
            named=True,
        )

    def for_changes(self):
        """Rows of what a list of changed posts shows; `last_capture` is the SHA-256 of the one that came last."""
        from .models import Revision

        captures = Revision.objects.captures().filter(post=OuterRef("pk")).in_order_of_arrival().reverse()
        return self.annotate(last_capture=Subquery(captures.values("sha256")[:1])).values_list(
            *("id", "day", "slug", "title", "language", "author__name", "published_at", "changed_at", "capture_count"),
            *("excerpt", "last_capture"),
            named=True,
        )

    def for_feed(self):
        from .models import PostTag

        return (
            self.select_related("author")
            .annotate(tags_shown=_names_of(PostTag, "tag"))
            .only("title", "day", "slug", "published_at", "changed_at", "excerpt", "author__name")
        )


class RevisionQuerySet(models.QuerySet):
    def captures(self):
        return self.filter(kind="capture")

    def public(self):
        """What readers may see: captures of published posts, and the edit that such a post shows. Earlier edits were slips."""
        return self.filter(Q(kind="capture") | Q(pk=F("post__current")), post__hidden=False)

    def newest_first(self):
        """In the order that tells which capture a post shows; see Revision."""
        return self.order_by("-published_at", "-arrived_at", Collate("path", "C").desc(), "-pk")

    def in_order_of_arrival(self):
        """The first that came first; of those that came at once, the one to show last."""
        return self.order_by("arrived_at", "published_at", Collate("path", "C"), "pk")

    def for_history(self):
        """Rows of what a history shows: no bytes, but their number as `size`, and `paths` with the first of its files."""
        from .models import ArchivedFile

        paths = ArchivedFile.objects.filter(revision=OuterRef("pk")).order_by("path").values("path").distinct()
        return self.annotate(
            size=Func("content", function="octet_length", output_field=IntegerField()),
            paths=ArraySubquery(paths[:_PATHS_IN_HISTORY]),
        ).values_list("id", "kind", "sha256", "title", "published_at", "arrived_at", "size", "paths", named=True)


class ImportRunQuerySet(models.QuerySet):
    def with_news(self):
        """Runs that brought something, met a problem or didn't finish: not those from cron that found all as it was."""
        return self.exclude(status="finished", created=0, updated=0, captures=0, failed=0, warnings=0)


class NameQuerySet(models.QuerySet):
    def in_use(self):
        return self.filter(post_count__gt=0)

    def in_use_or_merged(self):
        return self.filter(models.Q(post_count__gt=0) | models.Q(merged_into__isnull=False))

    def for_page(self, posts):
        """Rows of what a name's own page shows; `posts` are those of the name whose id is `OuterRef("pk")`.

        `years` has [year, number of posts] for every year with posts, `first_day` and `last_day` are those of its posts.
        """
        from .models import NameYear

        years = NameYear.objects.filter(kind=self.model._meta.model_name, name_id=OuterRef("pk"), post_count__gt=0).order_by("year")
        pair = Func("year", "post_count", template="ARRAY[%(expressions)s]", output_field=ArrayField(IntegerField()))
        return self.annotate(
            years=ArraySubquery(years.values(pair=pair)),
            first_day=Subquery(posts.oldest_first().values("day")[:1]),
            last_day=Subquery(posts.newest_first().values("day")[:1]),
        ).values_list("id", "name", "slug", "post_count", "merged_into__slug", "years", "first_day", "last_day", named=True)

    def most_used(self):
        return self.order_by("-post_count", "slug")

    def used_less_than(self, post_count, slug):
        """Those that come after this name among the most used."""
        return self.filter(post_count__lte=post_count).filter(
            models.Q(post_count__lt=post_count) | models.Q(post_count=post_count, slug__gt=slug)
        )

    def first_characters(self, limit: int) -> list[str]:
        """What most of these names begin with, folded, in order."""
        counted = self.order_by().values(first=Left("folded", 1)).annotate(number=models.Count("*"))
        return sorted(row["first"] for row in counted.order_by("-number", "first")[:limit])

    def beginning_with(self, folded: str):
        """Names whose folded form begins so."""
        return self.filter(folded__startswith=folded)

    def ending_in(self, folded: str):
        """Names whose folded form ends so."""
        return self.alias(backwards=Reverse("folded")).filter(backwards__startswith=folded[::-1])

    def being_or_below(self, hosts: list[str]):
        """Sites whose folded form is one of these or ends in one, as that of a subdomain does."""
        below = [models.Q(backwards__startswith=f" {host}"[::-1]) for host in hosts]
        return self.alias(backwards=Reverse("folded")).filter(reduce(or_, below, models.Q(folded__in=hosts)))
