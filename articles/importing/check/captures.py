"""Captures and edits: their bytes, and what is stored of them beside."""

from functools import partial

from django.db import connection

from ...models import Revision
from ...models.revision import GREATEST_PATHS
from ..reparse import restate_revisions, stale_revisions
from .finding import Check, Finding

_TABLE = "articles_revision"


def _check_hashes(rows):
    return [
        Finding(f"revision {pk} ({path}): the kept bytes don't have the stored SHA-256") for pk, path, agrees in rows if not agrees
    ]


def _check_paths(rows):
    """A capture goes by the greatest of the paths that it was found at."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT revision.id, revision.path, files.greatest FROM articles_revision revision"
            f" JOIN ({GREATEST_PATHS}) AS files ON files.revision_id = revision.id"
            " WHERE kind = 'capture' AND revision.path <> files.greatest ORDER BY revision.id",
            [[pk for (pk,) in rows]],
        )
        wrong = cursor.fetchall()
    return [Finding(f"revision {pk}: goes by the path {path}", partial(_set_path, pk, right)) for pk, path, right in wrong]


def _set_path(pk, path):
    Revision.objects.filter(pk=pk).update(path=path)


def _check_titles(rows):
    return [
        Finding(f"revision {each.pk} ({each.path}): its title or date isn't that of its file", partial(restate_revisions, [each]))
        for each in stale_revisions(Revision.objects.in_bulk([pk for (pk,) in rows]).values())
    ]


HASHES = Check(_check_hashes, _TABLE, "id, path, sha256 = sha256(content)")
PATHS = Check(_check_paths, _TABLE)
TITLES = Check(_check_titles, _TABLE)
