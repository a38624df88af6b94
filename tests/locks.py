"""Tables that nobody else can read: what makes a query wait for as long as it may."""

from contextlib import contextmanager

import psycopg
from django.db import connection


@contextmanager
def locked(model):
    """Lock a model's table, from a connection of its own, against all others."""
    connection.ensure_connection()
    with psycopg.connect(connection.connection.info.dsn, password=connection.connection.info.password) as other:
        other.execute(f"LOCK TABLE {model._meta.db_table} IN ACCESS EXCLUSIVE MODE")
        yield
        other.rollback()
