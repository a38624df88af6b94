"""The archive as front-matter files: byte for byte what came in, and for an edited post what the editor made of it."""

import os
from collections.abc import Callable
from pathlib import Path

from django.db.models import F

from ..importing.read.roots import EXPORT_MARKER
from ..models import ArchivedFile, Post, Revision

# States that no longer lie at their path go here. An import takes them for captures of the same posts.
SUPERSEDED = "superseded"


def export_files(folder: Path, on_problem: Callable[[str, str], None]) -> int:
    """Write every file of the archive below a folder, at the path it came from. Returns how many.

    `on_problem` is told the path and the reason of each file that this disk can't hold; the others are written.
    """
    # Tells an import that the paths below are whole, so that they come back as they were.
    (folder / EXPORT_MARKER).touch()
    edits = _edits_by_path()
    written = 0
    files = ArchivedFile.objects.select_related("revision").order_by("pk")
    for file in files.iterator(200):
        path = file.path if file.is_current else f"{SUPERSEDED}/{file.run_id}/{file.path}"
        edit = edits.get((file.revision.post_id, file.path)) if file.is_current else None
        content = Revision.objects.get(pk=edit).content if edit else file.revision.content
        try:
            _write(folder, path, bytes(content), file.modified_ns)
            written += 1
        except OSError as error:
            on_problem(path, error.strerror or str(error))
    return written


def _edits_by_path() -> dict[tuple[int, str], int]:
    edited = Post.objects.filter(current__kind=Revision.Kind.EDIT)
    return {(pk, path): edit for pk, path, edit in edited.values_list("pk", F("current__path"), "current_id")}


def _write(folder, path, content, modified_ns):
    target = folder / path
    if not target.resolve().is_relative_to(folder.resolve()):
        raise OSError(f"the path leads out of {folder}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "xb") as file:
        file.write(content)
    os.utime(target, ns=(modified_ns, modified_ns))
