"""What follows from the kept bytes without their being cleaned: revisions' titles and dates, the addresses of files, and what
makes files one post.

Compared by `check_archive`, and put right by it and by `rebuild_posts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from ..models import ArchivedFile, FileAlias, OldAddress, Post, Revision
from .addresses import Address
from .options import parse_options
from .parse import ParseError, parse_post
from .records import FrontMatter, SourceFile
from .urls import identity_of


@dataclass
class Stale:
    """A file's row, and how it differs from what follows from its bytes. Nothing is missing where it agrees.

    Further aliases than follow from the bytes are no difference: git told them, and an old address goes on leading to the post.
    """

    file: ArchivedFile
    address: Address
    aliases: list[Address] = field(default_factory=list)
    old_addresses: list[str] = field(default_factory=list)
    needless_old_addresses: list[str] = field(default_factory=list)

    def __bool__(self):
        moved = self.address != (self.file.day, self.file.slug)
        return bool(moved or self.aliases or self.old_addresses or self.needless_old_addresses)


def stale_files(files: Iterable[ArchivedFile]) -> list[Stale]:
    """Those of these files' rows (with `revision`, `aliases` and `old_addresses` at hand) that don't follow from their bytes.
    What can't be parsed any more is passed over.
    """
    return [stale for file in files if (stale := _compared(file))]


def _compared(file):
    try:
        front_matter = _parsed(file.path, bytes(file.revision.content))
    except ParseError:
        return None
    aliases = {(alias.day, alias.slug) for alias in file.aliases.all()}
    old_addresses = {old.key for old in file.old_addresses.all()}
    return Stale(
        file,
        (front_matter.day, front_matter.slug),
        [alias for alias in front_matter.aliases if alias not in aliases],
        [key for key in front_matter.old_addresses if key not in old_addresses],
        sorted(old_addresses - set(front_matter.old_addresses)),
    )


def restate_files(stale: list[Stale]) -> set[Address]:
    """Put these rows right. Returns the addresses that have to be dealt out again."""
    claimed = set()
    for each in stale:
        file = each.file
        claimed |= {(file.day, file.slug), each.address, *each.aliases}
        file.day, file.slug = each.address
        file.save(update_fields=["day", "slug"])
        FileAlias.objects.bulk_create(FileAlias(file=file, day=day, slug=slug) for day, slug in each.aliases)
        OldAddress.objects.filter(file=file, key__in=each.needless_old_addresses).delete()
        OldAddress.objects.bulk_create(OldAddress(file=file, key=key) for key in each.old_addresses)
    return claimed


def stale_revisions(revisions: Iterable[Revision]) -> list[Revision]:
    """Those of these revisions whose title or date doesn't follow from their bytes, with the right ones, to be saved."""
    stale = []
    for revision in revisions:
        try:
            front_matter = _parsed(revision.path, bytes(revision.content))
        except ParseError:
            continue
        if (revision.title, revision.published_at) != (front_matter.title, front_matter.published_at):
            revision.title, revision.published_at = front_matter.title, front_matter.published_at
            stale.append(revision)
    return stale


def restate_revisions(stale: list[Revision]):
    Revision.objects.bulk_update(stale, ["title", "published_at"])


@dataclass(frozen=True, slots=True)
class StaleIdentity:
    """A post whose files are known by another identity than it is: their next capture would not be found to be its own."""

    post_id: int
    identity: UUID

    @property
    def holder_id(self) -> int | None:
        """The post that has this identity already."""
        return Post.objects.filter(identity=self.identity).values_list("pk", flat=True).first()

    def __str__(self):
        told = f"post {self.post_id}: isn't known by what its files say of their source"
        if holder := self.holder_id:
            told += f", for that is post {holder} by now: captures to come go there; an import into a new archive joins the two"
        return told


def stale_identities(post_ids: Iterable[int]) -> list[StaleIdentity]:
    """Those of these posts whose identity follows from none of their files, each with that of the least path instead. What can't
    be parsed any more is passed over.
    """
    identities = {}
    for capture in Revision.objects.captures().filter(post__in=post_ids).prefetch_related("files"):
        identities.setdefault(capture.post_id, {}).update(_identities_of(capture))
    stored = Post.objects.filter(pk__in=identities).order_by("pk").values_list("pk", "identity")
    return [
        StaleIdentity(pk, by_path[min(by_path, key=str.encode)])
        for pk, identity in stored
        if (by_path := identities[pk]) and identity not in by_path.values()
    ]


def _identities_of(capture) -> dict[str, UUID]:
    """The identity of a capture at each of its paths."""
    try:
        url = _parsed(capture.path, bytes(capture.content)).normalized_url
    except ParseError:
        return {}
    return {file.path: identity_of(url, file.path) for file in capture.files.all()}


def restate_identities(stale: Iterable[StaleIdentity]) -> list[StaleIdentity]:
    """Give these posts their identities. Returns those that another post has."""
    taken = []
    for each in stale:
        if each.holder_id:
            taken.append(each)
        else:
            Post.objects.filter(pk=each.post_id).update(identity=each.identity)
    return taken


def _parsed(path: str, content: bytes) -> FrontMatter:
    front_matter, _ = parse_post(SourceFile(path, len(content), 0), content, parse_options())
    return front_matter
