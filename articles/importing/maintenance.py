"""What the database needs when many rows have changed, sooner than autovacuum would give it."""

import os
from contextlib import contextmanager, suppress

from django.db import InterfaceError, OperationalError, connection, transaction

from ..models import SearchRow

# Autovacuum's own rule for when a table's statistics are out of date, and tables that have none: where Postgres was killed, it
# forgot how many rows had changed. Those of the search rows cost as much as a quarter of an import, for they count the keys of
# every row, and no search is planned by them.
_OUT_OF_DATE = """
    SELECT quote_ident(stat.relname) FROM pg_stat_user_tables stat JOIN pg_class ON oid = relid
    WHERE stat.relname LIKE 'articles\\_%' AND stat.relname <> 'articles_searchrow'
    AND (n_mod_since_analyze > 50 + 0.1 * n_live_tup OR reltuples < 0 AND pg_relation_size(oid) > 0)
"""
# Of 16 to 256 MB, as fast as any; the index is the same.
_COLLECTED_MB = 64


@contextmanager
def search_index_settled():
    """Leave the search index as searches like it best, whatever is written meanwhile.

    While an archive gets its first posts there is no index: made at once, on two cores, it takes half the time. A kill leaves
    the archive without it, searched slowly, until the next import, rebuild or `check_archive --repair`. So does Ctrl-C: who
    presses it wants an end within a second or two, and at a million posts the index takes minutes.
    """
    # Within a transaction, rows that were just written keep an index from being made.
    if not connection.in_atomic_block and not SearchRow.objects.exists():
        _drop_index()
    is_stopped = False
    try:
        yield
    except KeyboardInterrupt:
        is_stopped = True
        raise
    finally:
        if not is_stopped:
            with suppress(OperationalError, InterfaceError):  # Postgres went away.
                settle_search_index()


def _drop_index():
    with suppress(OperationalError), transaction.atomic(), connection.cursor() as cursor:
        # Who searches for long goes before.
        cursor.execute("SET LOCAL lock_timeout = '1s'")
        cursor.execute("DROP INDEX IF EXISTS search_keys")


def settle_search_index():
    """Move what was added lately from the search index's pending list to its place, so that searches needn't read the list; make
    the index where it is missing.
    """
    if has_search_index():
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_keys')")
        return
    # The process that is asked works as well.
    helpers = os.cpu_count() - 1
    with connection.schema_editor() as schema_editor:
        # Postgres goes by the size of the rows, and the texts lie apart from them.
        schema_editor.execute(f"ALTER TABLE articles_searchrow SET (parallel_workers = {helpers})")
        if helpers and connection.pg_version >= 180_000:
            # What each collects before it is sorted: less of it stays in the processor's cache. One process alone, as in older
            # versions, adds to the index each time that it has collected so much, and is faster with more.
            schema_editor.execute(f"SET LOCAL maintenance_work_mem = '{_COLLECTED_MB}MB'")
        schema_editor.add_index(SearchRow, next(index for index in SearchRow._meta.indexes if index.name == "search_keys"))
        schema_editor.execute("ALTER TABLE articles_searchrow RESET (parallel_workers)")


def has_search_index() -> bool:
    """Whether searches have their index. Without it they are right, but read every post."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('search_keys') IS NOT NULL")
        return cursor.fetchone()[0]


def update_statistics():
    """Let the planner know of the tables that have grown: pages are read right after the first import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(_OUT_OF_DATE)
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {table}")
