"""The archive as one SQLite file: readable without this project, for as long as there is SQLite."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from .records import as_values, posts, revision_values
from .snapshot import snapshot

_SCHEMA = """
    CREATE TABLE posts (
        id INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, title TEXT NOT NULL, published_at TEXT NOT NULL,
        date_written TEXT NOT NULL, author TEXT, source_url TEXT, site TEXT, comments INTEGER, layout TEXT, language TEXT,
        hidden INTEGER NOT NULL, other TEXT NOT NULL, body TEXT NOT NULL, html TEXT NOT NULL, text TEXT NOT NULL,
        excerpt TEXT NOT NULL, lead_image TEXT, video TEXT
    );
    CREATE TABLE post_tags (post_id INTEGER NOT NULL REFERENCES posts, position INTEGER NOT NULL, name TEXT NOT NULL);
    CREATE TABLE post_categories (post_id INTEGER NOT NULL REFERENCES posts, position INTEGER NOT NULL, name TEXT NOT NULL);
    CREATE TABLE addresses (address TEXT PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts);
    CREATE TABLE revisions (
        id INTEGER PRIMARY KEY, post_id INTEGER NOT NULL REFERENCES posts, kind TEXT NOT NULL, sha256 TEXT NOT NULL,
        title TEXT NOT NULL, arrived_at TEXT NOT NULL, editor TEXT, content BLOB NOT NULL
    );
    CREATE TABLE files (revision_id INTEGER NOT NULL REFERENCES revisions, path TEXT NOT NULL);
"""
_INDEXES = """
    CREATE INDEX posts_by_time ON posts (published_at);
    CREATE INDEX tags_of_post ON post_tags (post_id);
    CREATE INDEX posts_of_tag ON post_tags (name);
    CREATE INDEX categories_of_post ON post_categories (post_id);
    CREATE INDEX revisions_of_post ON revisions (post_id);
    CREATE INDEX files_of_revision ON files (revision_id);
"""


@snapshot()
def export_sqlite(path: Path) -> int:
    """Write every post and every state of it into a new SQLite file. Returns the number of posts."""
    written = 0
    with closing(sqlite3.connect(path)) as database:
        database.executescript(_SCHEMA)
        for post in posts():
            _insert_post(database, post)
            written += 1
        database.executescript(_INDEXES)
        database.commit()
    return written


def _insert_post(database, post):
    values = as_values(post)
    tags, categories, addresses = (values.pop(name) for name in ("tags", "categories", "addresses"))
    _insert(database, "posts", {**values, "other": json.dumps(values["other"], ensure_ascii=False)})
    for table, names in (("post_tags", tags), ("post_categories", categories)):
        for position, name in enumerate(names):
            _insert(database, table, {"post_id": post.pk, "position": position, "name": name})
    for address in addresses:
        _insert(database, "addresses", {"address": address, "post_id": post.pk})
    for revision in post.revisions.all():
        values = revision_values(revision)
        paths = values.pop("paths")
        _insert(database, "revisions", {**values, "post_id": post.pk, "content": bytes(revision.content)})
        for path in paths:
            _insert(database, "files", {"revision_id": revision.pk, "path": path})


def _insert(database, table, values):
    marks = ", ".join("?" * len(values))
    database.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", list(values.values()))
