"""Bytes to text: never a crash, and never a guess that goes unreported."""

import codecs
import re

# What a text never holds but a picture, a program or an archive soon does.
_BINARY = re.compile(rb"[\x01-\x06\x0e-\x1a\x1c-\x1f]")
_BINARY_SHARE = 0.02
# The commonest characters of written Chinese, in both scripts: the right decoding has them, wrong ones have rare characters.
_COMMON = frozenset(
    "的一是不了人我在有他這这中大來来上國国個个到說说們们為为子和你地出道也時时年得就那要下以生會会自著去之過过家學学對对可她里后後"
)


class DecodeError(ValueError):
    """The bytes are no text."""


def decode(content: bytes) -> tuple[str, list[str]]:
    """A file's text and what had to be guessed or dropped for it, one warning each. Raises DecodeError.

    UTF-8 first, then UTF-16 by its mark, then GB 18030 or Big5 (HKSCS), whichever gives more of the commonest characters.
    Lines end in "\\n", CRLF ends stay as they are.
    """
    warnings = []
    text = _decode(content, warnings)
    if "\0" in text:
        text = text.replace("\0", "")
        warnings.append("NUL characters were dropped")
    return text, warnings


def _decode(content, warnings):
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        broken_at = error.start
    if len(_BINARY.findall(content[:65536])) > _BINARY_SHARE * min(len(content), 65536):
        raise DecodeError("is not a text file")
    utf8 = content.decode("utf-8-sig", "replace")
    # A stray byte in a UTF-8 text, not another encoding.
    if utf8.count("\ufffd") * 20 < sum(character > "\x7f" for character in utf8):
        line = content.count(b"\n", 0, broken_at) + 1
        warnings.append(f"bytes that are not UTF-8 were replaced, the first in line {line}")
        return utf8
    guesses = [(encoding, text) for encoding in ("gb18030", "big5hkscs") if (text := _try(content, encoding)) is not None]
    if not guesses:
        warnings.append("bytes that are not UTF-8 were replaced")
        return utf8
    encoding, text = max(guesses, key=lambda guess: sum(character in _COMMON for character in guess[1]))
    warnings.append(f"not UTF-8, read as {encoding}")
    return text


def _try(content, encoding):
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
