"""Merge names that mean the same.

Files stay as they are: a merge is a rule about names, which every import and rebuild follows from then on.
"""

from django.db import connection, transaction

from ..kinds import kind_of
from ..models import Post, Revision
from ..models.names import Name
from ..search.terms import name_key
from .counters import count, uncount
from .locks import lock_archive
from .restate import show_revisions

# Posts derived again in one transaction.
_BATCH = 500


def merge_names(names: list[Name], into: Name):
    """Put the posts under these names under another one of their kind, now and whenever a file gives these names."""
    model, kind = type(into), kind_of(into)
    with transaction.atomic():
        lock_archive()
        into = model.objects.select_related("merged_into").get(pk=into.pk)
        into = into.merged_into or into
        merged = [name.pk for name in names if name != into]
        post_ids = _posts_under(kind, merged)
        uncount(post_ids)
        if kind.has_links:
            _move_links(kind, merged, into.pk, post_ids)
        else:
            Post.objects.filter(pk__in=post_ids).update(**{kind.post_field: into.pk})
        _move_search_keys(kind, merged, into.pk, post_ids)
        count(post_ids)
        # What was merged into these before follows them.
        model.objects.filter(merged_into__in=merged).update(merged_into=into)
        model.objects.filter(pk__in=merged).update(merged_into=into)


def separate_names(names: list[Name]):
    """Take merges back: posts whose files give these names are under them again."""
    model, kind = type(names[0]), kind_of(names[0])
    with transaction.atomic():
        lock_archive()  # A batch that knows the merge is over before the posts under it are listed.
        merged = model.objects.filter(pk__in=[name.pk for name in names], merged_into__isnull=False)
        post_ids = _posts_under(kind, list(merged.values_list("merged_into", flat=True)))
        merged.update(merged_into=None)
    for start in range(0, len(post_ids), _BATCH):
        with transaction.atomic():
            lock_archive()
            shown = Post.objects.filter(pk__in=post_ids[start : start + _BATCH]).values("current_id")
            show_revisions(list(Revision.objects.filter(pk__in=shown)))


def _posts_under(kind, name_ids) -> list[int]:
    posts = Post.objects.filter(**{f"{kind.post_field}__in": name_ids})
    return list(posts.order_by("pk").distinct().values_list("pk", flat=True))


def _move_links(kind, merged, into, post_ids):
    """A post has the other name at the first place of any of them, and its names are numbered without a gap."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH gone AS (DELETE FROM {kind.link_table} WHERE {kind.link_column} = ANY(%s) RETURNING *)"
            f" INSERT INTO {kind.link_table} AS link (post_id, {kind.link_column}, position, day, published_at)"
            " SELECT post_id, %s, min(position), min(day), min(published_at) FROM gone GROUP BY post_id"
            f" ON CONFLICT (post_id, {kind.link_column}) DO UPDATE SET position = least(link.position, excluded.position)",
            [merged, into],
        )
        cursor.execute(
            f"UPDATE {kind.link_table} link SET position = numbered.position FROM ("
            f"  SELECT post_id, {kind.link_column} AS name_id,"
            "    row_number() OVER (PARTITION BY post_id ORDER BY position) - 1 AS position"
            f"  FROM {kind.link_table} WHERE post_id = ANY(%s)) AS numbered"
            f" WHERE (link.post_id, link.{kind.link_column}) = (numbered.post_id, numbered.name_id)"
            " AND link.position <> numbered.position",
            [post_ids],
        )


def _move_search_keys(kind, merged, into, post_ids):
    new = name_key(kind.number, into)
    with connection.cursor() as cursor:
        for name_id in merged:
            old = name_key(kind.number, name_id)
            cursor.execute(
                "UPDATE articles_searchrow SET names = array_append(array_remove(array_remove(names, %(old)s), %(new)s), %(new)s)"
                " WHERE post_id = ANY(%(post_ids)s) AND %(old)s = ANY(names)",
                {"old": old, "new": new, "post_ids": post_ids},
            )
