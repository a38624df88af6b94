"""What an export reads, as it is at one moment."""

from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def snapshot():
    """In this block the archive is read as it is when it begins, whatever is saved meanwhile. A decorator, too."""
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
