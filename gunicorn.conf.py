"""How the archive is served: two processes a core, one thread each (docs/decisions/one-thread-workers.md)."""

import multiprocessing
import os
import sys

from newsarchive.environment import env_int

wsgi_app = "newsarchive.wsgi"
bind = f"127.0.0.1:{env_int('PORT', 8000)}"
workers = env_int("WEB_CONCURRENCY", 2 * multiprocessing.cpu_count())
# A socket in the home folder that every gunicorn of this user would share, for commands that nothing here gives.
control_socket_disable = True
# Whether a proxy is believed is for BEHIND_PROXY to say: gunicorn by itself believes whoever comes from this machine.
secure_scheme_headers = {}
# As long as nginx takes them: a Chinese character of a search takes nine bytes of its address.
limit_request_line = 8190
# A worker's memory settles; a new one now and then keeps a leak from mattering.
max_requests = 100_000
max_requests_jitter = 10_000
# Without it, a worker that is slow to touch its heartbeat file on a busy disk counts as dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None


def when_ready(server):
    """Tell where the archive is, and keep the embedded Postgres, if it is one, until the last worker is gone."""
    if not os.environ.get("DATABASE_URL"):
        # Not the settings nor the app: what is imported here would be what workers run after a reload.
        from newsarchive.embedded_postgres.base import server_in

        server_in("var/postgres").use()
    manage = ".venv/bin/python manage.py"
    sys.stdout.write(
        f"\nThe archive is on http://{bind}\n"
        f"  Import your own posts:     {manage} import_posts /path/to/posts\n"
        f"  Make an editor's account:  {manage} createsuperuser, then http://{bind}/admin/\n"
        "  Stop:                      Ctrl-C\n\n"
    )
    sys.stdout.flush()
