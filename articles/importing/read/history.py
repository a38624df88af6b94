"""Every version that posts had in the commits of a git checkout, read through git itself.

What counts is what was committed and is reachable from HEAD: changes that were not committed are read by an import without
`--history`. A merge adds only what none of its parents has.

A version keeps the path it had in its commit, because its old address must go on leading to the post; `latest_path` tells under
which path the same file is known by now, because that is the identity of a post without a source URL. Git guesses renames by
similarity, commit by commit, and for a merge beside each of its parents.

However many commits there are, git is started five times, and only the times of commits and the renames are held in memory.
"""

import os
import subprocess
import tempfile
from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..records import Problem, Skipped, SourceFile
from .contents import too_large
from .names import is_doubtful, is_in_posts, readable
from .options import ReadOptions
from .roots import PackedRoots
from .site_rules import CONFIGURATIONS
from .skipping import Filter

_CHUNK_BYTES = 64 * 1024
_EPOCH = datetime.fromtimestamp(0, UTC)
_LAST_SECOND = 253_402_300_000  # In the year 9999, the last that datetime knows.
# A checkout is data. Nothing that its configuration names may run, no object may be fetched, and it may be someone else's.
_SETTINGS = (
    *("-c", "safe.directory=*", "-c", "safe.bareRepository=all", "-c", "protocol.allow=never"),
    *("-c", "core.fsmonitor=false", "-c", "log.showSignature=false", "-c", "log.showRoot=true"),
)
_LOG = ("log", "--reverse", "--date-order", "--no-show-signature")
# Renames that aren't exact are looked for among so many files of a commit: git's own limit, whatever the configuration says.
_CHANGES = ("--raw", "-z", "-M", "-l1000", "-c", "--combined-all-paths", "--no-abbrev")
_LINK, _SUBMODULE, _DELETED = "120000", "160000", "000000"


class GitError(Exception):
    """Git can't read the checkout; the message is the reason."""


class _Missing(GitError):
    """There is no such object."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """A git checkout or a bare repository: its folder, and the name that paths in it begin with."""

    folder: str
    name: str


@dataclass(frozen=True, slots=True)
class _Change:
    """A file as one commit left it. `old_paths` are others that it had in the commit's parents."""

    captured_at: datetime
    mode: str
    blob: str
    path: str
    old_paths: frozenset[str]


def checkout_of(location: str) -> Checkout | None:
    """The checkout that a real path is in, if it's in one."""
    here = location
    while not os.path.lexists(os.path.join(here, ".git")):
        if is_bare(here):
            return Checkout(here, os.path.basename(here).removesuffix(".git"))
        if here == os.path.dirname(here):
            return None
        here = os.path.dirname(here)
    return Checkout(here, os.path.basename(here))


def is_bare(folder: str) -> bool:
    """Whether a folder is a git repository itself, without a working tree."""
    return all(os.path.exists(os.path.join(folder, name)) for name in ("HEAD", "objects", "refs"))


def read_history(
    checkout: Checkout, location: str, options: ReadOptions, report: Callable[[Problem | Skipped], None]
) -> Iterator[SourceFile]:
    """Every version of the posts that by now lie at or below `location`, oldest commit first."""
    below = () if location == checkout.folder else tuple(os.path.relpath(location, checkout.folder).split(os.sep))
    name = readable(checkout.name)
    try:
        head = _head(checkout, name, report)
        yield from _versions(checkout, head, below, options, report)
    except FileNotFoundError:
        report(Problem(name, "its history can't be read: git is not installed"))
    except (GitError, OSError) as error:
        report(Problem(name, f"its history can't be read: {error}"))


def _head(checkout, name, report):
    """The commit that is read, whatever is committed meanwhile."""
    if _output(checkout, "rev-parse", "--is-shallow-repository").strip() == b"true":
        report(
            Problem(name, "is a shallow clone: of its history only the last part is there (git fetch --unshallow gets the rest)")
        )
    return _output(checkout, "rev-parse", "--verify", "HEAD^{commit}", failure="it has no commits").decode().strip()


def _versions(checkout, head, below, options, report):
    roots = PackedRoots(checkout.name)
    roots.add((".git",))
    with _git(checkout, "ls-tree", "-r", "-z", "--name-only", "--full-tree", head) as git:
        configurations = []
        for path in _tokens(git.stdout):
            roots.add(parts := _parts(path))
            if parts[-1] in CONFIGURATIONS and b"\n" not in path:
                configurations.append((parts, path))
    times = _times(checkout, head)
    renames = _Renames(_changes(checkout, head, times))
    told, taken = set(), Filter(roots, options, report)
    with _git(checkout, "cat-file", "--batch") as objects:
        for parts, path in configurations:
            with suppress(GitError):
                taken.configure(parts, _object(objects, head.encode() + b":" + path, options))
        for change in _changes(checkout, head, times):
            latest = renames.latest(change)
            parts, latest_parts = _parts(change.path), _parts(latest)
            if latest_parts[: len(below)] != below:
                continue
            if change.mode == _DELETED or not taken.takes(parts):
                continue
            path = roots.path_of(parts)
            try:
                content = _content(objects, change, options)
            except GitError as error:
                if (path, str(error)) not in told:
                    told.add((path, str(error)))
                    report(Problem(path, str(error)))
                continue
            latest_path = roots.path_of(latest_parts) if latest != change.path else None
            modified_ns = int(change.captured_at.timestamp()) * 1_000_000_000 + change.captured_at.microsecond * 1000
            yield SourceFile(
                path,
                len(content),
                modified_ns,
                content=content,
                captured_at=change.captured_at,
                latest_path=latest_path,
                is_doubtful=_is_doubtful(parts, roots),
            )


def _is_doubtful(parts, roots):
    return not roots.is_export(parts) and is_doubtful(parts[-1], is_in_posts(parts[:-1]), roots.is_in_jekylls(parts))


def _content(objects, change, options):
    """A version's bytes, from a running `git cat-file --batch`."""
    if change.mode == _LINK:
        raise GitError("is a link, and links in git are not followed")
    if change.mode == _SUBMODULE:
        raise GitError("is a submodule; name its own checkout to have it read")
    try:
        return _object(objects, change.blob.encode(), options)
    except _Missing:
        raise GitError(f"the object {change.blob} of its version of {change.captured_at:%Y-%m-%d} can't be read") from None


def _object(objects, name, options):
    objects.stdin.write(name + b"\n")
    objects.stdin.flush()
    answer = objects.stdout.readline().split()
    if len(answer) != 3:
        raise _Missing
    size = int(answer[2])
    if size <= options.max_file_bytes:
        return objects.stdout.read(size + 1)[:-1]
    for start in range(0, size + 1, _CHUNK_BYTES):
        objects.stdout.read(min(_CHUNK_BYTES, size + 1 - start))
    raise GitError(too_large(options))


class _Renames:
    """Under which path a file is known by now."""

    def __init__(self, changes: Iterator[_Change]):
        self._from = defaultdict(lambda: (array("q"), []))  # {old path: (the numbers of its renames, the latest path after each)}
        self._done = 0
        renames = [(change.old_paths, change.path) for change in changes if change.old_paths]
        # From the last to the first, so that what follows a rename is known.
        for number in range(len(renames) - 1, -1, -1):
            old_paths, path = renames[number]
            latest = self._latest(path, number + 1)
            for old_path in old_paths:
                numbers, latest_paths = self._from[old_path]
                numbers.append(-number)  # Negative, so that they ascend.
                latest_paths.append(latest)

    def _latest(self, path, number):
        """The latest path of what lay at this path when the renames before this number were done."""
        if path not in self._from:
            return path
        numbers, latest_paths = self._from[path]
        later = bisect_right(numbers, -number)
        return latest_paths[later - 1] if later else path

    def latest(self, change: _Change) -> str:
        """The path that this change's file has in the end. Changes are given in their order, every one."""
        if change.old_paths:
            self._done += 1
        return self._latest(change.path, self._done)


def _times(checkout, head) -> array:
    """When each commit was made, oldest commit first, in microseconds since 1970.

    Versions go by these times, so they follow one another as the commits do: those of one second are set apart by
    microseconds, and where a computer's clock was wrong, the longest series of commits that agree with their order is believed,
    and the others are put where they belong.
    """
    with _git(checkout, *_LOG, "-z", "--format=tformat:%ct", head, "--") as git:
        seconds = array("q", (max(0, min(int(token or 0), _LAST_SECOND)) for token in _tokens(git.stdout)))
    believed = _longest_ascending(seconds)
    times, at = array("q"), seconds[believed[0]] * 1_000_000 - 1
    following = iter([*believed, None])
    believed_next = next(following)
    for number, second in enumerate(seconds):
        at += 1
        if number == believed_next:
            at = max(at, second * 1_000_000)
            believed_next = next(following)
        times.append(at)
    return times


def _longest_ascending(values: array) -> array:
    """The places of the longest series of values none of which is less than the one before (by patience sorting)."""
    ends, places, before = array("q"), array("q"), array("q")
    for place, value in enumerate(values):
        length = bisect_right(ends, value)
        before.append(places[length - 1] if length else -1)
        if length == len(ends):
            ends.append(value)
            places.append(place)
        else:
            ends[length], places[length] = value, place
    series = array("q")
    place = places[-1] if places else -1
    while place >= 0:
        series.append(place)
        place = before[place]
    series.reverse()
    return series


def _changes(checkout, head, times) -> Iterator[_Change]:
    """What every commit changed, oldest first."""
    commits = iter(times)
    with _git(checkout, *_LOG, *_CHANGES, "--format=tformat:commit", head, "--") as git:
        tokens = _tokens(git.stdout)
        for token in tokens:
            token = token.lstrip(b"\n")
            if token == b"commit":
                captured_at = _EPOCH + timedelta(microseconds=next(commits))
            elif token:
                yield _change(token.decode(), tokens, captured_at)


def _change(raw, tokens, captured_at):
    """Parse an entry of `--raw -z` (git-diff(1), "Raw output format"); of a merge it has a colon for every parent."""
    parents = len(raw) - len(raw.lstrip(":"))
    fields = raw.lstrip(":").split(" ")
    # A merge tells the path in every parent, a plain commit only where it differs.
    told = parents if parents > 1 else int(fields[-1][0] == "R")
    *old_paths, path = (os.fsdecode(next(tokens)) for _ in range(told + 1))
    return _Change(captured_at, fields[parents], fields[2 * parents + 1], path, frozenset(old_paths) - {path})


def _parts(path):
    return tuple(os.fsdecode(path).split("/"))


def _tokens(stream) -> Iterator[bytes]:
    """What git's `-z` ends with a NUL each."""
    rest = b""
    while chunk := stream.read1(_CHUNK_BYTES):
        *whole, rest = (rest + chunk).split(b"\0")
        yield from whole


def _output(checkout, *arguments, failure=None):
    try:
        with _git(checkout, *arguments) as git:
            return git.stdout.read()
    except GitError:
        if failure:
            raise GitError(failure) from None
        raise


@contextmanager
def _git(checkout, *arguments):
    """Run git; its standard input and output are pipes. Raises GitError where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1", "GIT_OPTIONAL_LOCKS": "0"}
    command = ["git", "-C", checkout.folder, "--no-pager", *_SETTINGS, *arguments]
    pipe = subprocess.PIPE
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=errors, env=environment) as process,
    ):
        try:
            yield process
            process.stdin.close()
            if process.wait() != 0:
                errors.seek(0)
                reason = errors.read().decode(errors="replace").strip().splitlines()
                raise GitError(reason[-1] if reason else f"git {arguments[0]} failed")
        finally:
            process.kill()
