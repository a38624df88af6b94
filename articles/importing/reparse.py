"""What follows from the kept bytes without their being cleaned: revisions' titles and dates, and the addresses of files.

Compared by `check_archive`, and put right by it and by `rebuild_posts`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..models import ArchivedFile, FileAlias, OldAddress, Revision
from .addresses import Address
from .options import parse_options
from .parse import ParseError, parse_post
from .records import FrontMatter, SourceFile


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


def _parsed(path: str, content: bytes) -> FrontMatter:
    front_matter, _ = parse_post(SourceFile(path, len(content), 0), content, parse_options())
    return front_matter
