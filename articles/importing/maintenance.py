"""What the database needs when many rows have changed, sooner than autovacuum would give it."""

from django.db import connection

# Autovacuum's own rule for when a table's statistics are out of date. Those of the search rows cost as much as a quarter of an
# import, for they count the keys of every row, and no search is planned by them.
_OUT_OF_DATE = """
    SELECT quote_ident(relname) FROM pg_stat_user_tables
    WHERE relname LIKE 'articles\\_%' AND relname <> 'articles_searchrow' AND n_mod_since_analyze > 50 + 0.1 * n_live_tup
"""


def settle_search_index():
    """Move what was added lately from the search index's pending list to its place, so that searches needn't read the list."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('search_keys')")


def update_statistics():
    """Let the planner know of the tables that have grown: pages are read right after the first import."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(_OUT_OF_DATE)
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {table}")
