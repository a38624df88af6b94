"""Take a run back: what it brought goes, and what it covered is shown again."""

from django.db import connection, transaction

from ..kinds import KINDS
from ..models import ArchivedFile, FileAlias, ImportRun, Post, Revision
from ..models.revision import GREATEST_PATHS
from .addresses import deal_addresses
from .counters import uncount
from .editing import set_hidden
from .load import count_captures, settle_identities
from .locks import lock_archive
from .reparse import restate_identities, stale_identities
from .restate import newest_captures, show_revisions
from .show import hidden_as_files_say

# Posts derived again at once: as much as may lie in memory.
_PIECE = 500


def undo_import(run: ImportRun) -> dict[str, int]:
    """Restore what was before this run. Returns how many posts were "removed", "restored" and "kept".

    A post that was edited by hand since is kept as it is, with all that the run brought to it. Raises ValueError where there
    is nothing to take back.
    """
    if run.status == ImportRun.Status.UNDONE:
        raise ValueError(f"run {run.pk} was undone already")
    with transaction.atomic():
        lock_archive()
        brought = ArchivedFile.objects.filter(run=run)
        edited = set(
            Revision.objects.filter(kind=Revision.Kind.EDIT, post__revisions__files__run=run).values_list("post_id", flat=True)
        )
        files = list(brought.exclude(revision__post__in=edited).select_related("revision").defer("revision__content"))
        claimed = _addresses_of(files)
        touched = {file.revision.post_id for file in files}
        undecided = hidden_as_files_say(touched)
        _remove_files(files)
        _remove_revisions({file.revision_id for file in files}, run)
        removed = _remove_empty_posts(touched)
        remaining = sorted(touched - removed)
        _restore(remaining)
        _hide_as_files_say(undecided)
        deal_addresses(claimed)
        _remove_unused_names()
        ImportRun.objects.filter(pk=run.pk).update(status=ImportRun.Status.UNDONE)
    return {"removed": len(removed), "restored": len(remaining), "kept": len(edited)}


def _addresses_of(files):
    aliases = FileAlias.objects.filter(file__in=files).values_list("day", "slug")
    return {(file.day, file.slug) for file in files} | set(aliases)


def _remove_files(files):
    """Take these files away; what lay at their paths before lies there again."""
    FileAlias.objects.filter(file__in=files).delete()
    ArchivedFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_archivedfile SET is_current = true WHERE id IN ("
            " SELECT DISTINCT ON (path_key) id FROM articles_archivedfile WHERE path_key = ANY(%s)"
            " ORDER BY path_key, is_current DESC, id DESC)",
            [[file.path_key for file in files]],
        )


def _remove_revisions(revision_ids, run):
    """Take away the captures that lie in no file any more. One that a later run met as well is that run's now."""
    ids = list(revision_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM articles_revision revision WHERE id = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM articles_archivedfile WHERE revision_id = revision.id)",
            [ids],
        )
        cursor.execute(
            "UPDATE articles_revision revision SET path = files.greatest"
            f" FROM ({GREATEST_PATHS}) AS files"
            " WHERE revision.id = files.revision_id",
            [ids],
        )
        cursor.execute(
            "UPDATE articles_revision revision SET run_id = later.id, arrived_at = later.started_at"
            " FROM (SELECT DISTINCT ON (revision_id) revision_id, run.id, started_at FROM articles_archivedfile"
            "   JOIN articles_importrun run ON run.id = run_id WHERE revision_id = ANY(%s) ORDER BY revision_id, run.id) AS later"
            " WHERE revision.id = later.revision_id AND revision.run_id = %s",
            [ids, run.pk],
        )


def _remove_empty_posts(post_ids) -> set[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM articles_post post WHERE id = ANY(%s)"
            " AND NOT EXISTS (SELECT FROM articles_revision WHERE post_id = post.id)",
            [list(post_ids)],
        )
        empty = [row[0] for row in cursor.fetchall()]
        uncount(empty)
        for table in ("articles_posttag", "articles_postcategory", "articles_permalink", "articles_searchrow"):
            cursor.execute(f"DELETE FROM {table} WHERE post_id = ANY(%s)", [empty])
        cursor.execute("DELETE FROM articles_post WHERE id = ANY(%s)", [empty])
    return set(empty)


def _restore(post_ids):
    """Show the newest of what is left, under the identity that follows from what is left."""
    for start in range(0, len(post_ids), _PIECE):
        piece = post_ids[start : start + _PIECE]
        show_revisions(newest_captures(piece))
        count_captures(piece)
        restate_identities(stale_identities(piece))
        settle_identities(piece)


def _hide_as_files_say(undecided):
    """The posts of which no editor decided are hidden or not as the files say that they show now."""
    agree = hidden_as_files_say(undecided)
    for post in Post.objects.filter(pk__in=undecided).exclude(pk__in=agree):
        set_hidden(Post.objects.filter(pk=post.pk), not post.hidden)


def _remove_unused_names():
    for kind in KINDS.values():
        kind.model.objects.filter(post_count=0, merged_into=None, merged=None, posts=None).delete()
