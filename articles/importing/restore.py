"""Take over from an export what editors did in the archive that it came from."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from django.contrib.auth import get_user_model
from django.db import transaction

from ..kinds import KINDS
from ..models import ArchivedFile, ImportRun, Post, Revision
from .classify import Outcome
from .editing import set_hidden
from .load import add_to_counts, record_problems
from .locks import lock_archive
from .merging import merge_names
from .parse import ParseError
from .records import Edit, Hiding, Merge, Problem
from .restate import derive_revision, newest_captures, show_revisions


def restore(decisions: list[Edit | Hiding | Merge], run: ImportRun) -> Iterator[tuple[str, Outcome, Problem | None]]:
    """Restore edits, hidden posts and merged names. Yields the outcome of each edit.

    What was decided here goes before: a post that was edited stays as it is shown, a post that an import had finished stays
    hidden or not, and names are merged only in an archive that no import had finished yet.
    """
    edits = [each for each in decisions if isinstance(each, Edit)]
    for edit in sorted(edits, key=lambda each: each.arrived_at):
        with transaction.atomic():
            lock_archive()
            outcome, problem = _restore_edit(edit)
            record_problems([problem] if problem else [], run)
            add_to_counts(run, Counter([outcome]))
        yield edit.path, outcome, problem
    for decision in decisions:
        if isinstance(decision, Hiding):
            _restore_hiding(decision)
        elif isinstance(decision, Merge):
            _restore_merge(decision)


def _restore_edit(edit) -> tuple[Outcome, Problem | None]:
    captures = Revision.objects.filter(kind=Revision.Kind.CAPTURE)
    capture = captures.filter(sha256=edit.capture).select_related("post__current").first()
    if not capture:
        return Outcome.FAILED, Problem(edit.path, "is an edit of a post that is not in the archive")
    post, sha256 = capture.post, hashlib.sha256(edit.content).digest()
    if post.revisions.filter(kind=Revision.Kind.EDIT, sha256=sha256, arrived_at=edit.arrived_at).exists():
        return Outcome.UNCHANGED, None
    revision = Revision(
        post=post,
        kind=Revision.Kind.EDIT,
        sha256=sha256,
        content=edit.content,
        arrived_at=edit.arrived_at,
        path=edit.path,
        editor=get_user_model().objects.filter(username=edit.editor).first(),
        based_on=post.revisions.filter(sha256=edit.based_on).first(),
    )
    try:
        front_matter = derive_revision(revision, post).front_matter
    except ParseError as error:
        return Outcome.FAILED, Problem(edit.path, error.reason, error.line)
    revision.title, revision.published_at = front_matter.title, front_matter.published_at
    revision.save()
    if edit.shown and post.current.kind != Revision.Kind.EDIT:
        show_revisions([revision])
        newest = newest_captures([post.pk])[0]
        Post.objects.filter(pk=post.pk).update(waiting=None if newest.pk == revision.based_on_id else newest)
    return Outcome.UPDATED, None


def _restore_hiding(decision):
    posts = Post.objects.filter(revisions__sha256=decision.capture, revisions__kind=Revision.Kind.CAPTURE)
    ids = list(posts.exclude(hidden=decision.hidden).values_list("pk", flat=True))
    if not ArchivedFile.objects.filter(revision__post__in=ids, run__status=ImportRun.Status.FINISHED).exists():
        set_hidden(Post.objects.filter(pk__in=ids), decision.hidden)


def _restore_merge(decision):
    kind = KINDS.get(decision.kind)
    if not kind or ImportRun.objects.filter(status=ImportRun.Status.FINISHED).exists():
        return
    name, into = (kind.model.objects.filter(slug=slug).first() for slug in (decision.name, decision.into))
    if name and into and name.merged_into_id is None and name != into:
        merge_names([name], into)
