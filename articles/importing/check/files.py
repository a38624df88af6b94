"""Files: which capture lies at which path, and which addresses a file claims."""

from functools import partial

from django.db import connection

from ...models import ArchivedFile, Revision
from ..addresses import deal_addresses
from ..reparse import restate_files, stale_files
from ..urls import path_key
from .finding import Check, Finding

_TABLE = "articles_archivedfile"


def _check_paths(rows):
    """An import knows a file by the key of its path."""
    wrong = [row for row in rows if path_key(row[1]) != row[2]]
    captures = Revision.objects.only("path").in_bulk([row[3] for row in wrong])
    # Either may be at fault.
    right = {pk: at if path_key(at := captures[capture].path) == key else path for pk, path, key, capture in wrong}
    return [
        Finding(f"file {pk} ({path}): has the key of another path", partial(_set_path, pk, right[pk])) for pk, path, *_ in wrong
    ]


def _set_path(pk, path):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_archivedfile SET path = %(path)s, path_key = %(key)s, is_current = is_current AND NOT EXISTS"
            " (SELECT FROM articles_archivedfile other WHERE other.path_key = %(key)s AND other.is_current AND other.id <> %(pk)s)"
            " WHERE id = %(pk)s",
            {"pk": pk, "path": path, "key": path_key(path)},
        )


def _check_lost(rows):
    """A capture without a file would lose its address."""
    lost = Revision.objects.captures().filter(pk__in=[pk for (pk,) in rows], files=None).order_by("pk")
    return [
        Finding(f"revision {each.pk} ({each.path}): lies in no file", partial(_restore, each) if each.run_id else None)
        for each in lost
    ]


def _restore(capture):
    """Let a capture lie at its path again. Its post's address stands for its own until the next check."""
    key = path_key(capture.path)
    ArchivedFile.objects.create(
        revision=capture,
        run=capture.run,
        path=capture.path,
        path_key=key,
        size=len(capture.content),
        modified_ns=0,  # Unknown: the next import that meets the file reads it.
        is_current=not ArchivedFile.objects.filter(path_key=key, is_current=True).exists(),
        day=capture.post.day,
        slug=capture.post.claimed_slug,
    )


def _check_claims(rows):
    files = ArchivedFile.objects.select_related("revision").prefetch_related("aliases", "old_addresses")
    return [
        Finding(f"{stale.file.path}: the addresses that it claims aren't its own", partial(_restate, stale))
        for stale in stale_files(files.in_bulk([pk for (pk,) in rows]).values())
    ]


def _restate(stale):
    deal_addresses(restate_files([stale]))


PATHS = Check(_check_paths, _TABLE, "id, path, path_key, revision_id")
LOST = Check(_check_lost, "articles_revision")
CLAIMS = Check(_check_claims, _TABLE)
