"""Worker processes: files in, parsed files out, in the order given. A worker that dies takes no other file with it."""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from time import monotonic

from .parse import ParseOptions
from .read import ReadOptions
from .records import ParsedFile, Problem, Skipped, SourceFile, UnchangedFile
from .work import SECONDS_PER_FILE, prepare_worker, process_files

# What travels to a worker at once: many small files, or few large ones, so that no worker is the last for long.
_CHUNK_FILES = 64
_CHUNK_BYTES = 512 * 1024
# So little is done in this process, sooner than a worker would have started.
_INLINE_FILES = 32
_INLINE_BYTES = 1024 * 1024
# What starting a worker may take on a busy machine.
_GRACE_SECONDS = 60
# How often is looked whether the workers live while their results are awaited.
_LOOK_SECONDS = 1

Result = ParsedFile | UnchangedFile | Problem | Skipped


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be worked on. `known_sha256` is the hash of the bytes known to lie at its path."""

    source: SourceFile
    known_sha256: bytes | None


class Workers:
    """A pool of worker processes, started when there is enough for them to do. A context manager."""

    def __init__(self, number: int, read_options: ReadOptions, parse_options: ParseOptions):
        self._number = number
        self._options = (read_options, parse_options)
        self._pool = None
        self._workers: set[BaseProcess] = set()
        self._pending: deque[tuple[list[Job], Future]] = deque()

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        if self._pool:
            # Python waits for the pool at its end anyway, and until 3.12 fails now and then if the pool ends at that moment.
            self._pool.shutdown(wait=True, cancel_futures=True)

    def process(self, items: Iterable[Job | UnchangedFile | Problem | Skipped]) -> Iterator[Result]:
        """Work on the jobs. Jobs' results keep their order; what needs no work overtakes them."""
        chunk, chunk_bytes = [], 0
        for item in items:
            if not isinstance(item, Job):
                yield item
                continue
            chunk.append(item)
            chunk_bytes += item.source.size
            if len(chunk) >= _CHUNK_FILES or chunk_bytes >= _CHUNK_BYTES:
                self._submit(chunk)
                chunk, chunk_bytes = [], 0
                # Enough in hand to keep every worker busy while a batch is loaded, and no more than memory should hold.
                while len(self._pending) > 4 * self._number:
                    yield from self._next_results()
        if chunk and not self._pool and len(chunk) <= _INLINE_FILES and chunk_bytes <= _INLINE_BYTES:
            yield from process_files(_as_pairs(chunk), *self._options)
        elif chunk:
            self._submit(chunk)
        while self._pending:
            yield from self._next_results()

    def _submit(self, chunk):
        self._pending.append((chunk, self._start(chunk)))

    def _start(self, chunk) -> Future:
        if not self._pool:
            # A fork of this process would inherit its connections and locks; the fork server has none.
            context = get_context("forkserver")
            context.set_forkserver_preload(["articles.importing.work"])
            self._pool = ProcessPoolExecutor(self._number, mp_context=context, initializer=prepare_worker)
            self._workers = set()
        future = self._pool.submit(process_files, _as_pairs(chunk), *self._options)
        self._workers.update(active_children())
        return future

    def _next_results(self) -> list[Result]:
        chunk, future = self._pending.popleft()
        try:
            return self._result_of(chunk, future)
        except BrokenProcessPool:
            self._pool = None
            results = self._process_one_by_one(chunk)
            self._pending = deque((chunk, self._start(chunk)) for chunk, _ in self._pending)
            return results

    def _result_of(self, chunk, future) -> list[Result]:
        end = monotonic() + len(chunk) * SECONDS_PER_FILE + _GRACE_SECONDS
        while True:
            try:
                return future.result(_LOOK_SECONDS)
            except TimeoutError:
                # No signal reaches a library's C code. And a pool may miss the death of a worker that has just started, while
                # the others wait for ever for a lock that it held.
                if monotonic() >= end or not all(worker.is_alive() for worker in self._workers):
                    for worker in active_children():
                        worker.kill()
                    raise BrokenProcessPool from None

    def _process_one_by_one(self, chunk) -> list[Result]:
        """Find out which file killed the worker: it is tried a second time, alone."""
        results = []
        for job in chunk:
            try:
                results += self._result_of([job], self._start([job]))
            except BrokenProcessPool:
                self._pool = None
                results.append(Problem(job.source.path, "the worker process that read it died or hung, twice"))
        return results


def _as_pairs(chunk):
    return [(job.source, job.known_sha256) for job in chunk]
