"""Posts in packed archives, read as a stream: one member is in memory at a time, and nothing is written to disk."""

import os.path
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ..records import Met, Problem, Skipped, SourceFile
from .contents import too_large
from .manifest import Manifest, lines_of
from .names import are_entered, is_doubtful, is_in_posts, may_be_folder, readable
from .options import ReadOptions
from .roots import EXPORT_MARKER, PackedRoots
from .site_rules import CONFIGURATIONS
from .skipping import Filter

_CHUNK_BYTES = 256 * 1024
# Later times have no place in the database's bigint of nanoseconds.
_LAST_NS = 2**63 - 1


class MemberKind(Enum):
    FILE = "file"
    FOLDER = "folder"
    LINK = "link"
    SPECIAL = "device"


class PackedError(Exception):
    """The archive can't be read any further; the message is the reason."""


class MemberError(Exception):
    """A member can't be read; the message is the reason. Others may be."""


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a packed archive. `read(size)` returns at most so many bytes, b"" at the end; raises MemberError, PackedError."""

    name: str
    kind: MemberKind
    modified_ns: int
    read: Callable[[int], bytes]


def unpack(
    location: str,
    stem: str,
    members: Callable[[], Iterable[Member]],
    options: ReadOptions,
    report: Callable[[Problem | Skipped], None],
) -> Iterator[Met]:
    """The posts among an archive's members. `members` opens the archive anew each time.

    It is gone through twice: where an archive's root lies shows only when all names are known, and a post's path, which
    depends on it, may be its identity.
    """
    name = readable(os.path.basename(location))
    roots, manifests, configurations = PackedRoots(stem), {}, {}
    try:
        for member in members():
            if parts := parts_of(member.name):
                roots.add(parts)
                if parts[-1] == EXPORT_MARKER and member.kind is MemberKind.FILE:
                    manifests[parts[:-1]] = Manifest(lines_of(member.read), f"{name}: {EXPORT_MARKER}", report)
                if parts[-1] in CONFIGURATIONS and member.kind is MemberKind.FILE:
                    configurations[parts] = _read_bounded(member, options)
    except (PackedError, MemberError, OSError):
        pass  # The second pass will meet it again, and tell.
    taken = Filter(roots, options, report)
    for parts, content in configurations.items():
        taken.configure(parts, content)
    try:
        for member in members():
            yield from _take(member, roots, manifests, name, options, report, taken)
        for manifest in manifests.values():
            yield from manifest.decisions
    except PackedError as error:
        report(Problem(name, f"can't be read to its end: {error}"))
    except OSError as error:
        report(Problem(name, f"can't be read: {error.strerror or error}"))


def parts_of(name: str) -> tuple[str, ...] | None:
    """The parts of a member's path; None where it would lead out of the folder that it's unpacked to."""
    if name.startswith(("/", "\\\\")) or re.match(r"[A-Za-z]:[/\\]", name) or ".." in re.split(r"[/\\]", name):
        return None
    return tuple(part for part in name.split("/") if part not in ("", "."))


def _take(member, roots, manifests, archive, options, report, taken):
    parts = parts_of(member.name)
    if parts is None:
        report(Problem(f"{archive}: {readable(member.name)}", "its path leads out of the archive"))
        return
    if not parts or not _may_be_post(parts, member.kind, roots, options, taken):
        return
    path = roots.path_of(parts)
    doubtful = not roots.is_export(parts) and is_doubtful(parts[-1], is_in_posts(parts[:-1]), roots.is_in_jekylls(parts))
    if doubtful and member.kind is MemberKind.FOLDER:
        return
    if member.kind is not MemberKind.FILE:
        reasons = {
            MemberKind.FOLDER: "is a folder, not a file",
            MemberKind.LINK: "is a link, and links in packed archives are not followed",
        }
        report(Problem(path, reasons.get(member.kind, "is neither a file nor a folder")))
        return
    try:
        content = _read_bounded(member, options)
    except MemberError as error:
        report(Problem(path, str(error)))
        return
    modified_ns = max(-_LAST_NS, min(member.modified_ns, _LAST_NS))
    source = SourceFile(path, len(content), modified_ns, content=content, is_doubtful=doubtful)
    manifest = manifests.get(roots.export_of(parts))
    yield manifest.resolve(source, lambda source: source.content) if manifest else source


def _may_be_post(parts, kind, roots, options, taken):
    if kind is MemberKind.LINK and may_be_folder(parts[-1]) and not roots.is_export(parts):
        return are_entered(parts, options.drafts)
    return taken.takes(parts)


def _read_bounded(member, options):
    chunks, length = [], 0
    while chunk := member.read(_CHUNK_BYTES):
        chunks.append(chunk)
        length += len(chunk)
        if length > options.max_file_bytes:
            raise MemberError(too_large(options))
    return b"".join(chunks)


class Allowance:
    """Counts the bytes that really come out of an archive, whatever its headers claim."""

    def __init__(self, options: ReadOptions):
        self._left = self._most = options.max_unpacked_bytes

    def take(self, count: int):
        """Raises PackedError once more than the allowed has been taken."""
        self._left -= count
        if self._left < 0:
            raise PackedError(f"it unpacks to more than {self._most:,} bytes")
