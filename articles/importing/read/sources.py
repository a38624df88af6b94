"""What the import can be pointed at."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO

from ..records import Met, Problem, Skipped
from . import history
from .folders import Walked, walk_file, walk_folder
from .names import EXTENSIONS, readable
from .options import ReadOptions, SourceError
from .packed import unpack
from .tars import SUFFIXES, tar_members
from .zips import zip_members

_PACKED = (".zip", *sorted(SUFFIXES, key=len, reverse=True))


def check(paths: Iterable[str], needs_history: bool = False):
    """Raises SourceError for the first path that can't be read at all, or that has no history where one is needed."""
    for path in paths:
        if reason := _why_not(path) or (needs_history and _why_no_history(path)):
            raise SourceError(f"{readable(os.fspath(path)) or repr('')}: {reason}")


def _why_no_history(path):
    location = os.path.realpath(path)
    return "" if _packed_suffix(location) or history.checkout_of(location) else "lies in no git checkout, which --history reads"


def _why_not(path):
    if not path:
        return "is an empty path"
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path.
        return getattr(error, "strerror", None) or str(error)
    if stat.S_ISDIR(mode):
        return "" if os.access(path, os.R_OK | os.X_OK) else "Permission denied"
    if not stat.S_ISREG(mode):
        return "is neither a file nor a folder"
    if not os.access(path, os.R_OK):
        return "Permission denied"
    if not _packed_suffix(path) and os.path.splitext(path)[1].lower() not in EXTENSIONS:
        return f"is no post and no archive by its name; known endings are {', '.join([*sorted(EXTENSIONS), *_PACKED])}"
    return ""


def paths_from(stream: BinaryIO) -> list[str]:
    """Paths from a stream: one a line, or, where it holds NULs, separated by these (`find -print0`).

    Where every line ends as Windows ends it, that is no part of the paths.
    """
    data = stream.read()
    end = b"\r\n" if data.count(b"\r\n") == data.count(b"\n") else b"\n"
    return [os.fsdecode(path) for path in data.split(b"\0" if b"\0" in data else end) if path]


def walk(paths: Iterable[str], options: ReadOptions, report: Callable[[Problem | Skipped], None]) -> Iterator[Met]:
    """Every post's file below these paths, in the order of names, each once however often it is reached.

    `report` is told of everything that looks like a post and can't be taken, or isn't by a rule. What clearly is no post is passed
    over in silence, and so are packed archives that lie in a folder: name them to have them read. In an export there are, beside
    files, edits and other decisions of editors.
    """
    met = Walked()
    for path in paths:
        location = os.path.realpath(path)
        if suffix := _packed_suffix(location):
            if location not in met.files:
                met.files.add(location)
                yield from _unpack(location, suffix, options, report)
        elif options.history and (checkout := history.checkout_of(location)):
            yield from history.read_history(checkout, location, options, report)
        elif history.is_bare(location):
            report(Problem(readable(os.path.basename(location)), "is a git repository without files; --history reads its commits"))
        elif os.path.isdir(location):
            yield from walk_folder(location, options, report, met)
        else:
            yield from walk_file(location, options, report, met)
    for manifest in met.manifests.values():
        yield from manifest.decisions


def _packed_suffix(path):
    name = os.path.basename(path).lower()
    return next((suffix for suffix in _PACKED if name.endswith(suffix)), "") if not os.path.isdir(path) else ""


def _unpack(location, suffix, options, report):
    def members():
        return zip_members(location, options) if suffix == ".zip" else tar_members(location, SUFFIXES[suffix], options)

    stem = os.path.basename(location)[: -len(suffix)]
    return unpack(location, stem, members, options, report)
