"""The import's options as the settings have them."""

import os

from django.conf import settings

from .parse import ParseOptions
from .pipeline import ImportOptions
from .read import ReadOptions


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
