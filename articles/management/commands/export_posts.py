"""export_posts: leave with everything."""

import sqlite3
from pathlib import Path

from django.core.management.base import CommandError

from ...exporting.files import export_files
from ...exporting.jsonl import export_jsonl
from ...exporting.sqlite import export_sqlite
from ..base import ArchiveCommand, counted


class Command(ArchiveCommand):
    help = (
        "Write the archive to a folder: as the front-matter files that came in, byte for byte (an edited post's file changes "
        "only where it was edited), as JSON Lines (posts.jsonl) or as a SQLite database (posts.sqlite). "
        "Exit status: 0 all well, 1 a file could not be written, 2 wrong usage, 3 the database failed, 130 stopped."
    )

    when_interrupted = "What was written until then is not the whole archive: run the same command again with a new folder."

    def add_arguments(self, parser):
        parser.add_argument("folder", type=Path, metavar="DIR", help="a new or empty folder")
        parser.add_argument("--format", choices=["files", "jsonl", "sqlite"], default="files")

    def handle(self, *, folder, format, **options):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if any(folder.iterdir()):
                raise CommandError(f"{folder} is not empty: name a new folder.", returncode=2)
        except OSError as error:
            raise CommandError(f"{folder}: {error.strerror}", returncode=2) from None
        try:
            self._export(folder, format)
        except (OSError, sqlite3.Error) as error:
            raise CommandError(f"{folder}: {getattr(error, 'strerror', None) or error}. {self.when_interrupted}") from None

    def _export(self, folder, format):
        if format == "files":
            problems = []
            number = export_files(folder, lambda path, reason: problems.append(f"failed: {path}: {reason}"))
            for problem in problems:
                self.stderr.write(problem)
            self.stdout.write(f"{counted(number, 'files')} written to {folder}, {len(problems):,} could not be.")
            if problems:
                raise SystemExit(1)
            return
        export, name = {"jsonl": (export_jsonl, "posts.jsonl"), "sqlite": (export_sqlite, "posts.sqlite")}[format]
        number = export(folder / name)
        self.stdout.write(f"{counted(number, 'posts')} written to {folder / name}.")
