"""What a file is to the archive: a new post, another state of a known one, or nothing new."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection

from .copying import as_array
from .records import ParsedFile, Problem, Skipped, SourceFile, UnchangedFile
from .urls import path_key


class Outcome(StrEnum):
    """How a file is counted, once each."""

    CREATED = "created"
    UPDATED = "updated"
    CAPTURE = "captures"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(slots=True)
class Known:
    """What the archive holds of a batch's files before it is loaded.

    `revisions` maps a SHA-256 to (revision id, post id), `posts` an identity to a post id; `paths` are the keys of paths that
    an earlier run has met.
    """

    revisions: dict
    posts: dict
    paths: set


def look_up(files: list[ParsedFile], run_id: int | None) -> Known:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sha256, id, post_id FROM articles_revision WHERE kind = 'capture' AND sha256 = ANY(%s::bytea[])",
            [as_array(file.sha256 for file in files)],
        )
        revisions = {bytes(sha256): (pk, post_id) for sha256, pk, post_id in cursor.fetchall()}
        cursor.execute(
            "SELECT identity, id FROM articles_post WHERE identity = ANY(%s::uuid[])", [as_array(file.identity for file in files)]
        )
        posts = dict(cursor.fetchall())
        cursor.execute(
            "SELECT path_key FROM articles_archivedfile WHERE path_key = ANY(%s::uuid[]) AND run_id IS DISTINCT FROM %s",
            [as_array(path_key(file.source.path) for file in files), run_id],
        )
        paths = {row[0] for row in cursor.fetchall()}
    return Known(revisions, posts, paths)


def classify(file: ParsedFile, known: Known) -> Outcome:
    if file.sha256 in known.revisions:
        return Outcome.UNCHANGED
    if file.identity not in known.posts:
        return Outcome.CREATED
    if path_key(file.source.path) in known.paths:
        return Outcome.UPDATED
    return Outcome.CAPTURE


class DryRun:
    """Tells what an import would do. It remembers what it would have loaded, and writes nothing."""

    def __init__(self):
        self._remembered = Known({}, {}, set())

    def __call__(self, results: list[ParsedFile | UnchangedFile | Problem | Skipped]) -> list[tuple[str, Outcome]]:
        files = [result for result in results if isinstance(result, ParsedFile)]
        known = look_up(files, run_id=None)
        known.revisions |= self._remembered.revisions
        known.posts |= self._remembered.posts
        return [self._tell(result, known) for result in results]

    def _tell(self, result, known):
        if isinstance(result, Problem):
            return result.path, Outcome.FAILED
        if isinstance(result, Skipped):
            return result.path, Outcome.SKIPPED
        if isinstance(result, UnchangedFile):
            return result.source.path, Outcome.UNCHANGED
        outcome = classify(result, known)
        for each in (known, self._remembered):
            each.revisions.setdefault(result.sha256)
            each.posts.setdefault(result.identity)
        return result.source.path, outcome


class KnownFile:
    """What lies at a path as far as the archive knows: size, modification time and SHA-256, and every hash met there."""

    __slots__ = ("hashes", "modified_ns", "sha256", "size")

    def __init__(self):
        self.size = self.modified_ns = self.sha256 = None
        self.hashes = set()

    def looks_like(self, source: SourceFile) -> bool:
        """Whether the file needn't be read. What git tells of the past is judged by its bytes, which are at hand."""
        if source.captured_at:
            return hashlib.sha256(source.content).digest() in self.hashes
        return (self.size, self.modified_ns) == (source.size, source.modified_ns)


def known_files(sources: list[SourceFile]) -> dict[str, KnownFile]:
    """What is known of the files at these paths, by path. A path that is new is left out."""
    by_key = {path_key(source.path): source.path for source in sources}
    known = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT path_key, size, modified_ns, is_current, sha256 FROM articles_archivedfile file"
            " JOIN articles_revision revision ON revision.id = revision_id WHERE path_key = ANY(%s::uuid[])",
            [as_array(by_key)],
        )
        for key, size, modified_ns, is_current, sha256 in cursor.fetchall():
            file = known.setdefault(by_key[key], KnownFile())
            file.hashes.add(bytes(sha256))
            if is_current:
                file.size, file.modified_ns, file.sha256 = size, modified_ns, bytes(sha256)
    return known
