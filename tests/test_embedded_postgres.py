"""The embedded server is tried in folders and processes of its own: the tests' own one has to stay."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from newsarchive.embedded_postgres.server import PostgresServer

USER = """
import sys
from pathlib import Path
import psycopg
from newsarchive.embedded_postgres.server import PostgresServer
server = PostgresServer(Path(sys.argv[1]), "sample")
server.use()
with psycopg.connect(host=str(server.socket_folder), user=server.superuser, dbname="sample") as connection:
    connection.execute("SELECT pg_advisory_xact_lock(1)")
    connection.execute("CREATE TABLE IF NOT EXISTS visit (pid int)")
    connection.execute("INSERT INTO visit VALUES (pg_backend_pid())")
    visits = connection.execute("SELECT count(*) FROM visit").fetchone()[0]
print(visits, flush=True)
sys.stdin.readline()
"""


class User:
    """A process that uses the server until it is told to end."""

    def __init__(self, folder):
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def visits(self):
        return int(self.process.stdout.readline())

    def end(self):
        self.process.communicate("\n", timeout=60)

    def kill(self):
        self.process.kill()
        self.process.wait()


@pytest.fixture
def folder():
    # Not pytest's own: another run of pytest closes its folders to others than root, who run Postgres for root.
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "postgres"
        PostgresServer(Path(folder) / "postgres", "sample").stop()


def is_running(folder):
    return PostgresServer(folder, "sample").is_running()


def server_process(folder):
    return psutil.Process(int((folder / "data" / "postmaster.pid").read_text().split("\n")[0]))


def test_nothing_is_started_before_it_is_used(folder):
    PostgresServer(folder, "sample")
    assert not folder.exists()


def test_the_server_stops_with_its_last_user_and_keeps_the_data(folder):
    first, second = User(folder), User(folder)
    assert {first.visits(), second.visits()} == {1, 2}
    first.end()
    assert is_running(folder)
    second.end()
    assert not is_running(folder)
    third = User(folder)
    assert third.visits() == 3
    third.end()


def test_a_user_that_was_killed_is_not_counted(folder):
    killed, other = User(folder), User(folder)
    killed.visits(), other.visits()
    killed.kill()
    other.end()
    assert not is_running(folder)


def test_a_killed_server_is_started_again(folder):
    first = User(folder)
    assert first.visits() == 1
    server_process(folder).send_signal(signal.SIGKILL)
    second = User(folder)
    assert second.visits() == 2
    first.kill()
    second.end()


def test_a_stale_lock_that_names_a_living_process_is_passed_over(folder):
    user = User(folder)
    user.visits()
    lock = folder / "data" / "postmaster.pid"
    stale = lock.read_text().split("\n")
    user.end()
    lock.write_text("\n".join([str(os.getpid()), *stale[1:]]))
    user = User(folder)
    assert user.visits() == 2
    user.end()


def test_a_kill_while_the_data_are_made_leaves_no_half(folder):
    user = User(folder)
    while not list(folder.glob("new-*/*")):
        time.sleep(0.01)
    user.kill()
    user = User(folder)
    assert user.visits() == 1
    user.end()


def test_a_path_too_long_for_a_socket_is_served_elsewhere(folder):
    long = folder / ("long-" * 10) / ("path-" * 10)
    user = User(long)
    assert user.visits() == 1
    user.end()


DBSHELL = """
import sys
from django.conf import settings
settings.configure()
from django.db.utils import ConnectionHandler
handler = ConnectionHandler({"default": {"ENGINE": "newsarchive.embedded_postgres", "NAME": "newsarchive", "HOST": sys.argv[1]}})
handler["default"].client.runshell(["-tAc", "SELECT 'at your service'"])
"""


def test_dbshell_finds_the_socket_and_needs_no_psql_of_the_system(folder):
    done = subprocess.run(
        [sys.executable, "-c", DBSHELL, str(folder)], env={"PATH": "/nowhere"}, capture_output=True, text=True, check=True
    )
    assert done.stdout == "at your service\n"
