"""import_posts: files into the archive."""

import csv
import gc
import json
import os
import signal
import sys
import threading
from contextlib import suppress

from django.core.management.base import CommandError

from ...importing.classify import Outcome
from ...importing.options import import_options
from ...importing.pipeline import Report, import_posts
from ...importing.read import SourceError, check, paths_from, walk
from ...importing.records import Problem, Skipped
from ..base import ArchiveCommand, counted, interrupt, number_from, on_one_line
from ..progress import Progress


class Command(ArchiveCommand):
    help = (
        "Import posts from folders, single files, .zip, .tar, .tar.gz, .tar.xz, .tar.zst archives and git checkouts. "
        "Run it as often as you like: what is known is passed over, nothing is overwritten, and a run that was killed is "
        "completed by the next. Exit status: 0 all well, 1 a file failed, or the report, 2 wrong usage, 3 the database failed, "
        "130 stopped, 141 nobody reads what it writes."
    )

    when_interrupted = "What was imported until then is kept: run the same command again, and it is completed."

    def add_arguments(self, parser):
        parser.add_argument("paths", nargs="+", metavar="PATH", help='what to import; "-" reads paths from standard input')
        parser.add_argument("--dry-run", action="store_true", help="tell per file what would happen, and write nothing")
        parser.add_argument("--json", action="store_true", help="print the counts as one JSON object")
        parser.add_argument("--report", metavar="FILE.csv", help="write the problems to this file as well")
        parser.add_argument("--history", action="store_true", help="read every version from the commits of git checkouts")
        parser.add_argument("--drafts", action="store_true", help="import _drafts, too")
        parser.add_argument(
            "--workers", type=number_from(1), default=os.cpu_count(), help="worker processes (default: one per core)"
        )

    def handle(self, *, paths, dry_run, json, report, **options):
        signal.signal(signal.SIGTERM, interrupt)
        paths = [each for path in paths for each in (_paths_from_standard_input() if path == "-" else [path])]
        try:
            check(paths, needs_history=options["history"])
        except SourceError as error:
            raise CommandError(on_one_line(str(error)), returncode=2) from None
        with Teller(self, (self.stderr if json else self.stdout) if dry_run else None, report) as teller:
            options = import_options(
                workers=options["workers"],
                history=options["history"],
                drafts=options["drafts"],
                dry_run=dry_run,
                on_outcome=teller.outcome,
                on_problem=teller.problem,
                on_skipped=teller.skipped,
                on_wait=lambda: self.stderr.write("Another import is running; waiting for it to end."),
            )
            teller.count(paths, options.read)
            # What was loaded until now stays: looking through it for garbage takes a fifth of this process' time.
            gc.freeze()
            result = import_posts(paths, options)
        self.stdout.write(_as_json(result) if json else _as_text(result, dry_run))
        if not result.files:
            self.stderr.write(f"No posts were found in {on_one_line(', '.join(paths)) or 'standard input, which names no path'}.")
        if result.counts["failed"] or teller.report_failed:
            sys.exit(1)


def _paths_from_standard_input():
    if sys.stdin is None:  # The shell's `<&-`.
        raise CommandError("Standard input is closed, and - reads paths from it.", returncode=2)
    try:
        return paths_from(sys.stdin.buffer)
    except OSError as error:
        raise CommandError(f"Standard input, from which - reads paths: {error.strerror}", returncode=2) from None


class Teller:
    """Tells how the import gets on, of every problem, and of outcomes if asked to. A context manager."""

    def __init__(self, command, outcomes_to, report_path):
        self._command = command
        self._outcomes_to = outcomes_to
        self._progress = Progress("files")
        self._ended = False
        self.report_failed = False
        self._report_path, self._report_file = report_path, None
        if report_path:
            try:
                self._report_file = _opened(report_path)
                self._write_to_report("path", "line", "reason", "imported")
            except (OSError, ValueError) as error:  # ValueError: a NUL in the path.
                reason = getattr(error, "strerror", None) or str(error)
                raise CommandError(f"--report {on_one_line(report_path)}: {reason}", returncode=2) from None

    def _write_to_report(self, *fields):
        csv.writer(self._report_file).writerow(fields)
        self._report_file.flush()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        self._ended = True
        self._progress.__exit__(*exc_info)
        if self._report_file:
            with suppress(OSError):  # What couldn't be written was told.
                self._report_file.close()

    def count(self, paths, options):
        """On a terminal, find out how many files there are, meanwhile: it tells the remaining time."""
        if self._progress.is_on_terminal:
            threading.Thread(target=self._count, args=[paths, options], daemon=True).start()

    def _count(self, paths, options):
        unreadable, number = [], 0
        for _ in walk(paths, options, unreadable.append):
            number += 1
            if self._ended:
                return
        self._progress.set_total(number + len(unreadable))

    def outcome(self, path, outcome):
        self._progress.add(1)
        if self._outcomes_to and outcome != Outcome.SKIPPED:
            self._progress.write(self._outcomes_to, on_one_line(f"{outcome}: {path}"))

    def skipped(self, skipped: Skipped):
        """Said on the screen by a dry run only: it is the same in every run."""
        if self._outcomes_to:
            self._progress.write(self._outcomes_to, on_one_line(f"skipped: {skipped.path}: {skipped.reason}"))
        self._report(skipped.path, "", skipped.reason, "skipped")

    def problem(self, problem: Problem):
        where = f"{problem.path}:{problem.line}" if problem.line else problem.path
        told = f"{'failed' if problem.fatal else 'warning'}: {where}: {problem.reason}"
        self._progress.write(self._command.stderr, on_one_line(told))
        self._report(problem.path, problem.line or "", problem.reason, "no" if problem.fatal else "yes")

    def _report(self, *fields):
        if not self._report_file or self.report_failed:
            return
        try:
            self._write_to_report(*fields)
        except OSError as error:
            # It costs the rest of the report, and no file.
            self.report_failed = True
            self._progress.write(self._command.stderr, f"--report {self._report_path} is not complete: {error.strerror}")


def _opened(report_path):
    return open(report_path, "w", newline="", encoding="utf-8")


def _as_json(report: Report) -> str:
    return json.dumps({**report.counts, "warnings": report.warnings, "seconds": round(report.seconds, 3)})


def _as_text(report: Report, dry_run: bool) -> str:
    counts = ", ".join(counted(number, outcome) for outcome, number in report.counts.items() if outcome != Outcome.SKIPPED)
    skipped = report.counts[Outcome.SKIPPED]
    # Only where there is something to be told: most archives have posts only.
    told = f", {skipped:,} skipped{'' if dry_run else ' (--dry-run tells why)'}" if skipped else ""
    would = "Would be: " if dry_run else ""
    rate = f"{report.files / report.seconds:,.0f} files/s" if report.seconds else ""
    files = f"{counted(report.files, 'files')} in {report.seconds:.1f} s ({rate})"
    return f"{would}{counts}; {report.warnings:,} with warnings{told}. {files}."
