"""Shows hits in the text as it was written: where they are, and the sentence around the first.

A text is folded in chunks until the first hit, and it is remembered where each folded character came from.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from .fold import fold_characters, joins_previous
from .query import Term
from .terms import WORD_CHARACTERS

_CHUNK = 1500
# Characters of Chinese; Latin letters are half as wide.
_BEFORE, _LENGTH = 30, 110
_SENTENCE_END = re.compile(r"[。！？!?\n]|\.\s")


class Piece(NamedTuple):
    """Part of a text, and whether it is a hit."""

    text: str
    is_hit: bool


def pattern_of(terms: Iterable[Term]) -> re.Pattern | None:
    """What finds these terms in characters that were folded one by one. None for no terms."""
    terms = sorted({term.marked for term in terms}, key=len, reverse=True)
    return re.compile("|".join(map(_as_pattern, terms))) if terms else None


def _as_pattern(marked):
    pieces = [re.escape(piece).replace("\\ ", " +") for piece in marked.split("|")]
    pieces[1::2] = [f"(?<!{WORD_CHARACTERS}){word}(?!{WORD_CHARACTERS})" for word in pieces[1::2]]
    return "".join(pieces)


def highlighted(text: str, pattern: re.Pattern | None) -> list[Piece]:
    """The whole of a short text in pieces."""
    return _in_pieces(text, [] if pattern is None else [span for chunk in _hits(text, pattern) for span in chunk])


def snippet(text: str, pattern: re.Pattern | None) -> list[Piece]:
    """The text around the first hit, in pieces; empty where there is none."""
    first = next((chunk[0] for chunk in _hits(text, pattern) if chunk), None) if pattern else None
    if first is None:
        return []
    start = _beginning(text, first[0])
    length = _LENGTH if any(character >= "\u2e80" for character in text[start : start + _LENGTH]) else 2 * _LENGTH
    shown = text[start : max(start + length, first[1])]
    before, after = "…" if start else "", "…" if start + len(shown) < len(text) else ""
    pieces = highlighted(shown, pattern)
    return [Piece(piece.text.replace("\n", " "), piece.is_hit) for piece in [Piece(before, False), *pieces, Piece(after, False)]]


def _beginning(text, hit):
    """Where the sentence begins, or a little before the hit."""
    earliest = max(hit - _BEFORE, 0)
    ends = [match.end() for match in _SENTENCE_END.finditer(text, earliest, hit)]
    start = ends[-1] if ends else earliest
    while start < hit and text[start].isspace():
        start += 1
    return start


def _in_pieces(text, spans):
    pieces, end = [], 0
    for start, stop in spans:
        if start >= end:
            pieces += [Piece(text[end:start], False), Piece(text[start:stop], True)]
            end = stop
    pieces.append(Piece(text[end:], False))
    return [piece for piece in pieces if piece.text]


def _hits(text, pattern) -> Iterator[list[tuple[int, int]]]:
    """The places of hits, as (start, end) in the text, chunk by chunk. Chunks overlap by more than the longest hit."""
    overlap = 2 * len(pattern.pattern)
    for start in range(0, max(len(text), 1), _CHUNK):
        beginning, end = _cut(text, start), _cut(text, start + _CHUNK + overlap)
        # With the character before, which tells whether a word begins here.
        context = _cut(text, max(beginning - 1, 0))
        chunk = text[context:end]
        folded, origins = _fold_with_origins(chunk)
        spans = [_span(match, origins, len(chunk)) for match in pattern.finditer(folded)]
        yield [(context + first, context + last) for first, last in spans if beginning <= context + first < start + _CHUNK]


def _cut(text, position):
    """The place at or before this one where a text may be cut."""
    while 0 < position < len(text) and joins_previous(text[position]):
        position -= 1
    return position


def _fold_with_origins(chunk) -> tuple[str, list[int] | None]:
    """The folded characters, and for each the place it came from; None where these are the same."""
    if all(map(_folds_to_one, set(chunk))):
        folded = fold_characters(chunk)
        if len(folded) == len(chunk):
            return folded, None
    parts, origins, start = [], [], 0
    for end in range(1, len(chunk) + 1):
        if end == len(chunk) or not joins_previous(chunk[end]):
            part = fold_characters(chunk[start:end])
            parts.append(part)
            origins += [start] * len(part)
            start = end
    return "".join(parts), origins


@lru_cache(maxsize=20_000)
def _folds_to_one(character):
    return len(fold_characters(character)) == 1


def _span(match, origins, length):
    if origins is None:
        return match.span()
    start = origins[match.start()]
    # Up to the next character that has another origin: what folds to nothing belongs to the character before it.
    following = bisect_right(origins, origins[match.end() - 1])
    return start, origins[following] if following < len(origins) else length
