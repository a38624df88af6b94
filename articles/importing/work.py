"""What a worker process does with a file: read, parse, clean. It never touches the database."""

import hashlib
import re
import resource
import signal
import threading
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import connection, parent_process
from os import _exit
from os.path import splitext

from ..search.terms import search_text
from .clean import clean_body
from .language import language_of
from .parse import NoPost, ParseError, ParseOptions, parse_post
from .read import ReadError, ReadOptions, read_content
from .read.names import EXTENSIONS
from .records import ParsedFile, Problem, Skipped, SourceFile, UnchangedFile
from .urls import identity_of

# What a file may take of a processor, however busy the machine is. Real posts take milliseconds, the largest a tenth of a second.
SECONDS_PER_FILE = 30
# So much longer may a parser written in C keep on, which hears no signal before it's done; then the worker is given up.
_SECONDS_MORE = 15
# Past it an allocation fails and the file is reported, before the machine begins to swap.
WORKER_MEMORY_BYTES = 4 * 1024**3


# Jekyll's test (`Utils.has_yaml_header?`), behind a byte order mark, too.
_BEGINS_LIKE_A_POST = re.compile(rb"(?:\xef\xbb\xbf)?---[ \t]*\r?\n")


class TooSlow(Exception):
    pass


def prepare_worker():
    """Set up a worker process: bounded in memory, left to the parent's handling of Ctrl-C, and gone when the parent is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, hard_limit = resource.getrlimit(resource.RLIMIT_AS)
    if hard_limit == resource.RLIM_INFINITY or hard_limit > WORKER_MEMORY_BYTES:
        resource.setrlimit(resource.RLIMIT_AS, (WORKER_MEMORY_BYTES, hard_limit))
    # Without it, the workers of an import that was killed would wait for work for ever.
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent():
    connection.wait([parent_process().sentinel])
    _exit(1)


def process_files(
    files: list[tuple[SourceFile, bytes | None]], read_options: ReadOptions, parse_options: ParseOptions
) -> list[ParsedFile | UnchangedFile | Problem | Skipped]:
    """Process a chunk of files, each given with the SHA-256 of the bytes known to lie at its path, if any."""
    with _time_limit() as set_limit:
        return [_process_bounded(source, known, read_options, parse_options, set_limit) for source, known in files]


def _process_bounded(source, known_sha256, read_options, parse_options, set_limit):
    try:
        try:
            set_limit(SECONDS_PER_FILE)
            return process_file(source, known_sha256, read_options, parse_options)
        finally:
            set_limit(0)
    except TooSlow:
        return Problem(source.path, f"took longer than {SECONDS_PER_FILE} seconds to read")
    except MemoryError:
        return Problem(source.path, "needs more memory than a worker may have")
    except RecursionError:
        return Problem(source.path, "is nested too deeply")
    except Exception as error:
        # A file that nobody foresaw costs itself and no other.
        return Problem(source.path, f"can't be understood ({type(error).__name__}: {error})".splitlines()[0])


@contextmanager
def _time_limit():
    """A function that has TooSlow raised once the processor was used for so many seconds from then on; 0 ends the limit.

    Signals, which it needs, reach the main thread only; elsewhere it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield lambda seconds: None
        return
    previous = signal.signal(signal.SIGPROF, _raise_too_slow)
    try:
        yield _set_timers
    finally:
        signal.signal(signal.SIGPROF, previous)


def _set_timers(seconds):
    signal.setitimer(signal.ITIMER_PROF, seconds)
    if parent_process():
        # Its signal, which nobody handles, ends the process; see Workers for what follows.
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds and seconds + _SECONDS_MORE)


def _raise_too_slow(signum, frame):
    raise TooSlow


def process_file(
    source: SourceFile, known_sha256: bytes | None, read_options: ReadOptions, parse_options: ParseOptions
) -> ParsedFile | UnchangedFile | Problem | Skipped:
    """Read, parse and clean one file. Whatever is wrong with it becomes a Problem; what is no post after all, Skipped."""
    try:
        content = read_content(source, read_options)
        if known_sha256 and hashlib.sha256(content).digest() == known_sha256:
            return UnchangedFile(source, was_read=True)
        if source.is_doubtful and (ending := splitext(source.path)[1]).lower() not in EXTENSIONS:
            return _process_foreign(source, content, ending)
        parsed = derive(source, content, parse_options)
        # It would travel to the main process beside the content that holds it.
        parsed.front_matter.body = ""
        return parsed
    except ReadError as error:
        return Problem(source.path, str(error))
    except NoPost as error:
        if source.is_doubtful:
            return Skipped(source.path, f"is taken for a page: it {error.reason}")
        return Problem(source.path, error.reason, error.line)
    except ParseError as error:
        return Problem(source.path, error.reason, error.line)


def _process_foreign(source, content, ending):
    if _BEGINS_LIKE_A_POST.match(content):
        return Problem(source.path, f"is a post in a format that is not read: {ending or 'its name has no ending'}")
    return Skipped(source.path, "is taken for an attachment: it has no front matter")


def derive(source: SourceFile, content: bytes, options: ParseOptions) -> ParsedFile:
    """Everything that follows from a file's bytes and its path. Raises ParseError."""
    front_matter, warnings = parse_post(source, content, options)
    if source.latest_path and not front_matter.normalized_url:
        # Known by its path, a post stays one post through a rename. The address of the old name leads to it.
        old_address = front_matter.day, front_matter.slug
        source = replace(source, path=source.latest_path, latest_path=None)
        front_matter, warnings = parse_post(source, content, options)
        front_matter.aliases.append(old_address)
    front_matter.aliases += [alias for alias in source.aliases if alias not in front_matter.aliases]
    body = clean_body(front_matter)
    return ParsedFile(
        source=source,
        sha256=hashlib.sha256(content).digest(),
        content=content,
        identity=identity_of(front_matter.normalized_url, source.path),
        front_matter=front_matter,
        body=body,
        language=language_of(f"{front_matter.title}\n{body.text[:2000]}"),
        search_text=search_text(front_matter.title, front_matter.author, front_matter.tags, body.text),
        warnings=warnings,
    )
