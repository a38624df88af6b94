"""The archive as front-matter files: byte for byte what came in, and for an edited post what the editor made of it."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from django.db.models.functions import Collate

from ..importing.read.roots import EXPORT_MARKER
from ..models import ArchivedFile, Post, Revision
from .manifest import ManifestWriter
from .snapshot import snapshot

# What lies at no path any more, or lies there in an edited form, goes here; the manifest tells where it belongs.
SUPERSEDED = "superseded"
_CHUNK = 200


@snapshot()
def export_files(folder: Path, on_problem: Callable[[str, str], None]) -> int:
    """Write every file of the archive below a folder, at the path it came from, and a manifest. Returns how many.

    Two exports of the same archive are the same, whatever ids its rows have.
    `on_problem` is told the path and the reason of each file that this disk can't hold; the others are written.
    """
    with open(folder / EXPORT_MARKER, "x", encoding="utf-8") as file:
        return _Export(folder, ManifestWriter(file), on_problem).write()


class _Export:
    def __init__(self, folder, manifest, on_problem):
        self._folder, self._manifest, self._on_problem = folder, manifest, on_problem
        self._written = 0
        self._superseded = Counter()

    def write(self) -> int:
        shown = _shown_edits()
        in_place = set()
        for file in _files_in_order():
            is_edited = file.is_current and (file.revision.post_id, file.path) in shown
            if is_edited:
                in_place.add(file.revision.post_id)
            path = file.path if file.is_current and not is_edited else self._beside(file.revision, file.path)
            if self._write(path, file.revision.content, file.modified_ns):
                self._manifest.file(path, file)
        edits = Revision.objects.filter(kind=Revision.Kind.EDIT).select_related("editor", "based_on")
        for edit in edits.order_by("arrived_at", "sha256", "pk").iterator(_CHUNK):
            is_shown = shown.get((edit.post_id, edit.path)) == edit.pk
            path = edit.path if is_shown and edit.post_id in in_place else self._beside(edit, edit.path)
            if self._write(path, edit.content, int(edit.arrived_at.timestamp() * 1_000_000_000)):
                capture = edit.post.revisions.filter(kind=Revision.Kind.CAPTURE).defer("content").order_by("sha256")[0]
                self._manifest.edit(path, edit, capture, is_shown)
        self._manifest.decisions()
        return self._written

    def _beside(self, revision, path) -> str:
        """Where a state goes that lies at no path: to a folder named by its hash, and by a number if it was there before."""
        place = f"{SUPERSEDED}/{bytes(revision.sha256).hex()[:16]}"
        self._superseded[place, path] += 1
        again = self._superseded[place, path]
        return f"{place}-{again}/{path}" if again > 1 else f"{place}/{path}"

    def _write(self, path, content, modified_ns) -> bool:
        try:
            _write(self._folder, path, bytes(content), modified_ns)
        except (OSError, OverflowError) as error:
            self._on_problem(path, getattr(error, "strerror", None) or str(error))
            return False
        self._written += 1
        return True


def _files_in_order() -> Iterator[ArchivedFile]:
    """Every file, by its path and the states that it had there. Only ids are sorted: contents may not fit into memory."""
    order = (Collate("path", "C"), "is_current", "revision__arrived_at", "revision__sha256", "modified_ns", "pk")
    ids = ArchivedFile.objects.order_by(*order).values_list("pk", flat=True).iterator()
    files = ArchivedFile.objects.select_related("revision").prefetch_related("aliases")
    while chunk := list(islice(ids, _CHUNK)):
        found = files.in_bulk(chunk)
        yield from (found[pk] for pk in chunk)


def _shown_edits() -> dict[tuple[int, str], int]:
    """The edits that posts show, by the post and the path of the file that each was made from."""
    edited = Post.objects.filter(current__kind=Revision.Kind.EDIT)
    return {(post, path): edit for post, path, edit in edited.values_list("pk", "current__path", "current_id")}


def _write(folder, path, content, modified_ns):
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        raise OSError(f"the path leads out of {folder}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "xb") as file:
        file.write(content)
    os.utime(target, ns=(modified_ns, modified_ns))
