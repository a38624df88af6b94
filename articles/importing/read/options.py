"""What reading is told, and how it fails."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReadOptions:
    """`max_file_bytes` bounds a post's file, `max_unpacked_bytes` what one packed archive may unpack to.

    `drafts`: read `_drafts` folders, too. `history`: read git checkouts from their commits instead of their working tree.
    """

    max_file_bytes: int
    max_unpacked_bytes: int
    drafts: bool = False
    history: bool = False


class ReadError(Exception):
    """A file can't be read; the message is the reason."""


class SourceError(Exception):
    """A path that the import was pointed at can't be read at all; the message names it and the reason."""
