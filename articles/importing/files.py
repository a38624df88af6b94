"""Which bytes lie at which path: the rows of ArchivedFile and the addresses they claim."""

from django.db import connection

from ..models import ImportRun
from .addresses import Address
from .copying import Columns, as_array, copy_rows, new_ids
from .records import ParsedFile, UnchangedFile
from .urls import path_key

_FILE_COLUMNS: Columns = {
    "id": "int8",
    "revision_id": "int8",
    "run_id": "int8",
    "path": "text",
    "path_key": "uuid",
    "size": "int8",
    "modified_ns": "int8",
    "is_current": "bool",
    "day": "date",
    "slug": "text",
}


def record_files(files: list[ParsedFile], revision_ids: list[int], run: ImportRun) -> set[Address]:
    """Record at which paths these revisions lie. Returns the addresses that the newly recorded files claim.

    What git tells of the past is recorded once and lies at its path only until something younger does.
    """
    current, met, gone = _known_at({path_key(file.source.path) for file in files})
    new, current_ids, lay_somewhere = [], {}, set(current)
    ids = new_ids("articles_archivedfile", len(files))
    for pk, file, revision_id in zip(ids, files, revision_ids, strict=True):
        key, modified_ns = path_key(file.source.path), file.source.modified_ns
        lies_there, since_ns = current.get(key, (None, 0))
        is_past = file.source.captured_at is not None
        if file.source.superseded:
            if (key, revision_id) in gone:
                continue
            gone.add((key, revision_id))
        elif (key, revision_id) in met if is_past else lies_there == revision_id:
            continue
        elif not is_past or since_ns <= modified_ns:
            current[key] = revision_id, modified_ns
            current_ids[key] = pk
        met.add((key, revision_id))
        new.append((pk, key, file, revision_id))
    _retire([key for key in current_ids if key in lay_somewhere])
    _insert(new, set(current_ids.values()), run)
    return _claims_of(new)


def touch(files: list[UnchangedFile]):
    """Remember the size and modification time of files whose bytes are still the same."""
    if not files:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_archivedfile file SET size = seen.size, modified_ns = seen.modified_ns"
            " FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) AS seen (path_key, size, modified_ns)"
            " WHERE file.path_key = seen.path_key AND file.is_current"
            " AND (file.size, file.modified_ns) <> (seen.size, seen.modified_ns)",
            [
                as_array(path_key(each.source.path) for each in files),
                as_array(each.source.size for each in files),
                as_array(each.source.modified_ns for each in files),
            ],
        )


def _known_at(keys):
    """What lies at these paths, {path key: (revision, modification time)}, every (path key, revision) ever met, and those of them
    that lie there no more.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT path_key, revision_id, modified_ns, is_current FROM articles_archivedfile WHERE path_key = ANY(%s::uuid[])",
            [as_array(keys)],
        )
        rows = cursor.fetchall()
    current = {key: (revision_id, modified_ns) for key, revision_id, modified_ns, is_current in rows if is_current}
    gone = {(key, revision_id) for key, revision_id, _, is_current in rows if not is_current}
    return current, gone | {(key, revision_id) for key, (revision_id, _) in current.items()}, gone


def _retire(keys):
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_archivedfile SET is_current = false WHERE is_current AND path_key = ANY(%s::uuid[])", [as_array(keys)]
        )


def _insert(new, current_ids, run):
    copy_rows(
        "articles_archivedfile",
        _FILE_COLUMNS,
        (
            (
                *(pk, revision_id, run.pk, file.source.path, key, file.source.size, file.source.modified_ns),
                *(pk in current_ids, file.front_matter.day, file.front_matter.slug),
            )
            for pk, key, file, revision_id in new
        ),
    )
    copy_rows(
        "articles_filealias",
        {"file_id": "int8", "day": "date", "slug": "text"},
        ((pk, *alias) for pk, _, file, _ in new for alias in file.front_matter.aliases),
    )
    copy_rows(
        "articles_oldaddress",
        {"file_id": "int8", "key": "text"},
        ((pk, key) for pk, _, file, _ in new for key in file.front_matter.old_addresses),
    )


def _claims_of(new):
    claimed = {(file.front_matter.day, file.front_matter.slug) for _, _, file, _ in new}
    return claimed.union(*(file.front_matter.aliases for _, _, file, _ in new))
