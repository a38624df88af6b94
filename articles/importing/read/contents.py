"""A file's bytes, in bounds and without ever waiting for them."""

import os
import stat

from ..records import SourceFile
from .options import ReadError, ReadOptions

NOT_REGULAR = "is neither a file nor a folder (a pipe, socket or device)"


def too_large(options: ReadOptions) -> str:
    return f"is larger than {options.max_file_bytes:,} bytes, the most a post's file may have"


def read_content(source: SourceFile, options: ReadOptions) -> bytes:
    """The bytes of a file that `walk` met. Raises ReadError."""
    if source.content is not None:
        return source.content
    try:
        # What was a file a moment ago may be a pipe or a link by now: don't wait for the one, don't follow the other.
        descriptor = os.open(source.location, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            return _read_bounded(descriptor, options)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise ReadError(f"can't be read: {error.strerror}") from None


def _read_bounded(descriptor, options):
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise ReadError("is a folder, not a file" if stat.S_ISDIR(status.st_mode) else NOT_REGULAR)
    if status.st_size > options.max_file_bytes:
        raise ReadError(too_large(options))
    chunks, length = [], 0
    # One read may return less than there is, and the file may grow meanwhile.
    while chunk := os.read(descriptor, options.max_file_bytes + 1 - length if length else status.st_size + 1):
        chunks.append(chunk)
        length += len(chunk)
        if length > options.max_file_bytes:
            raise ReadError(too_large(options))
    return b"".join(chunks)
