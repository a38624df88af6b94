"""Measure the memory of every process of an import.

    .venv/bin/python benchmarks/import_memory.py PATH [PATH ...]

Imports the paths into an empty database of its own, on the server that the settings name, and once more when nothing has
changed. Printed is the greatest resident memory of each process: of the import, which is the first, of its fork server and
workers, and of the server processes that it had, of which the shared buffers are a part.
"""

import argparse
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil
from import_speed import DATABASE, Archive


class ServerWatch:
    """Notes the greatest memory of each of the server's processes that serve this database. A context manager."""

    def __init__(self):
        self.processes = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *exc_info):
        self._ended.set()
        self._thread.join()

    def _watch(self):
        while not self._ended.wait(0.5):
            for process in psutil.process_iter():
                with suppress(psutil.Error):
                    if f" {DATABASE} " in " ".join(process.cmdline()) and process.cmdline()[0].startswith("postgres: "):
                        most = max(self.processes.get(process.pid, 0), process.memory_info().rss / 1e6)
                        self.processes[process.pid] = most


def _listed(processes):
    return ", ".join(f"{most:.0f}" for _, most in sorted(processes.items()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", type=Path, nargs="+")
    arguments = parser.parse_args()
    archive = Archive(arguments.paths)
    archive.start_over()
    for what in ("full", "unchanged"):
        started = time.monotonic()
        with ServerWatch() as watch:
            measured = archive.run()
        seconds = time.monotonic() - started
        print(f"{what}: {seconds:.0f} s; import {_listed(measured.processes)} MB; server {_listed(watch.processes)} MB", flush=True)
    archive.end()


if __name__ == "__main__":
    main()
