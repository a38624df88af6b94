"""The stored counts: how many published posts a name or a day has.

Whoever changes posts calls `uncount` before and `count` after, in the same transaction.
"""

from collections.abc import Iterator

from django.db import connection

from .copying import as_array

# What a published post adds to: the counted table, its key, and where that key of a post is found.
_COUNTED = [
    ("articles_author", "id", "SELECT author_id AS key FROM articles_post post WHERE author_id IS NOT NULL AND {published}"),
    ("articles_site", "id", "SELECT site_id AS key FROM articles_post post WHERE site_id IS NOT NULL AND {published}"),
    (
        "articles_tag",
        "id",
        "SELECT tag_id AS key FROM articles_posttag JOIN articles_post post ON post.id = post_id WHERE {published}",
    ),
    (
        "articles_category",
        "id",
        "SELECT category_id AS key FROM articles_postcategory JOIN articles_post post ON post.id = post_id WHERE {published}",
    ),
    ("articles_archiveday", "day", "SELECT day AS key FROM articles_post post WHERE {published}"),
]
_PUBLISHED = "post.id = ANY(%(post_ids)s::bigint[]) AND NOT post.hidden"


def count(post_ids: list[int]):
    """Add these posts to the counts, where they are published."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_archiveday (day, post_count)"
            f" SELECT DISTINCT day, 0 FROM articles_post post WHERE {_PUBLISHED} ON CONFLICT DO NOTHING",
            {"post_ids": as_array(post_ids)},
        )
    _add(post_ids, sign="+")


def uncount(post_ids: list[int]):
    """Take these posts from the counts, where they are published."""
    _add(post_ids, sign="-")
    _forget_empty_days()


def _add(post_ids, sign):
    if not post_ids:
        return
    with connection.cursor() as cursor:
        for table, key, keys_of_posts in _COUNTED:
            cursor.execute(
                f"UPDATE {table} SET post_count = post_count {sign} met.times"
                f" FROM (SELECT key, count(*) AS times FROM ({keys_of_posts.format(published=_PUBLISHED)}) AS keys"
                " GROUP BY key) AS met"
                f" WHERE {table}.{key} = met.key",
                {"post_ids": as_array(post_ids)},
            )


def miscounted() -> Iterator[tuple[str, object, int, int]]:
    """Compare every stored count with the posts. Yields (table, key, stored, counted) where they differ."""
    with connection.cursor() as cursor:
        for table, key, keys_of_posts in _COUNTED:
            cursor.execute(
                f"SELECT coalesce(stored.{key}, met.key), coalesce(stored.post_count, 0), coalesce(met.times, 0)"
                f" FROM {table} stored FULL JOIN (SELECT key, count(*) AS times"
                f"   FROM ({keys_of_posts.format(published='NOT post.hidden')}) AS keys GROUP BY key) AS met"
                f" ON stored.{key} = met.key WHERE coalesce(stored.post_count, 0) <> coalesce(met.times, 0) ORDER BY 1"
            )
            yield from ((table, *row) for row in cursor.fetchall())


def set_count(table: str, key, number: int):
    """Mend a stored count that `miscounted` found."""
    column = next(column for counted, column, _ in _COUNTED if counted == table)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET post_count = %s WHERE {column} = %s", [number, key])
        if not cursor.rowcount:
            cursor.execute(f"INSERT INTO {table} ({column}, post_count) VALUES (%s, %s)", [key, number])
    _forget_empty_days()


def _forget_empty_days():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_archiveday WHERE post_count = 0")
