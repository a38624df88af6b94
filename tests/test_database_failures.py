"""The database fails under an import: it is killed, or its disk is full. The next import completes to what an undisturbed one
gives. This happens to servers of their own, because the tests' own one has to stay.
"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from newsarchive.embedded_postgres.server import PostgresServer

from .files import write_sample

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
POSTS = 1500
STATE = "import django, json; django.setup(); from tests.state import archive_state; print(json.dumps(archive_state()))"


@pytest.fixture(scope="module")
def posts(tmp_path_factory):
    letters = random.Random(1)

    # Letters that don't repeat: what is written can't be compressed.
    def body():
        return f"<p>{''.join(chr(letters.randint(0x4E00, 0x9FA0)) for _ in range(1000))}</p>"

    return write_sample(tmp_path_factory.mktemp("posts") / "sample", POSTS, body)


class Archive:
    """An archive on a server that the tests may do anything to."""

    def __init__(self, server):
        self.server = server
        self.name = "empty"

    def _environment(self):
        url = f"postgresql://{self.server.superuser}@/{self.name}?host={self.server.socket_folder}"
        return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}

    def connect(self, name=None):
        return psycopg.connect(
            host=str(self.server.socket_folder), user=self.server.superuser, dbname=name or self.name, autocommit=True
        )

    def run(self, *command):
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self._environment(), capture_output=True, text=True, check=True, timeout=300
        ).stdout

    def start_over(self, tablespace="pg_default"):
        self.wait_until_it_answers("newsarchive")
        with self.connect("newsarchive") as connection:
            if self.name == "empty":
                connection.execute("CREATE DATABASE empty")
                self.run("manage.py", "migrate", "--verbosity", "0")
            else:
                connection.execute(f"DROP DATABASE {self.name} WITH (FORCE)")
            self.name = f"archive_{random.randrange(10**9)}"
            connection.execute(f"CREATE DATABASE {self.name} TEMPLATE empty TABLESPACE {tablespace}")

    def start_import(self, posts):
        return subprocess.Popen(
            [sys.executable, "manage.py", "import_posts", str(posts), "--workers", "2"],
            cwd=ROOT,
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_for_files(self, process, at_least):
        with self.connect() as connection:
            while process.poll() is None:
                if connection.execute("SELECT count(*) FROM articles_archivedfile").fetchone()[0] >= at_least:
                    return

    def wait_until_it_answers(self, name=None):
        """After a crash Postgres may be recovering by itself; where it isn't, it is started."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                with self.connect(name) as connection:
                    connection.execute("SELECT 1")
                return
            except psycopg.OperationalError:
                self.server.start()
        pytest.fail("Postgres didn't come back")

    def findings(self):
        """What check_archive finds wrong."""
        command = [sys.executable, "manage.py", "check_archive"]
        told = subprocess.run(command, cwd=ROOT, env=self._environment(), stdout=subprocess.PIPE, text=True, timeout=300).stdout
        *findings, _total = told.splitlines()
        return findings

    def state(self):
        return json.loads(self.run("-c", STATE))


@contextmanager
def archive_in(folder):
    server = PostgresServer(folder, "newsarchive")
    server.use()
    archive = Archive(server)
    try:
        archive.start_over()
        yield archive
    finally:
        server.stop()


@pytest.fixture(scope="module")
def archive():
    # Not pytest's own folder: Postgres doesn't run as root, and has to reach it.
    with tempfile.TemporaryDirectory() as folder, archive_in(Path(folder) / "postgres") as archive:
        yield archive


@pytest.fixture(scope="module")
def expected(archive, posts):
    archive.run("manage.py", "import_posts", str(posts))
    return archive.state()


def assert_it_says_why_and_the_next_import_completes(process, archive, posts, expected, why=""):
    _, told = process.communicate(timeout=300)
    assert process.returncode == 3, told
    assert "The database failed: " in told
    assert why in told
    assert "Traceback" not in told
    archive.wait_until_it_answers()
    # The first import makes it at its end, so the next one does.
    assert set(archive.findings()) <= {"the search index is missing: searches read every post"}
    archive.run("manage.py", "import_posts", str(posts))
    assert archive.findings() == []
    assert archive.state() == expected


def kill_postgres(archive):
    """The server and everything it started, at once, as a power cut would."""
    postmaster = psutil.Process(int((archive.server._data / "postmaster.pid").read_text().split()[0]))
    for process in [postmaster, *postmaster.children()]:
        with suppress(psutil.NoSuchProcess):
            process.kill()


def kill_its_backend(archive):
    """One process of the server: Postgres ends all others and recovers by itself."""
    with archive.connect() as connection:
        while not (
            backend := connection.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend'"
            ).fetchone()
        ):
            pass
        psutil.Process(backend[0]).kill()


@pytest.mark.parametrize("how", [kill_postgres, kill_its_backend])
@pytest.mark.parametrize("attempt", range(3))
def test_postgres_is_killed(archive, posts, expected, how, attempt):
    archive.start_over()
    process = archive.start_import(posts)
    archive.wait_for_files(process, at_least=attempt * POSTS // 3)
    how(archive)
    assert_it_says_why_and_the_next_import_completes(process, archive, posts, expected)


@pytest.fixture
def small_disk():
    """A folder on a file system of its own, of 500 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    with tempfile.TemporaryDirectory() as folder:
        # Postgres doesn't run as root, and has to reach it.
        os.chmod(folder, 0o755)
        disk = Path(folder) / "disk"
        disk.mkdir()
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=500m,mode=0755", "tmpfs", disk], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no small file system can be mounted here: {done.stderr.strip()}")
        try:
            yield disk
        finally:
            subprocess.run(["umount", "--lazy", disk], check=True)


@contextmanager
def stopped(process):
    """Let a process do nothing, so that it isn't done before the disk is full."""
    process.send_signal(signal.SIGSTOP)
    yield
    process.send_signal(signal.SIGCONT)


def fill(disk, but_bytes):
    """Take what is left of a disk but for so many bytes. Returns the file that does."""
    filler = disk / "filler"
    with open(filler, "wb", buffering=0) as file:
        with suppress(OSError):
            while file.write(bytes(64 * 1024)):
                pass
        file.truncate(max(0, file.tell() - but_bytes))
    return filler


@pytest.mark.parametrize("left", [0, 1_000_000])
def test_the_disk_is_full(small_disk, posts, expected, left):
    """Postgres can't write its log: it ends, and comes back when there is room."""
    with archive_in(small_disk / "postgres") as archive:
        archive.start_over()
        process = archive.start_import(posts)
        archive.wait_for_files(process, at_least=1)
        with stopped(process):
            filler = fill(small_disk, left)
        process.wait(300)
        filler.unlink()
        assert_it_says_why_and_the_next_import_completes(process, archive, posts, expected)


def test_the_disk_with_the_tables_is_full(small_disk, archive, posts, expected):
    """Postgres has no room for rows: it refuses them and runs on."""
    folder = small_disk / "tables"
    folder.mkdir()
    owner = archive.server._data.stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    with archive.connect("newsarchive") as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'")
    archive.start_over(tablespace="small")
    try:
        process = archive.start_import(posts)
        archive.wait_for_files(process, at_least=1)
        with stopped(process):
            filler = fill(small_disk, but_bytes=1_000_000)
        process.wait(300)
        filler.unlink()
        assert_it_says_why_and_the_next_import_completes(process, archive, posts, expected, why="No space left on device")
    finally:
        archive.start_over()
        with archive.connect("newsarchive") as connection:
            connection.execute("DROP TABLESPACE small")
