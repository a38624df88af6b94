"""Edits made by hand: they become revisions of their own, and no import overwrites them."""

import hashlib

from django.db import transaction
from django.utils import timezone

from ..models import Post, Revision, SearchRow
from .counters import count, uncount
from .decode import decode
from .locks import lock_archive
from .options import parse_options
from .parse import ParseError, parse_post
from .records import SourceFile
from .restate import show_revisions
from .rewrite import rewrite

# The front-matter key of everything that an editor may change beside the body.
FRONT_MATTER_KEYS = {
    "title": "title",
    "published_at": "date",
    "author": "author",
    "source_url": "from",
    "tags": "tags",
    "categories": "categories",
    "comments": "comments",
}
# What Jekyll, and parse, add to a list of names: gone once the list is edited.
_SINGULAR = {"tags": "tag", "categories": "category"}


class PostChanged(Exception):
    """An import or another editor changed the post since it was looked at."""


def problems_of_edit(post: Post, changes: dict) -> list[str]:
    """What would be wrong with the post's file after these changes that isn't wrong with it now. Takes what `save_edit` takes."""
    known = {warning.reason for warning in _parsed(post, bytes(post.current.content))[1]}
    try:
        return [warning.reason for warning in _parsed(post, _edited(post, changes))[1] if warning.reason not in known]
    except ParseError as error:
        return [error.reason]


def _parsed(post, content):
    """What a file in the place of the post's says, and the warnings about it."""
    return parse_post(SourceFile(post.current.path or post.slug, len(content), 0), content, parse_options())


def _edited(post, changes) -> bytes:
    """The file that the post shows, with these changes."""
    front_matter = {FRONT_MATTER_KEYS[name]: value for name, value in changes.items() if name != "body"}
    front_matter |= {_SINGULAR[name]: None for name in changes if name in _SINGULAR}
    text, _ = decode(bytes(post.current.content))
    return rewrite(text, front_matter, changes.get("body")).encode()


def save_edit(post: Post, changes: dict, editor=None) -> Revision:
    """Show the post with these changes, and keep them as a revision: the file that was shown, changed in these places only.

    `post` is the post as the editor saw it. `changes` maps names of FRONT_MATTER_KEYS, and "body", to new values: text, datetime,
    bool or list of names; None takes the entry out. A capture that waits goes on waiting. Raises ParseError where the outcome
    isn't a post, and PostChanged.
    """
    with transaction.atomic():
        post = _locked(post, "current")
        content = _edited(post, changes)
        front_matter, _ = _parsed(post, content)
        revision = Revision.objects.create(
            post=post,
            kind=Revision.Kind.EDIT,
            sha256=hashlib.sha256(content).digest(),
            content=content,
            title=front_matter.title,
            published_at=front_matter.published_at,
            arrived_at=timezone.now(),
            path=post.current.path,
            editor=editor,
            based_on_id=post.current_id if post.current.kind == Revision.Kind.CAPTURE else post.current.based_on_id,
        )
        show_revisions([revision])
    return revision


def _locked(seen: Post, *foreign_keys) -> Post:
    """The post, which nobody else changes before the transaction ends. Raises PostChanged where it is no more as it was seen."""
    lock_archive()
    post = Post.objects.select_related(*foreign_keys).get(pk=seen.pk)
    if any(getattr(post, f"{key}_id") != getattr(seen, f"{key}_id") for key in foreign_keys):
        raise PostChanged
    return post


def set_hidden(posts, hidden: bool):
    """Hide posts from readers, or show them again. `posts` is a queryset."""
    with transaction.atomic():
        lock_archive()
        ids = list(posts.values_list("pk", flat=True))
        uncount(ids)
        Post.objects.filter(pk__in=ids).update(hidden=hidden)
        count(ids)
        SearchRow.objects.filter(pk__in=ids).delete()
        if not hidden:
            show_revisions(list(Revision.objects.filter(pk__in=Post.objects.filter(pk__in=ids).values("current_id"))))


def apply_waiting(post: Post):
    """Show the capture that waits, in place of the edit. The edit stays among the revisions. Raises PostChanged."""
    with transaction.atomic():
        post = _locked(post, "current", "waiting")
        if post.waiting:
            show_revisions([post.waiting])
            Post.objects.filter(pk=post.pk).update(waiting=None)


def keep_edit(post: Post):
    """Keep the edit that is shown: the capture that waits goes to the history, and the next newer one will wait again.

    Raises PostChanged.
    """
    with transaction.atomic():
        post = _locked(post, "current", "waiting")
        if post.waiting_id:
            Revision.objects.filter(pk=post.current_id).update(based_on=post.waiting_id)
            Post.objects.filter(pk=post.pk).update(waiting=None)
