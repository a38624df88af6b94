"""The stored counts: how many published posts a name has, in all and by year, and how many a day.

Whoever changes posts calls `uncount` before and `count` after, in the same transaction.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.db import connection

from ..kinds import KINDS, Kind
from .copying import as_array

_PUBLISHED = "post.id = ANY(%(post_ids)s::bigint[]) AND NOT post.hidden"


def _named(kind: Kind) -> str:
    """The posts of names of a kind: a row for each post and name."""
    posts = f"{kind.link_table} JOIN articles_post post ON post.id = post_id" if kind.has_links else "articles_post post"
    return f"SELECT {kind.link_column} AS id, post.day FROM {posts} WHERE {kind.link_column} IS NOT NULL AND {{published}}"


class _Counted(NamedTuple):
    """A table of counts, the columns that say what is counted, and rows of these, one for each post that counts.

    `is_made` tells that its rows come and go with what they count; those of other tables are there before.
    """

    table: str
    key: str
    rows: str
    is_made: bool = False

    def met(self, published=_PUBLISHED) -> str:
        return f"SELECT {self.key}, count(*) AS times FROM ({self.rows.format(published=published)}) AS met GROUP BY {self.key}"


_COUNTED = [
    *(_Counted(kind.table, "id", _named(kind)) for kind in KINDS.values()),
    _Counted(
        "articles_nameyear",
        "kind, name_id, year",
        " UNION ALL ".join(
            f"SELECT '{kind.key}' AS kind, id AS name_id, extract(year FROM day)::int2 AS year FROM ({_named(kind)}) AS {kind.key}"
            for kind in KINDS.values()
        ),
        is_made=True,
    ),
    _Counted("articles_archiveday", "day", "SELECT day FROM articles_post post WHERE {published}", is_made=True),
]


def count(post_ids: list[int]):
    """Add these posts to the counts, where they are published."""
    if not post_ids:
        return
    with connection.cursor() as cursor:
        for counted in _COUNTED:
            cursor.execute(_add_made(counted) if counted.is_made else _add(counted, "+"), {"post_ids": as_array(post_ids)})


def uncount(post_ids: list[int]):
    """Take these posts from the counts, where they are published."""
    if not post_ids:
        return
    with connection.cursor() as cursor:
        for counted in _COUNTED:
            cursor.execute(f"{_add(counted, '-')} RETURNING {_of_table(counted)}, post_count", {"post_ids": as_array(post_ids)})
            if counted.is_made:
                _forget(counted, [row[:-1] for row in cursor.fetchall() if row[-1] == 0])


def _add(counted, sign):
    return (
        f"UPDATE {counted.table} SET post_count = post_count {sign} times FROM ({counted.met()}) AS met"
        f" WHERE ({_of_table(counted)}) = ({_of('met', counted)})"
    )


def _add_made(counted):
    return (
        f"INSERT INTO {counted.table} ({counted.key}, post_count) {counted.met()}"
        f" ON CONFLICT ({counted.key}) DO UPDATE SET post_count = {counted.table}.post_count + excluded.post_count"
    )


def miscounted() -> Iterator[tuple[str, tuple, int, int]]:
    """Compare every stored count with the posts. Yields (table, key, stored, counted) where they differ."""
    with connection.cursor() as cursor:
        for counted in _COUNTED:
            cursor.execute(
                f"SELECT {counted.key}, coalesce(post_count, 0), coalesce(times, 0) FROM {counted.table}"
                f" FULL JOIN ({counted.met(published='NOT post.hidden')}) AS met USING ({counted.key})"
                f" WHERE coalesce(post_count, 0) <> coalesce(times, 0) ORDER BY {counted.key}"
            )
            yield from ((counted.table, row[:-2], *row[-2:]) for row in cursor.fetchall())


def set_count(table: str, key: tuple, number: int):
    """Mend a stored count that `miscounted` found."""
    counted = next(each for each in _COUNTED if each.table == table)
    if number == 0 and counted.is_made:
        return _forget(counted, [key])
    values = ", ".join(["%s"] * len(key))
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET post_count = %s WHERE ({counted.key}) = ({values})", [number, *key])
        if not cursor.rowcount:
            cursor.execute(f"INSERT INTO {table} ({counted.key}, post_count) VALUES ({values}, %s)", [*key, number])


def _forget(counted, keys):
    values = ", ".join(["%s"] * len(counted.key.split(", ")))
    with connection.cursor() as cursor:
        cursor.executemany(f"DELETE FROM {counted.table} WHERE ({counted.key}) = ({values})", keys)


def _of_table(counted):
    return _of(counted.table, counted)


def _of(table, counted):
    return ", ".join(f"{table}.{column}" for column in counted.key.split(", "))
