"""The import's options, and what the settings have for them."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings

from .classify import Outcome
from .parse import ParseOptions
from .read import ReadOptions
from .records import Problem, Skipped

# A batch is one transaction. Larger ones gain little, lose more when killed, and leave more to do when the workers are done.
_BATCH_FILES = 1000


@dataclass
class ImportOptions:
    """How to import, and who is told: of every file's outcome, of every problem, of all that is skipped, and that another import is
    awaited.
    """

    read: ReadOptions
    parse: ParseOptions
    workers: int
    dry_run: bool = False
    batch_files: int = _BATCH_FILES
    on_outcome: Callable[[str, Outcome], None] = lambda path, outcome: None
    on_problem: Callable[[Problem], None] = lambda problem: None
    on_skipped: Callable[[Skipped], None] = lambda skipped: None
    on_wait: Callable[[], None] = lambda: None


def import_options(*, history=False, drafts=False, workers=None, **options) -> ImportOptions:
    """Options from the settings; what is given here is added or goes before."""
    return ImportOptions(
        read=ReadOptions(
            max_file_bytes=settings.ARCHIVE_MAX_FILE_BYTES,
            max_unpacked_bytes=settings.ARCHIVE_MAX_UNPACKED_BYTES,
            drafts=drafts,
            history=history,
        ),
        parse=parse_options(),
        workers=workers or os.cpu_count() or 1,
        **options,
    )


def parse_options() -> ParseOptions:
    return ParseOptions(
        time_zone=settings.TIME_ZONE,
        max_title=settings.ARCHIVE_MAX_TITLE,
        max_tags=settings.ARCHIVE_MAX_TAGS,
    )
