"""An import is killed at random moments, by every means; the next one completes to what an uninterrupted one gives."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import psycopg
import pytest
from django.db import connection

from articles.importing.maintenance import has_search_index
from articles.models import ImportRun

from .files import run_import, write_sample
from .state import archive_state, forget_everything

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ROOT = Path(__file__).resolve().parent.parent
POSTS = 1500


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    return write_sample(tmp_path_factory.mktemp("posts") / "sample", POSTS, lambda: "<p>列车在黄昏离开车站。</p>" * 20)


@pytest.fixture(scope="module")
def expected(posts, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        run_import(posts)
        state = archive_state()
        forget_everything()
    return state


def start_import(posts):
    """import_posts as a process of its own, on the tests' database."""
    info = connection.connection.info if connection.connection else connection.ensure_connection() or connection.connection.info
    url = f"postgresql://{info.user}:{info.password}@/{info.dbname}?host={info.host}&port={info.port}"
    return subprocess.Popen(
        [sys.executable, "manage.py", "import_posts", str(posts), "--workers", "2"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": url},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


# Each interrupts an import, waits for its end, and tells whether it was in time.


def kill_import(process):
    process.kill()
    return process.wait(120) != 0


def interrupt_import(process):
    process.send_signal(signal.SIGTERM)
    return process.wait(120) != 0


def kill_worker(process):
    """A worker dies; the import itself goes on."""
    while process.poll() is None:
        if children := psutil.Process(process.pid).children(recursive=True):
            random.choice(children).kill()
            process.wait(120)
            return True
    return False


def end_connections(process):
    """What a restart of Postgres or a lost network is to the import."""
    info = connection.connection.info
    server = {"host": info.host, "port": info.port, "user": info.user, "password": info.password}
    # Within a transaction, Postgres tells the same activity again and again.
    with psycopg.connect(**server, dbname="postgres", autocommit=True) as other:
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s"
        while process.poll() is None:
            if other.execute(ended, [info.dbname, info.backend_pid]).rowcount:
                break
    return process.wait(120) != 0


@pytest.mark.parametrize("how", [kill_import, interrupt_import, kill_worker, end_connections])
@pytest.mark.parametrize("attempt", range(6))
def test_a_run_that_was_interrupted_is_completed_by_the_next(posts, expected, how, attempt):
    # Moments from the first look at the files to the last batch, before which two thirds of the files are there.
    _interrupt(posts, how, at_least=attempt * POSTS // 8)
    _wait_for_the_end_of_its_transaction()
    assert_nothing_is_half_done()
    run_import(posts)
    assert archive_state() == expected
    assert has_search_index()
    assert not ImportRun.objects.filter(status=ImportRun.Status.RUNNING).exists()


def _interrupt(posts, how, at_least):
    """Interrupt an import. One that was done before is forgotten, and another one started."""
    for _attempt in range(5):
        process = start_import(posts)
        _wait_for_files(process, at_least)
        if how(process):
            return
        forget_everything()
    pytest.fail("no import could be interrupted before it was done")


def _wait_for_files(process, at_least):
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM articles_archivedfile")
            if cursor.fetchone()[0] >= at_least:
                return


def _wait_for_the_end_of_its_transaction():
    """Postgres notices that a client was killed when it next reads from it."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            )
            if not cursor.fetchone()[0]:
                return


def assert_nothing_is_half_done():
    from articles.importing.check import check_archive

    findings = []
    check_archive(False, lambda finding: findings.append(finding.what))
    # A first import makes it at its end.
    assert set(findings) <= {"the search index is missing: searches read every post"}
