"""The import: read -> parse -> clean -> load.

The main process walks the sources, leaves out what is known to be unchanged, and loads batches; worker processes read, parse
and clean. Results are taken in the order in which the files were met, so a run's outcome doesn't depend on its workers.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.utils import timezone

from ..models import ImportRun
from .classify import DryRun, Outcome, known_files
from .load import load
from .locks import release_import_lock, try_import_lock, wait_for_import_lock
from .maintenance import search_index_settled, update_statistics
from .options import ImportOptions
from .read import walk
from .read.names import readable
from .records import ParsedFile, Problem, Skipped, SourceFile, UnchangedFile
from .restore import restore
from .workers import Job, Workers

# Files looked up at once: enough to make the question cheap, few enough to begin at once.
_LOOK_UP_FILES = 2000
# Unchanged files are only counted; this many at once.
_UNCHANGED_FILES = 5000
# Large files make smaller batches.
_BATCH_BYTES = 4 * 1024 * 1024


@dataclass
class Report:
    """What an import did. `counts` has every outcome; `warnings` counts files; `seconds` is wall time."""

    run: ImportRun | None = None
    counts: Counter = field(default_factory=lambda: Counter(dict.fromkeys(Outcome, 0)))
    warnings: int = 0
    seconds: float = 0.0

    @property
    def files(self) -> int:
        """How many files were met, but for those that are no posts."""
        return self.counts.total() - self.counts[Outcome.SKIPPED]


def import_posts(paths: list[str], options: ImportOptions) -> Report:
    """Import everything below these paths.

    Every file met is counted in the report and, unless it's a dry run, in a row of ImportRun. Raises SourceError where a path
    can't be read at all; a bad file is reported and passed over.
    """
    started_at = timezone.now()
    with only_writer(options.on_wait):
        if options.dry_run:
            report = Report()
            _run(paths, options, report, DryRun(), [])
        else:
            ImportRun.objects.filter(status=ImportRun.Status.RUNNING).update(status=ImportRun.Status.INTERRUPTED)
            report = Report(ImportRun.objects.create(sources=[readable(path) for path in paths], started_at=started_at))
            with _finished(report.run):
                with search_index_settled():
                    decisions = []
                    _run(paths, options, report, lambda results: load(results, report.run), decisions)
                    _restore(decisions, options, report)
                update_statistics()
    report.seconds = (timezone.now() - started_at).total_seconds()
    return report


@contextmanager
def only_writer(on_wait):
    """Be the only import, undo or rebuild that runs: two at once wait for each other."""
    if not try_import_lock():
        on_wait()
        wait_for_import_lock()
    try:
        yield
    finally:
        with suppress(OperationalError, InterfaceError):  # Postgres went away, and the lock with it.
            release_import_lock()


@contextmanager
def _finished(run):
    try:
        yield
    except BaseException:
        with suppress(OperationalError, InterfaceError):  # The next import will mark it.
            ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.INTERRUPTED)
        raise
    ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.FINISHED, finished_at=timezone.now())


def _run(paths, options, report, load_batch, decisions):
    """Import the files, and note in `decisions` what editors did in the archive that they were exported from."""
    with Workers(options.workers, options.read, options.parse) as workers:
        results = workers.process(_with_what_is_known(paths, options.read, decisions))
        for batch in _batches(results, options.batch_files):
            for path, outcome in _load_or_split(batch, load_batch):
                report.counts[outcome] += 1
                options.on_outcome(path, outcome)
            for result in batch:
                _tell_problems(result, report, options)


def _restore(decisions, options, report):
    """When every post is there: what editors did to them."""
    for path, outcome, problem in restore(decisions, report.run):
        report.counts[outcome] += 1
        options.on_outcome(path, outcome)
        if problem:
            options.on_problem(problem)


def _with_what_is_known(paths, read_options, decisions) -> Iterator[Job | UnchangedFile | Problem | Skipped]:
    """Every file to be worked on, with the hash of what is known to lie there; unchanged and unreadable ones as they are."""
    unreadable = []
    for sources in _in_pieces(_files(walk(paths, read_options, unreadable.append), decisions), _LOOK_UP_FILES):
        known = known_files(sources)
        for source in sources:
            file = known.get(source.path)
            if source.superseded:
                yield Job(source, None)
            elif file and file.looks_like(source):
                yield UnchangedFile(source, was_read=False)
            else:
                yield Job(source, file and file.sha256)
        yield from unreadable
        unreadable.clear()
    yield from unreadable


def _files(met, decisions) -> Iterator[SourceFile]:
    for each in met:
        if isinstance(each, SourceFile):
            yield each
        else:
            decisions.append(each)


def _in_pieces(items: Iterable, size: int) -> Iterator[list]:
    """Pieces of at most `size` items. Items that hold their content are passed on in smaller ones, to keep memory flat."""
    piece, content_bytes = [], 0
    for item in items:
        piece.append(item)
        content_bytes += len(item.content or b"")
        if len(piece) == size or content_bytes >= _BATCH_BYTES:
            yield piece
            piece, content_bytes = [], 0
    if piece:
        yield piece


def _batches(results, batch_files) -> Iterator[list[ParsedFile | UnchangedFile | Problem | Skipped]]:
    batch, parsed, content_bytes = [], 0, 0
    for result in results:
        batch.append(result)
        if isinstance(result, ParsedFile):
            parsed += 1
            content_bytes += len(result.content)
        if parsed >= batch_files or content_bytes >= _BATCH_BYTES or len(batch) >= _UNCHANGED_FILES:
            yield batch
            batch, parsed, content_bytes = [], 0, 0
    if batch:
        yield batch


def _load_or_split(batch, load_batch):
    """Load a batch. Where the database refuses it, find the file at fault by halves, so that nothing else is lost."""
    try:
        return load_batch(batch)
    except (DataError, IntegrityError) as error:
        if len(batch) == 1:
            batch[:] = [Problem(batch[0].source.path, f"the database refuses it: {error}".splitlines()[0])]
            return load_batch(batch)
    halves = batch[: len(batch) // 2], batch[len(batch) // 2 :]
    reported = [each for half in halves for each in _load_or_split(half, load_batch)]
    batch[:] = [*halves[0], *halves[1]]
    return reported


def _tell_problems(result, report, options):
    if isinstance(result, Problem):
        options.on_problem(result)
    elif isinstance(result, Skipped):
        options.on_skipped(result)
    elif isinstance(result, ParsedFile) and result.warnings:
        report.warnings += 1
        for warning in result.warnings:
            options.on_problem(warning)
