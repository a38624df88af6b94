"""From bytes to text: UTF-8, UTF-16, GB 18030, Big5."""

import codecs
import re
from functools import cache

# What a text never holds but a picture, a program or an archive soon does.
_CONTROLS = bytes([*range(0x01, 0x07), *range(0x0E, 0x1B), *range(0x1C, 0x20)])
_BINARY_SHARE = 0.02
_LOOKED_AT = 65_536
# Byte order marks, the longer first, as UTF-32's begins like UTF-16's; then the hyphen that every post begins with, unmarked.
_WIDE = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"-\0-\0", "utf-16-le"),
    (b"\0-\0-", "utf-16-be"),
)
# GB 2312 and Big5 hold the commoner half of their characters apart, in these rows: (codec, first bytes, second bytes).
_COMMONER_HALF = {
    "gb18030": ("gb2312", range(0xB0, 0xD8), range(0xA1, 0xFF)),
    "big5hkscs": ("big5", range(0xA4, 0xC7), (*range(0x40, 0x7F), *range(0xA1, 0xFF))),
}
# Of written Chinese the commoner half makes up nine in ten, of Chinese read in a wrong encoding about a third.
_LEAST_SHARE = 0.25
_LINE_END = re.compile("\r\n|\r|\n")


class DecodeError(ValueError):
    """The bytes are no text."""


def decode(content: bytes) -> tuple[str, list[tuple[str, int | None]]]:
    """A file's text, and what had to be guessed, replaced or dropped for it: (reason, line). Raises DecodeError.

    UTF-16 or UTF-32 where the first bytes tell; else UTF-8; else GB 18030 or Big5 (HKSCS), whichever gives the larger share of
    common characters. Line ends stay as they are. There is neither a NUL nor a lone surrogate in the text.
    """
    encoding = next((encoding for start, encoding in _WIDE if content.startswith(start)), None)
    if not encoding and _looks_binary(content[:_LOOKED_AT]):
        raise DecodeError("is not a text file")
    text, warnings = _decode(content, encoding or "utf-8-sig")
    if warnings and not encoding and not _is_mostly_utf8(text):
        text, warnings = _guess(content) or (text, warnings)
    if "\0" in text:
        warnings.append(("has NUL characters; they were dropped", _line_at(text, text.index("\0"))))
        text = text.replace("\0", "")
    return text, warnings


def _looks_binary(content):
    return len(content) - len(content.translate(None, _CONTROLS)) > _BINARY_SHARE * len(content)


def _decode(content, encoding):
    try:
        return content.decode(encoding), []
    except UnicodeDecodeError as error:
        line = _line_at(content[: error.start].decode(encoding, "ignore"))
    name = encoding.removesuffix("-sig").upper()
    return content.decode(encoding, "replace"), [(f"has bytes that are not {name}; they were replaced", line)]


def _is_mostly_utf8(text):
    """A stray byte in a text, not another encoding."""
    return text.count("\ufffd") * 20 < sum(character > "\x7f" for character in text)


def _guess(content):
    """The text in the legacy encoding that fits best; None where none does."""
    best, best_share = None, _LEAST_SHARE
    for encoding in _COMMONER_HALF:
        text, warnings = _decode(content, encoding)
        beyond_ascii = [character for character in text if character > "\x7f"]
        share = sum(map(_commoner_half(encoding).__contains__, beyond_ascii)) / max(len(beyond_ascii), 1)
        if share > best_share:
            best, best_share = (text, [(f"is not UTF-8; it was read as {encoding.upper()}", None), *warnings]), share
    return best


@cache
def _commoner_half(encoding) -> frozenset[str]:
    codec, leads, trails = _COMMONER_HALF[encoding]
    return frozenset("".join(bytes((lead, trail)).decode(codec, "ignore") for lead in leads for trail in trails))


def _line_at(text, position=None):
    """The number of the line that this position is in, counted from 1; without a position, that of the end."""
    return len(_LINE_END.findall(text[:position])) + 1
