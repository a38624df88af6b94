"""Load: a batch of parsed files into the database, in one transaction and with a fixed number of statements.

Nothing here reads a file or parses anything, and no signal is sent: whatever a change to a post entails is done in `load`.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, models, transaction

from ..models import ImportProblem, ImportRun
from ..models.revision import NEWEST_FIRST
from .addresses import deal_addresses
from .classify import Known, Outcome, classify, look_up
from .copying import Columns, copy_rows, new_ids
from .counters import count
from .files import record_files, touch
from .locks import lock_archive
from .names import NameIds
from .records import ParsedFile, Problem, Skipped, UnchangedFile
from .show import insert_posts, update_posts
from .urls import identity_of

_REVISION_COLUMNS: Columns = {
    "id": "int8",
    "post_id": "int8",
    "kind": "varchar",
    "sha256": "bytea",
    "content": "bytea",
    "title": "text",
    "published_at": "timestamptz",
    "arrived_at": "timestamptz",
    "path": "text",
    "run_id": "int8",
}


@dataclass(slots=True)
class Capture:
    """Bytes that are new to the archive, in a file of this batch. `path` is the greatest of the paths they lie at."""

    id: int
    post_id: int
    file: ParsedFile
    arrived_at: datetime

    @property
    def path(self):
        return self.file.source.path

    @property
    def address(self):
        return self.file.front_matter.day, self.file.front_matter.slug


def load(results: list[ParsedFile | UnchangedFile | Problem | Skipped], run: ImportRun) -> list[tuple[str, Outcome]]:
    """Load one batch. Returns the outcome of every file by its path, in the order given."""
    files = [result for result in results if isinstance(result, ParsedFile)]
    with transaction.atomic():
        lock_archive()
        outcomes = iter(_load_files(files, run))
        touch([result for result in results if isinstance(result, UnchangedFile) and result.was_read])
        reported = [_reported(result, outcomes) for result in results]
        problems = [result for result in results if isinstance(result, Problem)]
        problems += [warning for file in files for warning in file.warnings]
        record_problems(problems, run)
        add_to_counts(run, Counter(outcome for _, outcome in reported), warnings=sum(bool(file.warnings) for file in files))
    return reported


def _reported(result, outcomes):
    match result:
        case Problem():
            return result.path, Outcome.FAILED
        case Skipped():
            return result.path, Outcome.SKIPPED
        case UnchangedFile():
            return result.source.path, Outcome.UNCHANGED
    return result.source.path, next(outcomes)


def record_problems(problems: list[Problem], run: ImportRun):
    ImportProblem.objects.bulk_create(
        ImportProblem(run=run, path=each.path, line=each.line, reason=each.reason, fatal=each.fatal) for each in problems
    )


def add_to_counts(run: ImportRun, outcomes: Counter, warnings: int = 0):
    """Add to the run's stored counts."""
    added = {outcome.value: models.F(outcome.value) + number for outcome, number in outcomes.items()}
    if warnings:
        added["warnings"] = models.F("warnings") + warnings
    if added:
        ImportRun.objects.filter(pk=run.pk).update(**added)


def _load_files(files, run) -> list[Outcome]:
    if not files:
        return []
    known = look_up(files, run.pk)
    old_posts = set(known.posts.values())
    outcomes, captures = _take_in(files, known, run)
    _insert_revisions(captures, run)
    claimed = record_files(files, [known.revisions[file.sha256][0] for file in files], run)
    moved = _move_revisions(files, {capture.id for capture in captures}, known)

    names = NameIds(files)
    by_post = _newest_first(captures)
    new = [group[0] for post_id, group in by_post.items() if post_id not in old_posts]
    insert_posts(new, names)
    count([capture.post_id for capture in new])
    _show_newest([capture for capture in [*moved, *captures] if capture.post_id in old_posts], names)
    count_captures([post_id for post_id, group in by_post.items() if post_id in old_posts or len(group) > 1])
    settle_identities([known.revisions[file.sha256][1] for file in files if _is_known_by_path(file)])
    deal_addresses(claimed | {capture.address for capture in [*moved, *captures]})
    return outcomes


def _is_known_by_path(file):
    return file.identity == identity_of("", file.source.path)


def _take_in(files, known: Known, run) -> tuple[list[Outcome], list[Capture]]:
    """Decide what each file is, and draw ids for what is new. `known` then knows every file of the batch."""
    outcomes, captures = [], {}
    post_ids, revision_ids = (iter(new_ids(table, len(files))) for table in ("articles_post", "articles_revision"))
    for file in files:
        outcome = classify(file, known)
        outcomes.append(outcome)
        if outcome is not Outcome.UNCHANGED:
            if outcome is Outcome.CREATED:
                known.posts[file.identity] = next(post_ids)
            post_id = known.posts[file.identity]
            capture = Capture(
                next(revision_ids), post_id, file, file.source.captured_at or file.source.arrived_at or run.started_at
            )
            captures[file.sha256] = capture
            known.revisions[file.sha256] = (capture.id, post_id)
        elif (same := captures.get(file.sha256)) and file.source.path.encode() > same.path.encode():
            same.file = file
    return outcomes, list(captures.values())


def _newest_first(captures) -> dict[int, list[Capture]]:
    """The captures of each post, the one to show first: by NEWEST_FIRST, before they are rows."""
    newest = sorted(captures, key=lambda each: (each.file.front_matter.published_at, each.arrived_at, each.path.encode()))
    by_post = {}
    for capture in reversed(newest):
        by_post.setdefault(capture.post_id, []).append(capture)
    return by_post


def _insert_revisions(captures, run):
    copy_rows(
        "articles_revision",
        _REVISION_COLUMNS,
        (
            (
                *(each.id, each.post_id, "capture", each.file.sha256, each.file.content, each.file.front_matter.title),
                *(each.file.front_matter.published_at, each.arrived_at, each.path, run.pk),
            )
            for each in captures
        ),
    )


def _move_revisions(files, new_revisions, known) -> list[Capture]:
    """Give the kept captures that were found at a greater path that path. Returns those that moved."""
    greatest = {}
    for file in files:
        revision_id, _ = known.revisions[file.sha256]
        if revision_id not in new_revisions:
            greatest[revision_id] = max(greatest.get(revision_id, file), file, key=lambda each: each.source.path.encode())
    if not greatest:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_revision revision SET path = found.path"
            " FROM unnest(%s::bigint[], %s::text[]) AS found (id, path)"
            ' WHERE revision.id = found.id AND found.path COLLATE "C" > revision.path COLLATE "C"'
            " RETURNING revision.id, revision.post_id, revision.arrived_at",
            [list(greatest), [file.source.path for file in greatest.values()]],
        )
        return [Capture(pk, post_id, greatest[pk], arrived_at) for pk, post_id, arrived_at in cursor.fetchall()]


def settle_identities(post_ids: list[int]):
    """Let posts that are known by a path be known by the least of their paths, in whatever order these were met."""
    if not post_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT post_id, identity, array_agg(file.path ORDER BY file.path COLLATE "C") FROM articles_archivedfile file'
            " JOIN articles_revision revision ON revision.id = file.revision_id JOIN articles_post post ON post.id = post_id"
            " WHERE post_id = ANY(%s) GROUP BY post_id, identity",
            [post_ids],
        )
        for post_id, identity, paths in cursor.fetchall():
            by_path = [identity_of("", path) for path in paths]
            if identity in by_path[1:]:
                cursor.execute(
                    "UPDATE articles_post SET identity = %(least)s WHERE id = %(post_id)s"
                    " AND NOT EXISTS (SELECT FROM articles_post WHERE identity = %(least)s)",
                    {"least": by_path[0], "post_id": post_id},
                )


_NEWEST = f"""
    SELECT DISTINCT ON (revision.post_id) revision.post_id, revision.id, shown.kind, shown.based_on_id
    FROM articles_revision revision
    JOIN articles_post post ON post.id = revision.post_id
    JOIN articles_revision shown ON shown.id = post.current_id
    WHERE revision.kind = 'capture' AND revision.post_id = ANY(%s)
    ORDER BY revision.post_id, {NEWEST_FIRST}
"""


def _show_newest(captures: list[Capture], names: NameIds):
    """Show those of these captures that are now the newest of their posts. Where an edit is shown, they wait."""
    if not captures:
        return
    by_id = {capture.id: capture for capture in captures}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [[capture.post_id for capture in captures]])
        newest = [row for row in cursor.fetchall() if row[1] in by_id]
        update_posts([by_id[pk] for _, pk, kind, _ in newest if kind == "capture"], names)
        waiting = [(pk, post_id) for post_id, pk, kind, based_on in newest if kind == "edit" and pk != based_on]
        if waiting:
            cursor.executemany("UPDATE articles_post SET waiting_id = %s WHERE id = %s", waiting)


def count_captures(post_ids: list[int]):
    """Store how many captures these posts have, and when the last came."""
    if not post_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_post post SET capture_count = captures.number,"
            " changed_at = CASE WHEN captures.number > 1 THEN captures.last END"
            " FROM (SELECT post_id, count(*) AS number, max(arrived_at) AS last FROM articles_revision"
            "   WHERE kind = 'capture' AND post_id = ANY(%s) GROUP BY post_id) AS captures"
            " WHERE post.id = captures.post_id",
            [post_ids],
        )
