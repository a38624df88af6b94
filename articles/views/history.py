"""How a post changed: its history, any two states of it compared, and the posts that changed last."""

from functools import wraps

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from ..cursors import MomentField, as_microseconds
from ..history.changes import change_between
from ..history.comparing import fold_away
from ..models import Post, Revision

_STATES_A_PAGE = 100


class HistoryForm(forms.Form):
    """Which page of a history: the one that begins after a revision."""

    after = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class ChangesForm(forms.Form):
    """Which page of the changed posts: those that changed before one of them."""

    changed_before = MomentField(required=False)
    id = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class Sha256Field(forms.RegexField):
    def __init__(self):
        super().__init__(r"\A[0-9a-f]{64}\Z")

    def clean(self, value):
        return bytes.fromhex(super().clean(value))


class CompareForm(forms.Form):
    """Two states of a post by the SHA-256 of their bytes: `from` the one, `to` the other."""

    def __init__(self, data):
        super().__init__(data)
        self.fields |= {"from": Sha256Field(), "to": Sha256Field()}


def at_own_address(view):
    """A page of a post, which the view is given, at the post's own address; 301 from its other ones, with the query string."""

    @wraps(view)
    def page(request, day, slug):
        post = _post_at(day, slug)
        if (post.day, post.slug) == (day, slug):
            return view(request, post)
        path, query = reverse(request.resolver_match.url_name, args=[post.day, post.slug]), request.META.get("QUERY_STRING")
        return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)

    return page


@at_own_address
def history(request, post):
    revisions = Revision.objects.public().filter(post=post).newest_first()
    # A post's own, mostly one or two: to page through the others by number costs less than a cursor of three parts.
    ids = list(revisions.values_list("pk", flat=True))
    start = _start(request.GET, ids)
    rows = list(revisions.for_history().filter(pk__in=ids[start : start + _STATES_A_PAGE + 1]))
    shown = rows[:_STATES_A_PAGE]
    context = {
        "post": post,
        # Each with the one before it in time, which may be the first of the next page.
        "states": list(zip(shown, [*rows[1:], None], strict=False)),
        "total": len(ids),
        "more": shown[-1].id if len(rows) > len(shown) else None,
        "is_first": start == 0,
    }
    return render(request, "articles/post_history.html", context)


def _start(query, ids):
    form = HistoryForm(query)
    if form.is_valid():
        after = form.cleaned_data["after"]
        if after is None:
            return 0
        if after in ids:
            return ids.index(after) + 1
    raise Http404(_("There is no such page of this list."))


@at_own_address
def compare(request, post):
    form = CompareForm(request.GET)
    if not form.is_valid():
        raise Http404(_("There are no such captures of this post."))
    old, new = (_state_of(post, form.cleaned_data[name]) for name in ("from", "to"))
    change = change_between(post, old, new)
    context = {"post": post, "old": old, "new": new, "change": change, "folds": change.text and fold_away(change.text.lines)}
    return render(request, "articles/post_compare.html", context)


def changes(request):
    """The posts of which another capture came last, the latest first. Edits made here are no news of the source."""
    form = ChangesForm(request.GET)
    if not form.is_valid():
        raise Http404(_("There is no such page of this list."))
    changed_before, pk = form.cleaned_data["changed_before"], form.cleaned_data["id"]
    posts = Post.objects.published().changed().last_changed_first().for_changes()
    if changed_before:
        posts = posts.changed_before(changed_before, pk or 0)
    rows = list(posts[: settings.ARCHIVE_PAGE_SIZE + 1])
    shown = rows[: settings.ARCHIVE_PAGE_SIZE]
    older = {}
    if len(rows) > len(shown):
        older = {"changed_before": as_microseconds(shown[-1].changed_at), "id": shown[-1].id}
    return render(request, "articles/changes.html", {"posts": shown, "older": older, "is_first": not changed_before})


def _state_of(post, sha256):
    """The public state of a post with these bytes. Where an edit led back to a capture's, it is the capture."""
    revision = Revision.objects.public().filter(post=post, sha256=sha256).order_by("kind").first()
    if not revision:
        raise Http404(_("There are no such captures of this post."))
    return revision


def _post_at(day, slug):
    """The published post that an address leads to, without its texts. Raises Http404."""
    posts = Post.objects.published().at(day, slug)
    return get_object_or_404(
        posts.only("day", "slug", "claimed_slug", "title", "language", "source_url", "current", "capture_count", "changed_at")
    )
