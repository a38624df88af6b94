"""The manifest of an export: what its files can't tell by themselves. Its form stands in articles.importing.read.manifest."""

import json
from collections.abc import Iterator
from typing import TextIO

from django.db import connection

from ..kinds import KINDS
from ..models import ArchivedFile, Revision

# Hidden posts, and those whose files may say that they aren't published. The least hash names a post among its captures.
_HIDINGS = """
    SELECT min(encode(capture.sha256, 'hex')), post.hidden
    FROM articles_post post JOIN articles_revision capture ON capture.post_id = post.id AND capture.kind = 'capture'
    WHERE post.hidden OR position('published'::bytea IN capture.content) > 0
    GROUP BY post.id ORDER BY 1
"""


class ManifestWriter:
    """Writes the lines of a manifest."""

    def __init__(self, file: TextIO):
        self._file = file

    def _write(self, **entry):
        self._file.write(json.dumps({key: value for key, value in entry.items() if value}, ensure_ascii=False) + "\n")

    def file(self, path: str, file: ArchivedFile):
        """A file of the archive was written at this path."""
        self._write(
            path=path,
            of=file.path if path != file.path else None,
            superseded=not file.is_current,
            arrived_at=file.revision.arrived_at.isoformat(),
            aliases=sorted([alias.day.isoformat(), alias.slug] for alias in file.aliases.all()),
        )

    def edit(self, path: str, edit: Revision, capture: Revision, shown: bool):
        """An edit was written at this path; `capture` is any of its post."""
        self._write(
            edit=path,
            sha256=bytes(edit.sha256).hex(),
            of=edit.path,
            capture=bytes(capture.sha256).hex(),
            based_on=bytes(edit.based_on.sha256).hex() if edit.based_on else None,
            arrived_at=edit.arrived_at.isoformat(),
            editor=edit.editor.get_username() if edit.editor else None,
            shown=shown,
        )

    def decisions(self):
        """Which posts are hidden although their files don't say so, or the other way round, and which names were merged."""
        for sha256, hidden in _hidings():
            self._file.write(json.dumps({"capture": sha256, "hidden": hidden}) + "\n")
        for kind in KINDS.values():
            merged = kind.model.objects.filter(merged_into__isnull=False).order_by("slug")
            for name, into in merged.values_list("slug", "merged_into__slug"):
                self._write(merged=name, into=into, kind=kind.key)


def _hidings() -> Iterator[tuple[str, bool]]:
    with connection.cursor() as cursor:
        cursor.execute(_HIDINGS)
        yield from cursor.fetchall()
