"""Who may write when: advisory locks, held by Postgres and gone with the connection that took them."""

from django.db import connection

from ..models import ImportRun

# Any two numbers that nothing else in the database uses.
_IMPORT_LOCK = 7_263_001
_WRITE_LOCK = 7_263_002


def lock_archive():
    """Wait until this transaction alone writes posts. Held to its end; an import takes it anew for every batch."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITE_LOCK])


def try_import_lock() -> bool:
    """Become the one import that runs, if none does. Held until `release_import_lock` or the end of the connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_IMPORT_LOCK])
        return cursor.fetchone()[0]


def wait_for_import_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_IMPORT_LOCK])


def release_import_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [_IMPORT_LOCK])


def is_importing() -> bool:
    """Whether some other connection imports, undoes an import or rebuilds."""
    if not try_import_lock():
        return True
    release_import_lock()
    return False


def status_of(run: ImportRun) -> ImportRun.Status:
    """A run's status. One that was killed is marked as running until the next begins, and was interrupted."""
    if run.status == ImportRun.Status.RUNNING and not is_importing():
        return ImportRun.Status.INTERRUPTED
    return ImportRun.Status(run.status)
