"""What a worker process does with a file: read, parse, clean. It never touches the database."""

import hashlib
import resource
import signal
import threading
from dataclasses import replace
from multiprocessing import connection, parent_process
from os import _exit

from ..language import language_of
from ..search.terms import search_text
from .clean import clean_body
from .parse import ParseError, ParseOptions, parse_post
from .read import ReadError, ReadOptions, read_content
from .records import ParsedFile, Problem, SourceFile, UnchangedFile
from .urls import identity_of

# A file may keep a worker this long; real posts take milliseconds, the largest known ones a tenth of a second.
SECONDS_PER_FILE = 30
# Past it an allocation fails and the file is reported, before the machine begins to swap.
WORKER_MEMORY_BYTES = 4 * 1024**3


class TooSlow(Exception):
    pass


def prepare_worker():
    """Set up a worker process: bounded in memory, left to the parent's handling of Ctrl-C, and gone when the parent is."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, _raise_too_slow)
    _, hard_limit = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_MEMORY_BYTES, hard_limit))
    # Without it, the workers of an import that was killed would wait for work for ever.
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent():
    connection.wait([parent_process().sentinel])
    _exit(1)


def _raise_too_slow(signum, frame):
    raise TooSlow


def process_files(
    files: list[tuple[SourceFile, bytes | None]], read_options: ReadOptions, parse_options: ParseOptions
) -> list[ParsedFile | UnchangedFile | Problem]:
    """Process a chunk of files, each given with the SHA-256 of the bytes known to lie at its path, if any."""
    return [_process_bounded(source, known, read_options, parse_options) for source, known in files]


def _process_bounded(source, known_sha256, read_options, parse_options):
    signal.alarm(SECONDS_PER_FILE)
    try:
        return process_file(source, known_sha256, read_options, parse_options)
    except TooSlow:
        return Problem(source.path, f"took longer than {SECONDS_PER_FILE} seconds to read")
    except MemoryError:
        return Problem(source.path, "needs more memory than a worker may have")
    except RecursionError:
        return Problem(source.path, "is nested too deeply")
    except Exception as error:
        # A file that nobody foresaw costs itself and no other.
        return Problem(source.path, f"can't be understood ({type(error).__name__}: {error})".splitlines()[0])
    finally:
        signal.alarm(0)


def process_file(
    source: SourceFile, known_sha256: bytes | None, read_options: ReadOptions, parse_options: ParseOptions
) -> ParsedFile | UnchangedFile | Problem:
    """Read, parse and clean one file. Whatever is wrong with it becomes a Problem."""
    try:
        content = read_content(source, read_options)
        if known_sha256 and hashlib.sha256(content).digest() == known_sha256:
            return UnchangedFile(source, was_read=True)
        return derive(source, content, parse_options)
    except ReadError as error:
        return Problem(source.path, str(error))
    except ParseError as error:
        return Problem(source.path, error.reason, error.line)


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
