"""Prove that what is stored agrees with the files that are kept, and mend what doesn't."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from django.db import connection, transaction

from ..kinds import KINDS
from ..models import ArchivedFile, Permalink, Post, Revision
from ..models.revision import GREATEST_PATHS
from .addresses import compare_deal, deal_addresses
from .counters import miscounted, set_count
from .harm import harmful_parts
from .load import Capture, count_captures
from .locks import is_importing, lock_archive
from .maintenance import has_search_index, settle_search_index, update_statistics
from .names import NameIds, restate_names, stale_names
from .parse import ParseError
from .reparse import restate_files, restate_identities, restate_revisions, stale_files, stale_identities, stale_revisions
from .restate import derive_revision, newest_captures, show_revisions
from .show import DERIVED_COLUMNS, derived_values, name_keys
from .urls import path_key

# Rows looked at in one transaction: short enough that an editor who saves meanwhile hardly waits.
_BATCH = 500

# Dealt out beside these columns, and compared there.
_COMPARED = [column for column in DERIVED_COLUMNS if column not in ("slug", "current_id")]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something stored that isn't as it should be. `mend` puts it right; None where only a backup could."""

    what: str
    mend: Callable[[], None] | None


def check_archive(repair: bool, on_finding: Callable[[Finding], None]) -> tuple[int, int]:
    """Check everything, tell of every finding, and mend it if asked to. Returns (found, mended).

    Checked are the hashes of the kept files, the paths they lie at, what follows from their bytes for revisions, addresses and
    identities, which revision is shown and which one waits, all that is derived from it, that nothing in its HTML could harm a
    reader, search rows, names, the number of captures, addresses, the stored counts, and that searches have their index. Each
    batch holds the archive's lock, so that nothing is taken for wrong that is just being written. Whoever mends also has the
    planner's statistics brought up to date.
    """
    found = mended = 0
    for check in _CHECKS:
        batches = check()
        while True:
            with transaction.atomic():
                lock_archive()
                batch = next(batches, None)
                if batch is None:
                    break
                for finding in batch:
                    found += 1
                    on_finding(finding)
                    if repair and finding.mend:
                        finding.mend()
                        mended += 1
    if repair:
        update_statistics()
    return found, mended


def _batches(table: str, columns: str) -> Iterator[list[tuple]]:
    """Rows of a table in the order of their ids, which is the first of the columns."""
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {columns} FROM {table} WHERE id > %s ORDER BY id LIMIT %s", [after, _BATCH])
            rows = cursor.fetchall()
        if not rows:
            return
        after = rows[-1][0]
        yield rows


def _hashes() -> Iterator[list[Finding]]:
    for rows in _batches("articles_revision", "id, path, sha256 = sha256(content)"):
        yield [
            Finding(f"revision {pk} ({path}): the kept bytes don't have the stored SHA-256", None)
            for pk, path, agrees in rows
            if not agrees
        ]


def _names() -> Iterator[list[Finding]]:
    for kind in KINDS.values():
        yield [
            Finding(f"{kind.key} {name.pk} ({name}): isn't found by what is typed", partial(restate_names, [name]))
            for name in stale_names(kind.model)
        ]


def _revisions() -> Iterator[list[Finding]]:
    for rows in _batches("articles_revision", "id"):
        yield [
            Finding(
                f"revision {each.pk} ({each.path}): its title or date isn't that of its file", partial(restate_revisions, [each])
            )
            for each in stale_revisions(Revision.objects.in_bulk([pk for (pk,) in rows]).values())
        ]


def _paths() -> Iterator[list[Finding]]:
    """A capture goes by the greatest of the paths that it was found at."""
    for rows in _batches("articles_revision", "id"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT revision.id, revision.path, files.greatest FROM articles_revision revision"
                f" JOIN ({GREATEST_PATHS}) AS files ON files.revision_id = revision.id"
                " WHERE kind = 'capture' AND revision.path <> files.greatest ORDER BY revision.id",
                [[pk for (pk,) in rows]],
            )
            wrong = cursor.fetchall()
        yield [Finding(f"revision {pk}: goes by the path {path}", partial(_set_path, pk, right)) for pk, path, right in wrong]


def _set_path(pk, path):
    Revision.objects.filter(pk=pk).update(path=path)


def _file_paths() -> Iterator[list[Finding]]:
    """An import knows a file by the key of its path."""
    for rows in _batches("articles_archivedfile", "id, path, path_key, revision_id"):
        wrong = [row for row in rows if path_key(row[1]) != row[2]]
        captures = Revision.objects.only("path").in_bulk([row[3] for row in wrong])
        # Either may be at fault.
        right = {pk: at if path_key(at := captures[capture].path) == key else path for pk, path, key, capture in wrong}
        yield [
            Finding(f"file {pk} ({path}): has the key of another path", partial(_set_file_path, pk, right[pk]))
            for pk, path, *_ in wrong
        ]


def _set_file_path(pk, path):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE articles_archivedfile SET path = %(path)s, path_key = %(key)s, is_current = is_current AND NOT EXISTS"
            " (SELECT FROM articles_archivedfile other WHERE other.path_key = %(key)s AND other.is_current AND other.id <> %(pk)s)"
            " WHERE id = %(pk)s",
            {"pk": pk, "path": path, "key": path_key(path)},
        )


def _lost_files() -> Iterator[list[Finding]]:
    """A capture without a file would lose its address."""
    for rows in _batches("articles_revision", "id"):
        lost = Revision.objects.captures().filter(pk__in=[pk for (pk,) in rows], files=None).order_by("pk")
        yield [
            Finding(f"revision {each.pk} ({each.path}): lies in no file", partial(_restore_file, each) if each.run_id else None)
            for each in lost
        ]


def _restore_file(capture):
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


def _files() -> Iterator[list[Finding]]:
    for rows in _batches("articles_archivedfile", "id"):
        files = ArchivedFile.objects.select_related("revision").prefetch_related("aliases", "old_addresses")
        yield [
            Finding(f"{stale.file.path}: the addresses that it claims aren't its own", partial(_restate_file, stale))
            for stale in stale_files(files.in_bulk([pk for (pk,) in rows]).values())
        ]


def _restate_file(stale):
    deal_addresses(restate_files([stale]))


def _identities() -> Iterator[Iterable[Finding]]:
    for rows in _batches("articles_post", "id"):
        # One after the other: what is mended may be what the next one wants.
        yield (
            Finding(str(stale), None if stale.holder_id else partial(restate_identities, [stale]))
            for stale in stale_identities([pk for (pk,) in rows])
        )


def _shown() -> Iterator[list[Finding]]:
    """A post shows its newest capture, or an edit."""
    for rows in _batches("articles_post", "id, current_id"):
        newest = {revision.post_id: revision for revision in newest_captures([pk for pk, _ in rows])}
        edits = set(
            Revision.objects.filter(kind=Revision.Kind.EDIT, pk__in=[current for _, current in rows]).values_list("post_id", "pk")
        )
        yield [
            Finding(f"post {pk}: doesn't show its newest capture", partial(show_revisions, [newest[pk]]))
            for pk, current in rows
            if (pk, current) not in edits and pk in newest and newest[pk].pk != current
        ]


def _waiting() -> Iterator[list[Finding]]:
    """Where an edit is shown, a capture waits that is newer than what the editor had in view."""
    for rows in _batches("articles_post", "id"):
        posts = Post.objects.filter(pk__in=[pk for (pk,) in rows]).select_related("current")
        edited = {post.pk: post for post in posts if post.current and post.current.kind == Revision.Kind.EDIT}
        newest = {each.post_id: each.pk for each in newest_captures(edited)}
        right = {pk: newest.get(pk) if newest.get(pk) != post.current.based_on_id else None for pk, post in edited.items()}
        yield [
            Finding(f"post {post.pk}: the capture that waits is wrong", partial(_set_waiting, post.pk, right.get(post.pk)))
            for post in posts
            if post.waiting_id != right.get(post.pk)
        ]


def _set_waiting(pk, waiting):
    Post.objects.filter(pk=pk).update(waiting=waiting)


def _derived() -> Iterator[list[Finding]]:
    for rows in _batches("articles_post", f"id, current_id, {', '.join(_COMPARED)}"):
        posts = Post.objects.select_related("search_row").prefetch_related("post_tags", "post_categories")
        posts = posts.in_bulk([row[0] for row in rows])
        revisions = Revision.objects.in_bulk([row[1] for row in rows])
        yield [
            finding
            for pk, current, *_ in rows
            if current in revisions and (finding := _check_derived(posts[pk], revisions[current]))
        ]


def _check_derived(post, revision) -> Finding | None:
    try:
        file = derive_revision(revision, post)
    except ParseError as error:
        return Finding(f"post {post.pk}: the revision that it shows can't be parsed: {error}", None)
    names = NameIds([file])
    expected = dict(
        zip(DERIVED_COLUMNS, derived_values(Capture(revision.pk, post.pk, file, revision.arrived_at), names), strict=True)
    )
    expected["other"] = file.front_matter.other
    wrong = [column for column in _COMPARED if getattr(post, column) != expected[column]]
    place = file.front_matter.day, file.front_matter.published_at
    for what, links, ids in (
        ("tags", post.post_tags, names.tags(file.front_matter.tags)),
        ("categories", post.post_categories, names.categories(file.front_matter.categories)),
    ):
        right = [(name_id, *place) for name_id in ids]
        if [(*each.pk[1:], each.day, each.published_at) for each in links.all()] != right:
            wrong.append(what)
    row = getattr(post, "search_row", None)
    searched = row and (row.day, row.published_at, sorted(row.names), row.text)
    if searched != (None if post.hidden else (*place, sorted(name_keys(file.front_matter, names)), file.search_text)):
        wrong.append("search row")
    if wrong:
        return Finding(f"post {post.pk}: {', '.join(wrong)} can't be derived from its file", partial(show_revisions, [revision]))
    if harmful := harmful_parts(post.body_html):
        # What was derived by the rules is at fault, so deriving it again would not help.
        return Finding(f"post {post.pk}: its HTML holds {', '.join(harmful)}", None)
    return None


def _capture_counts() -> Iterator[list[Finding]]:
    for rows in _batches("articles_post", "id, capture_count, changed_at"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT post_id, count(*), CASE WHEN count(*) > 1 THEN max(arrived_at) END FROM articles_revision"
                " WHERE kind = 'capture' AND post_id = ANY(%s) GROUP BY post_id",
                [[pk for pk, *_ in rows]],
            )
            counted = {pk: (number, last) for pk, number, last in cursor.fetchall()}
        yield [
            Finding(f"post {pk}: the number of its captures or when it changed is wrong", partial(count_captures, [pk]))
            if pk in counted
            else Finding(f"post {pk}: has no capture", None)
            for pk, *stored in rows
            if counted.get(pk) != tuple(stored)
        ]


def _addresses() -> Iterator[list[Finding]]:
    for table, columns in (("articles_archivedfile", "id, day, slug"), ("articles_filealias", "id, day, slug")):
        for rows in _batches(table, columns):
            claimed = {(day, slug) for _, day, slug in rows}
            _, gone, new = compare_deal(claimed)
            wrong = sorted({*gone.values(), *new})
            yield [
                Finding(f"/{day}/{slug}/: leads to the wrong post or to none", partial(deal_addresses, claimed))
                for day, slug in wrong
            ]


def _own_addresses() -> Iterator[list[Finding]]:
    """A post says of itself which address it got."""
    for rows in _batches("articles_post", "id, day, slug, claimed_slug, current_id"):
        dealt = set(
            Permalink.objects.filter(post__in=[pk for pk, *_ in rows]).values_list("post_id", "day", "slug", "claimed_slug")
        )
        yield [
            Finding(f"post {pk}: /{day}/{slug}/ is not its address", partial(deal_addresses, {(day, claimed)}))
            for pk, day, slug, claimed, current in rows
            if current and (pk, day, slug, claimed) not in dealt
        ]


def _stray_permalinks() -> Iterator[list[Finding]]:
    """Addresses that no file claims."""
    for rows in _batches("articles_permalink", "id, day, claimed_slug, slug"):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT day, slug FROM unnest(%(days)s::date[], %(slugs)s::text[]) AS claim (day, slug)"
                " WHERE EXISTS (SELECT FROM articles_archivedfile file WHERE (file.day, file.slug) = (claim.day, claim.slug))"
                " OR EXISTS (SELECT FROM articles_filealias alias WHERE (alias.day, alias.slug) = (claim.day, claim.slug))",
                {"days": [day for _, day, *_ in rows], "slugs": [claimed for *_, claimed, _ in rows]},
            )
            claims = set(cursor.fetchall())
        yield [
            Finding(f"/{day}/{slug}/: no file claims this address", partial(_remove_permalink, pk))
            for pk, day, claimed, slug in rows
            if (day, claimed) not in claims
        ]


def _remove_permalink(pk):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_permalink WHERE id = %s", [pk])


def _counts() -> Iterator[list[Finding]]:
    yield [
        Finding(
            f"{table.removeprefix('articles_')} {' '.join(map(str, key))}: {stored} posts stored, {counted} counted",
            partial(set_count, table, key, counted),
        )
        for table, key, stored, counted in miscounted()
    ]


def _search_index() -> Iterator[list[Finding]]:
    """A first import makes the index at its end; until then it is missing, and not lost."""
    is_lost = not has_search_index() and not is_importing()
    yield [Finding("the search index is missing: searches read every post", settle_search_index)] if is_lost else []


# In the order of what follows from what.
_CHECKS = (
    *(_hashes, _names, _file_paths, _lost_files, _paths, _revisions, _files, _identities, _shown, _waiting, _derived),
    *(_capture_counts, _addresses, _stray_permalinks, _own_addresses, _counts, _search_index),
)
