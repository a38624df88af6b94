"""Members of .tar archives, whether compressed or not."""

import bz2
import gzip
import lzma
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import zstandard

from .options import ReadOptions
from .packed import Allowance, Member, MemberKind, PackedError

SUFFIXES = {
    ".tar": "plain",
    ".tar.gz": "gz",
    ".tgz": "gz",
    ".tar.xz": "xz",
    ".txz": "xz",
    ".tar.bz2": "bz2",
    ".tbz2": "bz2",
    ".tar.zst": "zst",
    ".tzst": "zst",
}
# tarfile holds a member's extended headers in memory. Real ones have a few kB, so more than this is an attack.
_HEADER_BYTES = 1024**2
# What `xz -9` and `zstd --ultra -22 --long=27` need. A hostile file may ask for gigabytes.
_XZ_MEMORY_BYTES = 128 * 1024**2
_ZSTD_WINDOW_BYTES = 128 * 1024**2
_CHUNK_BYTES = 64 * 1024

_BROKEN = (tarfile.TarError, EOFError, zlib.error, lzma.LZMAError, zstandard.ZstdError, ValueError, RecursionError)


def tar_members(location: str, compression: str, options: ReadOptions) -> Iterator[Member]:
    """The members in their order. Raises PackedError, OSError."""
    with open(location, "rb") as file, _damage_told():
        stream = _Bounded(_decompressed(file, compression), Allowance(options))
        with tarfile.open(fileobj=stream, mode="r|", encoding="utf-8", errors="surrogateescape") as tar:
            yield from _members(tar, stream)


@contextmanager
def _damage_told():
    try:
        yield
    except _BROKEN as error:
        raise PackedError(str(error) or "it is damaged") from None
    except OSError as error:
        if error.errno is not None:
            raise
        raise PackedError(str(error)) from None  # So bz2 and gzip tell of damage.


def _members(tar, stream):
    info = tar.next()
    while info:
        has_data = info.isreg() or info.type not in tarfile.SUPPORTED_TYPES
        data = tar.extractfile(info) if has_data else None
        yield Member(info.name, _kind_of(info), _nanoseconds(info.mtime), _reader(data, stream))
        # Left to itself, tarfile would take a header's word for how much there is to be skipped.
        while data and _read_data(data, _CHUNK_BYTES, stream):
            pass
        # tarfile remembers every member.
        tar.members.clear()
        stream.begin_header()
        info = tar.next()


def _reader(data, stream):
    return lambda size: _read_data(data, size, stream)


def _read_data(data, size, stream):
    stream.begin_data()
    with _damage_told():
        return data.read(size)


def _kind_of(info):
    if info.isdir():
        return MemberKind.FOLDER
    if info.issym() or info.islnk():
        return MemberKind.LINK
    return MemberKind.FILE if info.isreg() else MemberKind.SPECIAL


def _nanoseconds(seconds):
    try:
        return int(seconds * 1_000_000_000)
    except (ValueError, OverflowError):  # A header may say "nan" or "inf".
        return 0


class _Bounded:
    """The unpacked bytes, within the allowance of the archive and, while a header is read, of a header."""

    def __init__(self, file, allowance):
        self._file = file
        self._allowance = allowance
        self.begin_header()

    def begin_header(self):
        self._header_left = _HEADER_BYTES

    def begin_data(self):
        self._header_left = None

    def read(self, size):
        chunk = self._file.read(size)
        self._allowance.take(len(chunk))
        if self._header_left is not None:
            self._header_left -= len(chunk)
            if self._header_left < 0:
                raise PackedError(f"a member's header has more than {_HEADER_BYTES:,} bytes")
        return chunk


def _decompressed(file, compression):
    match compression:
        case "gz":
            return gzip.GzipFile(fileobj=file)
        case "bz2":
            return bz2.BZ2File(file)
        case "xz":
            return _XzReader(file)
        case "zst":
            decompressor = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW_BYTES)
            return decompressor.stream_reader(file, read_across_frames=True)
    return file


class _XzReader:
    """lzma.LZMAFile with a bound on the memory that a file may ask for, which LZMAFile doesn't take."""

    def __init__(self, file):
        self._file = file
        self._decompressor = self._new()

    def _new(self):
        return lzma.LZMADecompressor(memlimit=_XZ_MEMORY_BYTES)

    def read(self, size):
        while True:
            data = b""
            if self._decompressor.eof:
                data = (self._decompressor.unused_data or self._file.read(_CHUNK_BYTES)).lstrip(b"\0")
                if not data:
                    return b""
                self._decompressor = self._new()
            elif self._decompressor.needs_input:
                data = self._file.read(_CHUNK_BYTES)
                if not data:
                    raise EOFError("the compressed data ends early")
            if chunk := self._decompressor.decompress(data, size):
                return chunk
