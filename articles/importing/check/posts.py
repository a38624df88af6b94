"""Posts: which revision they show, which one waits, and all that is derived from what they show."""

from functools import partial

from django.db import connection

from ...models import Post, Revision
from ..harm import harmful_parts
from ..load import Capture, count_captures
from ..names import NameIds
from ..parse import ParseError
from ..reparse import restate_identities, stale_identities
from ..restate import derive_revision, newest_captures, show_revisions
from ..show import DERIVED_COLUMNS, derived_values, name_keys
from .finding import Check, Finding

_TABLE = "articles_post"
# Dealt out beside these columns, and compared there.
_COMPARED = [column for column in DERIVED_COLUMNS if column not in ("slug", "current_id")]


def _check_identities(rows):
    # One after the other: what is mended may be what the next one wants.
    return (
        Finding(str(stale), None if stale.holder_id else partial(restate_identities, [stale]))
        for stale in stale_identities([pk for (pk,) in rows])
    )


def _check_shown(rows):
    """A post shows its newest capture, or an edit."""
    newest = {revision.post_id: revision for revision in newest_captures([pk for pk, _ in rows])}
    edits = set(
        Revision.objects.filter(kind=Revision.Kind.EDIT, pk__in=[current for _, current in rows]).values_list("post_id", "pk")
    )
    return [
        Finding(f"post {pk}: doesn't show its newest capture", partial(show_revisions, [newest[pk]]))
        for pk, current in rows
        if (pk, current) not in edits and pk in newest and newest[pk].pk != current
    ]


def _check_waiting(rows):
    """Where an edit is shown, a capture waits that is newer than what the editor had in view."""
    posts = Post.objects.filter(pk__in=[pk for (pk,) in rows]).select_related("current")
    edited = {post.pk: post for post in posts if post.current and post.current.kind == Revision.Kind.EDIT}
    newest = {each.post_id: each.pk for each in newest_captures(edited)}
    right = {pk: newest.get(pk) if newest.get(pk) != post.current.based_on_id else None for pk, post in edited.items()}
    return [
        Finding(f"post {post.pk}: the capture that waits is wrong", partial(_set_waiting, post.pk, right.get(post.pk)))
        for post in posts
        if post.waiting_id != right.get(post.pk)
    ]


def _set_waiting(pk, waiting):
    Post.objects.filter(pk=pk).update(waiting=waiting)


def _check_derived(rows):
    posts = Post.objects.select_related("search_row").prefetch_related("post_tags", "post_categories")
    posts = posts.in_bulk([row[0] for row in rows])
    revisions = Revision.objects.in_bulk([row[1] for row in rows])
    return [
        finding for pk, current, *_ in rows if current in revisions and (finding := _compare_derived(posts[pk], revisions[current]))
    ]


def _compare_derived(post, revision) -> Finding | None:
    try:
        file = derive_revision(revision, post)
    except ParseError as error:
        return Finding(f"post {post.pk}: the revision that it shows can't be parsed: {error}")
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
        return Finding(f"post {post.pk}: its HTML holds {', '.join(harmful)}")
    return None


def _check_capture_counts(rows):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT post_id, count(*), CASE WHEN count(*) > 1 THEN max(arrived_at) END FROM articles_revision"
            " WHERE kind = 'capture' AND post_id = ANY(%s) GROUP BY post_id",
            [[pk for pk, *_ in rows]],
        )
        counted = {pk: (number, last) for pk, number, last in cursor.fetchall()}
    return [
        Finding(f"post {pk}: the number of its captures or when it changed is wrong", partial(count_captures, [pk]))
        if pk in counted
        else Finding(f"post {pk}: has no capture")
        for pk, *stored in rows
        if counted.get(pk) != tuple(stored)
    ]


IDENTITIES = Check(_check_identities, _TABLE)
SHOWN = Check(_check_shown, _TABLE, "id, current_id")
WAITING = Check(_check_waiting, _TABLE)
DERIVED = Check(_check_derived, _TABLE, "id, current_id")
CAPTURE_COUNTS = Check(_check_capture_counts, _TABLE, "id, capture_count, changed_at")
