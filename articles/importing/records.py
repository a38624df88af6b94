"""The plain values that travel through the import: what `read` finds, `parse` and `clean` make of it.

They hold no Django object and no open file, so that worker processes can pass them on.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class SourceFile:  # Without slots, with which Python pickles a frozen one in more than twice the time.
    """A file that the import was pointed at, not read yet or read already.

    `path` is its path inside its archive ("society/_posts/2020-…md", "/" between the parts). `location` is where it lies on
    disk; where the bytes come from a packed archive or from git, `content` holds them instead.
    `modified_ns` is the modification time in nanoseconds since 1970; `captured_at` is the commit's time where git tells it,
    and `latest_path` the path that git says it has by now, where it was renamed.
    `is_doubtful`: only its content tells whether it is a post; if it isn't, it is skipped.
    The rest is told by an export: when the file came, `aliases` as in FrontMatter, and whether other bytes lay at its path since.
    """

    path: str
    size: int
    modified_ns: int
    location: str | None = None
    content: bytes | None = None
    captured_at: datetime | None = None
    latest_path: str | None = None
    is_doubtful: bool = False
    arrived_at: datetime | None = None
    aliases: tuple[tuple[date, str], ...] = ()
    superseded: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit made by hand in the archive that an export came from.

    `path` is that of the file which the edit was made from, `capture` the SHA-256 of a capture of its post, `based_on` that of the
    newest capture that the editor had in view. `shown`: the post showed it.
    """

    path: str
    content: bytes
    capture: bytes
    based_on: bytes | None
    arrived_at: datetime
    editor: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Hiding:
    """An editor hid the post with a capture of this SHA-256, or showed it although its file says that it isn't published."""

    capture: bytes
    hidden: bool


@dataclass(frozen=True, slots=True)
class Merge:
    """An editor merged a name ("author", "tag", "category" or "site") into another."""

    kind: str
    name: str
    into: str


# What a walk meets.
Met = SourceFile | Edit | Hiding | Merge


@dataclass(slots=True)
class FrontMatter:
    """A post as its file says it, before its body is cleaned.

    `day` and `slug` make its address, `aliases` are further (day, slug) pairs under which Jekyll may have published it, and
    `old_addresses` the keys (see articles.importing.old_addresses) of addresses of any shape.
    `date_written` is the date as it stands in the file. `tags` and `categories` are unique and in the file's order.
    `other` is every front-matter key without a field of its own, ready for JSON. `body` is empty once it was cleaned by a worker.
    """

    title: str
    published_at: datetime
    date_written: str
    day: date
    slug: str
    author: str = ""
    source_url: str = ""
    normalized_url: str = ""
    source_host: str = ""
    tags: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    comments: bool | None = None
    layout: str = ""
    hidden: bool = False
    other: dict = field(default_factory=dict)
    aliases: list[tuple[date, str]] = field(default_factory=list)
    old_addresses: list[str] = field(default_factory=list)
    body: str = ""


@dataclass(slots=True)
class CleanBody:
    """What is derived from a body: safe HTML, its plain text, and what lists show of it.

    `video` is "youtube:ID" or "vimeo:ID" or empty; `lead_image` an http(s) address or empty.
    """

    html: str
    text: str
    excerpt: str
    lead_image: str = ""
    video: str = ""
    reading_seconds: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """A line of the problem report. `line` counts from 1; `fatal` means that the file was not imported."""

    path: str
    reason: str
    line: int | None = None
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, or a folder with all that lies in it, that is no post by the rules of its site."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnchangedFile:
    """A file that holds the bytes which are known to lie at its path. `was_read`: it didn't look like it at first sight."""

    source: SourceFile
    was_read: bool


@dataclass(slots=True)
class ParsedFile:
    """A file that became a post's capture, ready to be loaded. `search_text` is what articles.search.terms makes of it."""

    source: SourceFile
    sha256: bytes
    content: bytes
    identity: UUID
    front_matter: FrontMatter
    body: CleanBody
    language: str = ""
    search_text: str = ""
    warnings: list[Problem] = field(default_factory=list)
