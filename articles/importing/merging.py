"""Merge names that mean the same.

Files stay as they are: a merge is a rule about names, which every import and rebuild follows from then on.
"""

from dataclasses import dataclass

from django.db import connection, transaction

from ..models import Author, Category, Post, Revision, Site, Tag
from ..models.names import Name
from ..search.terms import AUTHOR, CATEGORY, SITE, TAG, name_key
from .counters import count, uncount
from .locks import lock_archive
from .restate import show_revisions

# Posts derived again in one transaction.
_BATCH = 500


@dataclass(frozen=True)
class _Place:
    """Where posts hold names of a kind: in a column of theirs or of a table of links; and the kind's number in search keys."""

    table: str
    post_column: str
    name_column: str
    key_kind: int


_PLACES = {
    Author: _Place("articles_post", "id", "author_id", AUTHOR),
    Site: _Place("articles_post", "id", "site_id", SITE),
    Tag: _Place("articles_posttag", "post_id", "tag_id", TAG),
    Category: _Place("articles_postcategory", "post_id", "category_id", CATEGORY),
}


def merge_names(names: list[Name], into: Name):
    """Put the posts under these names under another one of their kind, now and whenever a file gives these names."""
    model, place = type(into), _PLACES[type(into)]
    with transaction.atomic():
        lock_archive()
        into = model.objects.select_related("merged_into").get(pk=into.pk)
        into = into.merged_into or into
        merged = [name.pk for name in names if name != into]
        post_ids = _posts_under(place, merged)
        uncount(post_ids)
        if place.table == "articles_post":
            Post.objects.filter(pk__in=post_ids).update(**{place.name_column: into.pk})
        else:
            _move_links(place, merged, into.pk, post_ids)
        _move_search_keys(place, merged, into.pk, post_ids)
        count(post_ids)
        # What was merged into these before follows them.
        model.objects.filter(merged_into__in=merged).update(merged_into=into)
        model.objects.filter(pk__in=merged).update(merged_into=into)


def separate_names(names: list[Name]):
    """Take merges back: posts whose files give these names are under them again."""
    model, place = type(names[0]), _PLACES[type(names[0])]
    with transaction.atomic():
        lock_archive()  # A batch that knows the merge is over before the posts under it are listed.
        merged = model.objects.filter(pk__in=[name.pk for name in names], merged_into__isnull=False)
        post_ids = _posts_under(place, list(merged.values_list("merged_into", flat=True)))
        merged.update(merged_into=None)
    for start in range(0, len(post_ids), _BATCH):
        with transaction.atomic():
            lock_archive()
            shown = Post.objects.filter(pk__in=post_ids[start : start + _BATCH]).values("current_id")
            show_revisions(list(Revision.objects.filter(pk__in=shown)))


def _posts_under(place, name_ids) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT {place.post_column} FROM {place.table} WHERE {place.name_column} = ANY(%s) ORDER BY 1", [name_ids]
        )
        return [row[0] for row in cursor.fetchall()]


def _move_links(place, merged, into, post_ids):
    """A post has the other name at the first place of any of them, and its names are numbered without a gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH gone AS (DELETE FROM {place.table} WHERE {place.name_column} = ANY(%s) RETURNING *)"
            f" INSERT INTO {place.table} AS link (post_id, {place.name_column}, position, day, published_at)"
            " SELECT post_id, %s, min(position), min(day), min(published_at) FROM gone GROUP BY post_id"
            f" ON CONFLICT (post_id, {place.name_column}) DO UPDATE SET position = least(link.position, excluded.position)",
            [merged, into],
        )
        cursor.execute(
            f"UPDATE {place.table} link SET position = numbered.position FROM ("
            f"  SELECT post_id, {place.name_column} AS name_id,"
            "    row_number() OVER (PARTITION BY post_id ORDER BY position) - 1 AS position"
            f"  FROM {place.table} WHERE post_id = ANY(%s)) AS numbered"
            f" WHERE (link.post_id, link.{place.name_column}) = (numbered.post_id, numbered.name_id)"
            " AND link.position <> numbered.position",
            [post_ids],
        )


def _move_search_keys(place, merged, into, post_ids):
    new = name_key(place.key_kind, into)
    with connection.cursor() as cursor:
        for name_id in merged:
            old = name_key(place.key_kind, name_id)
            cursor.execute(
                "UPDATE articles_searchrow SET names = array_append(array_remove(array_remove(names, %(old)s), %(new)s), %(new)s)"
                " WHERE post_id = ANY(%(post_ids)s) AND %(old)s = ANY(names)",
                {"old": old, "new": new, "post_ids": post_ids},
            )
