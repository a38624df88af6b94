"""How one state of a post differs from another."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from ..importing.parse import ParseError
from ..importing.records import ParsedFile
from ..importing.restate import derive_revision
from ..models import Post, Revision
from .comparing import Comparison, Line, TooLong, compare

# Larger files are kept and can be downloaded, but it would take too long to show them.
_SHOWN_BYTES = 1024**2


class Fact(NamedTuple):
    """Something that two states of a post say differently: what it is called, and how it changed."""

    label: str
    lines: list[Line]


class Change(NamedTuple):
    """How a post changed: facts that differ, the title first, and its text. `text` is None where it is too long to compare."""

    facts: list[Fact]
    text: Comparison | None


def change_between(post: Post, old: Revision, new: Revision) -> Change:
    states = file_of(old, post), file_of(new, post)
    if None in states:
        return Change([], None)
    said = zip(_labels(), *(_said(file) for file in states), strict=True)
    facts = [Fact(label, compare(before, after).lines) for label, before, after in said if before != after]
    try:
        return Change(facts, compare(*(file.body.text for file in states)))
    except TooLong:
        return Change(facts, None)


def file_of(revision: Revision, post: Post) -> ParsedFile | None:
    """What a revision says, derived as an import would do it now. None where it is too large to show, or no post any more."""
    if len(revision.content) > _SHOWN_BYTES:
        return None
    try:
        return derive_revision(revision, post)
    except ParseError:
        return None


def _labels():
    return [_("Title"), _("Date"), _("Author"), _("Source"), _("Tags"), _("Categories")]


def _said(file):
    said = file.front_matter
    return [said.title, said.date_written, said.author, said.source_url, ", ".join(said.tags), ", ".join(said.categories)]
