"""The stored counts: how many published posts a name or a day has.

Whoever changes posts calls `uncount` before and `count` after, in the same transaction.
"""

from django.db import connection

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
_PUBLISHED = "post.id = ANY(%(post_ids)s) AND NOT post.hidden"


def count(post_ids: list[int]):
    """Add these posts to the counts, where they are published."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO articles_archiveday (day, post_count)"
            f" SELECT DISTINCT day, 0 FROM articles_post post WHERE {_PUBLISHED} ON CONFLICT DO NOTHING",
            {"post_ids": post_ids},
        )
    _add(post_ids, sign="+")


def uncount(post_ids: list[int]):
    """Take these posts from the counts, where they are published."""
    _add(post_ids, sign="-")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_archiveday WHERE post_count = 0")


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
                {"post_ids": post_ids},
            )
