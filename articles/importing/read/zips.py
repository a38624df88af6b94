"""Members of .zip archives."""

import calendar
import lzma
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from .options import ReadOptions
from .packed import Allowance, Member, MemberError, MemberKind, PackedError

# zipfile holds the whole directory, ten times as large in memory: room for some 300,000 members, or for a million with no names.
_DIRECTORY_BYTES = 48 * 1024**2
# How a zip ends (APPNOTE.TXT, 4.3.14 to 4.3.16): the end record's larger form, the place of that, the end record.
_END64, _END64_PLACE, _END = struct.Struct("<4s36xQ8x"), struct.Struct("<4s16x"), struct.Struct("<4s8xL6x")
_LONGEST_COMMENT = 0xFFFF
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_FROM_WINDOWS = 0
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, ValueError, OSError, RuntimeError)


def zip_members(location: str, options: ReadOptions) -> Iterator[Member]:
    """The members in the order of the archive's directory. Raises PackedError, OSError."""
    if _directory_bytes(location) > _DIRECTORY_BYTES:
        raise PackedError("it has more members than a zip may have here; unpack it, or pack it as .tar")
    try:
        archive = zipfile.ZipFile(location)
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise PackedError(str(error)) from None
    allowance = Allowance(options)
    with archive:
        for info in archive.infolist():
            data = _Data(archive, info, allowance)
            yield Member(_name_of(info), _kind_of(info), _nanoseconds(info.date_time), data.read)
            data.close()


def _directory_bytes(location):
    """How large the directory is that zipfile would read, or 0 where there is none to be found."""
    with open(location, "rb") as file:
        tail = _END64.size + _END64_PLACE.size + _END.size + _LONGEST_COMMENT
        file.seek(max(0, file.seek(0, os.SEEK_END) - tail))
        end = file.read()
        at = end.rfind(b"PK\5\6", 0, max(0, len(end) - _END.size + 4))
        if at < 0:
            return 0
        # zipfile, too, takes the larger form from right before, wherever its place is said to be.
        at64 = at - _END64_PLACE.size - _END64.size
        if at64 >= 0 and end.startswith(b"PK\6\6", at64) and end.startswith(b"PK\6\7", at - _END64_PLACE.size):
            return _END64.unpack_from(end, at64)[1]
        return _END.unpack_from(end, at)[1]


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
