"""Members of .zip archives."""

import calendar
import io
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from .options import ReadOptions
from .packed import Allowance, Member, MemberError, MemberKind, PackedError

# zipfile holds the directory that it is given, ten times as large in memory. So it is given pieces, each as an archive of its own.
_PIECE_BYTES = 1024**2
# An entry of the directory, and how a zip ends (APPNOTE.TXT, 4.3.12, 4.3.14 to 4.3.16): the end record's larger form, the place of
# that, the end record.
_ENTRY = struct.Struct("<4s4xH18x3H12x")
_END64, _END64_PLACE, _END = struct.Struct("<4sQ28x2Q"), struct.Struct("<4s4xQL"), struct.Struct("<4s8x2L2x")
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_FROM_WINDOWS = 0
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, OSError, RuntimeError)


def zip_members(location: str, options: ReadOptions) -> Iterator[Member]:
    """The members in the order of the archive's directory. Raises PackedError, OSError."""
    allowance = Allowance(options)
    with open(location, "rb") as file:
        directory = _find_directory(file)
        for entries in _pieces(file, directory):
            yield from _members(file, directory, entries, allowance)


@dataclass(frozen=True, slots=True)
class _Directory:
    """Where an archive's directory is, and by how much the places that it tells have to be moved: by what stands before a zip."""

    start: int
    size: int
    moved: int


def _find_directory(file) -> _Directory:
    tail = _END64.size + _END64_PLACE.size + _END.size + _LONGEST_COMMENT
    tail_start = max(0, file.seek(0, os.SEEK_END) - tail)
    file.seek(tail_start)
    end = file.read()
    at = end.rfind(b"PK\5\6", 0, max(0, len(end) - _END.size + 4))
    if at < 0:
        raise PackedError("File is not a zip file")
    _, size, place = _END.unpack_from(end, at)
    # As zipfile does, the larger form is taken from right before, wherever its place is said to be.
    at64 = at - _END64_PLACE.size - _END64.size
    if at64 >= 0 and end.startswith(b"PK\6\6", at64) and end.startswith(b"PK\6\7", at - _END64_PLACE.size):
        at = at64
        _, _, size, place = _END64.unpack_from(end, at)
    start = tail_start + at - size
    if start < 0:
        raise PackedError("Bad offset for central directory")
    return _Directory(start, size, start - place)


def _pieces(file, directory) -> Iterator[list[bytes]]:
    """The entries of the directory, so many at once that they hardly take room."""
    rest, at, end = b"", directory.start, directory.start + directory.size
    while at < end:
        file.seek(at)
        chunk = file.read(min(_PIECE_BYTES, end - at))
        at += len(chunk)
        entries, rest = _split(rest + chunk)
        if not chunk or not entries:
            break
        yield entries
    if rest or at < end:
        raise PackedError("Truncated central directory")


def _split(data) -> tuple[list[bytes], bytes]:
    """The whole entries that these bytes begin with, and what is left."""
    entries, at = [], 0
    while at + _ENTRY.size <= len(data):
        signature, _, *lengths = _ENTRY.unpack_from(data, at)
        if signature != b"PK\1\2":
            raise PackedError("Bad magic number for central directory")
        end = at + _ENTRY.size + sum(lengths)
        if end > len(data):
            break
        entries.append(data[at:end])
        at = end
    return entries, data[at:]


def _members(file, directory, entries, allowance) -> Iterator[Member]:
    """The members of these entries. One that zipfile can't read is found by halves, so that no other is lost."""
    try:
        archive = zipfile.ZipFile(_View(file, directory, b"".join(entries)))
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        if len(entries) == 1:
            yield _unreadable(entries[0], error)
            return
        half = len(entries) // 2
        yield from _members(file, directory, entries[:half], allowance)
        yield from _members(file, directory, entries[half:], allowance)
        return
    with archive:
        for info in archive.infolist():
            data = _Data(archive, info, allowance)
            yield Member(_name_of(info), _kind_of(info), _nanoseconds(info.date_time), data.read)
            data.close()


def _unreadable(entry, error):
    _, _, name_length, *_ = _ENTRY.unpack_from(entry)

    def read(size):
        raise MemberError(f"can't be unpacked: {error}")

    return Member(_decoded(entry[_ENTRY.size : _ENTRY.size + name_length]), MemberKind.FILE, 0, read)


class _View(io.RawIOBase):
    """An archive's bytes, followed by a piece of its directory and an end: to zipfile, an archive with few members."""

    def __init__(self, file, directory, piece):
        self._file, self._at = file, 0
        self._length = file.seek(0, os.SEEK_END)
        size = len(piece)
        end = (
            struct.pack("<4sQ2H2L4Q", b"PK\6\6", _END64.size - 12, 45, 45, 0, 0, 0, 0, size, self._length - directory.moved)
            + _END64_PLACE.pack(b"PK\6\7", self._length + size, 1)
            + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
        )
        self._tail = piece + end

    def readable(self):
        return True

    def seekable(self):
        return True

    def seek(self, offset, whence=os.SEEK_SET):
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._length + len(self._tail)}[whence]
        if start + offset < 0:
            raise OSError("negative seek position")
        self._at = start + offset
        return self._at

    def readinto(self, buffer):
        if self._at < self._length:
            self._file.seek(self._at)
            count = self._file.readinto(memoryview(buffer)[: self._length - self._at])
        else:
            chunk = self._tail[self._at - self._length :][: len(buffer)]
            count = len(chunk)
            buffer[:count] = chunk
        self._at += count
        return count


class _Data:
    """A member's bytes; the member is opened when they are wanted."""

    def __init__(self, archive, info, allowance):
        self._archive, self._info, self._allowance = archive, info, allowance
        self._file = None

    def read(self, size: int) -> bytes:
        if self._info.flag_bits & _ENCRYPTED:
            raise MemberError("is encrypted")
        try:
            self._file = self._file or self._archive.open(self._info)
            chunk = self._file.read(size)
        except _BROKEN as error:
            raise MemberError(f"can't be unpacked: {str(error) or 'it is damaged'}") from None
        self._allowance.take(len(chunk))
        return chunk

    def close(self):
        if self._file:
            self._file.close()


def _name_of(info):
    """The name as it was meant. Without the flag for UTF-8 a zip's name has no stated encoding, and zipfile assumes cp437."""
    name = info.orig_filename if info.flag_bits & _UTF8_NAME else _decoded(info.orig_filename.encode("cp437"))
    # Some programs on Windows write its separator.
    return name.replace("\\", "/") if info.create_system == _FROM_WINDOWS else name


def _decoded(name):
    for encoding in ("utf-8", "gb18030"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name.decode("cp437")


def _kind_of(info):
    mode = info.external_attr >> 16
    if stat.S_ISLNK(mode):
        return MemberKind.LINK
    if info.is_dir():
        return MemberKind.FOLDER
    return MemberKind.FILE if stat.S_IFMT(mode) in (0, stat.S_IFREG) else MemberKind.SPECIAL


def _nanoseconds(date_time):
    """Zip times have no zone; they are taken for UTC, so that they mean the same on every machine."""
    try:
        return calendar.timegm((*date_time, 0, 0, 0)) * 1_000_000_000
    except ValueError:  # Month 0, which some programs write for "unknown".
        return 0
