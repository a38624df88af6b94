"""How one text became another: by sentence, and inside changed sentences by character, as Chinese has no spaces between words.

Pure, and bounded in time whatever the texts: sentences that would take too long to compare by character are marked whole.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import Literal, NamedTuple

from ..search.terms import UNSPACED

# Longer texts take seconds and make pages that nobody reads.
_MAX_CHARACTERS = 2_000_000
_MAX_PIECES = 40_000

Mark = Literal["same", "deleted", "inserted"]
Stretches = list[tuple[Mark, str]]

# A longer paragraph is taken apart into its sentences, and a longer sentence into clauses.
_MAX_PIECE = 400
_SENTENCE = re.compile(r".+?(?:[。！？；…]+[”’」』）】》]*\s*|[.!?;]+[\"')\]]*\s+|$)", re.S)
_CLAUSE = re.compile(r".{40,200}?(?:[，、,：:\s]+|$)|.{1,200}", re.S)
# What is marked as one: a word of a script that has spaces, else a character.
_TOKEN = re.compile(f"[^\\W_{UNSPACED}]+|.", re.S)

# Pairs of characters or of pieces that may be looked at, all in all: about a second's work at worst.
_ALL_PAIRS = 6_000_000
# Pairs of pieces that may be looked at in one stretch without anything in common that is unique.
_PIECE_PAIRS = 40_000
# Under this share of common pairs of characters, two sentences are different ones rather than one that changed.
_MIN_LIKENESS = 0.3


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, or a sentence of a long one: marked stretches of text, in order. Unchanged, it is one stretch marked "same"."""

    stretches: Stretches

    @property
    def is_same(self) -> bool:
        return all(mark == "same" for mark, _ in self.stretches)

    @property
    def before(self) -> Stretches:
        """The stretches of the old text."""
        return [each for each in self.stretches if each[0] != "inserted"]

    @property
    def after(self) -> Stretches:
        """The stretches of the new text."""
        return [each for each in self.stretches if each[0] != "deleted"]


class Comparison(NamedTuple):
    """`by_character` is False where some changed sentences had to be marked whole, to keep within bounds."""

    lines: list[Line]
    by_character: bool

    @property
    def is_same(self) -> bool:
        return all(line.is_same for line in self.lines)


class Fold(NamedTuple):
    """Lines that go together: changed ones and what stands next to them, or unchanged ones that may be folded away."""

    is_folded: bool
    lines: list[Line]


class TooLong(ValueError):
    """The texts are too long to be compared."""


def compare(old: str, new: str) -> Comparison:
    """Compare two texts. Put together, the stretches not inserted are the old text's lines, those not deleted the new one's.

    Raises TooLong.
    """
    if len(old) + len(new) > _MAX_CHARACTERS:
        raise TooLong
    before, after = list(_pieces(old)), list(_pieces(new))
    if len(before) + len(after) > _MAX_PIECES:
        raise TooLong
    budget = _Budget(_ALL_PAIRS)
    lines = [Line(stretches) for stretches in _compared(before, after, budget, _by_sentence)]
    return Comparison(lines, by_character=not budget.was_exceeded)


def fold_away(lines: list[Line], beside: int = 1) -> list[Fold]:
    """Fold away the unchanged lines but for those `beside` a change."""
    changed = {number for number, line in enumerate(lines) if not line.is_same}
    seen = {near for number in changed for near in range(number - beside, number + beside + 1)}
    # To fold a single line away gains nothing.
    seen |= {number for number in range(len(lines)) if {number - 1, number + 1} <= seen | {-1, len(lines)}}
    groups = groupby(enumerate(lines), key=lambda each: each[0] not in seen)
    return [Fold(is_folded, [line for _, line in group]) for is_folded, group in groups]


class _Budget:
    """The work that is allowed, in pairs looked at."""

    def __init__(self, pairs: int):
        self._left = pairs
        self.was_exceeded = False

    def spend(self, pairs: int) -> bool:
        """Take this much; False, and nothing is taken, where it isn't left."""
        if pairs > self._left:
            self.was_exceeded = True
            return False
        self._left -= pairs
        return True


def _pieces(text) -> Iterator[str]:
    for line in text.splitlines():
        if len(line) <= _MAX_PIECE:
            yield line
            continue
        for sentence in _SENTENCE.findall(line):
            yield from [sentence] if len(sentence) <= _MAX_PIECE else _CLAUSE.findall(sentence)


def _common(a: list[str], b: list[str], budget) -> list[tuple[int, int, int]]:
    """What two lists have in common, in order, as (place in a, place in b, length).

    Bram Cohen's patience diff: what occurs once on each side holds the two together, and only what lies between is matched
    the long way, within bounds.
    """
    common, spans = [], [(0, len(a), 0, len(b))]
    while spans:
        a1, a2, b1, b2 = spans.pop()
        start = a1
        while a1 < a2 and b1 < b2 and a[a1] == b[b1]:
            a1, b1 = a1 + 1, b1 + 1
        common += [(start, b1 - (a1 - start), a1 - start)] if a1 > start else []
        end = a2
        while a1 < a2 and b1 < b2 and a[a2 - 1] == b[b2 - 1]:
            a2, b2 = a2 - 1, b2 - 1
        common += [(a2, b2, end - a2)] if end > a2 else []
        anchors = _anchors(a, b, (a1, a2, b1, b2))
        if anchors:
            # The anchors themselves are common beginnings of the spans they open.
            edges = [(a1, b1), *anchors, (a2, b2)]
            spans += [(i1, i2, j1, j2) for (i1, j1), (i2, j2) in pairwise(edges)]
        elif 0 < (pairs := (a2 - a1) * (b2 - b1)) <= _PIECE_PAIRS and budget.spend(pairs):
            blocks = SequenceMatcher(None, a[a1:a2], b[b1:b2], autojunk=False).get_matching_blocks()
            common += [(a1 + i, b1 + j, length) for i, j, length in blocks if length]
    return sorted(common)


def _anchors(a, b, span) -> list[tuple[int, int]]:
    """The places of what occurs once on each side: the longest series that is in the same order on both."""
    a1, a2, b1, b2 = span
    in_a, in_b = Counter(a[a1:a2]), Counter(b[b1:b2])
    place_in_b = {b[j]: j for j in range(b1, b2) if in_b[b[j]] == 1}
    pairs = [(i, place_in_b[a[i]]) for i in range(a1, a2) if in_a[a[i]] == 1 and a[i] in place_in_b]
    return _longest_rising(pairs)


def _longest_rising(pairs):
    """The longest of the series of pairs, ordered by the first, in which the second rises as well."""
    ends, ends_of, previous = [], [], {}
    for pair in pairs:
        place = bisect_left(ends, pair[1])
        previous[pair] = ends_of[place - 1] if place else None
        ends[place : place + 1], ends_of[place : place + 1] = [pair[1]], [pair]
    rising, pair = [], ends_of[-1] if ends_of else None
    while pair:
        rising.append(pair)
        pair = previous[pair]
    return rising[::-1]


def _compared(old: list[str], new: list[str], budget, compare_pair) -> Iterator[Stretches]:
    """The stretches of each piece, in order; `compare_pair` gives those of two pieces that are alike."""
    a_end = b_end = 0
    for a, b, length in [*_common(old, new, budget), (len(old), len(new), 0)]:
        yield from _changed(old[a_end:a], new[b_end:b], budget, compare_pair)
        yield from ([("same", piece)] for piece in old[a : a + length])
        a_end, b_end = a + length, b + length


def _changed(old, new, budget, compare_pair) -> Iterator[Stretches]:
    """The stretches of pieces of which none is the same: those that are alike are compared, the others deleted or inserted."""
    a_end = b_end = 0
    for a, b in [*_alike(old, new, budget), (len(old), len(new))]:
        yield from ([("deleted", piece)] for piece in old[a_end:a])
        yield from ([("inserted", piece)] for piece in new[b_end:b])
        if a < len(old):
            yield compare_pair(old[a], new[b], budget)
        a_end, b_end = a + 1, b + 1


def _alike(old, new, budget) -> list[tuple[int, int]]:
    """Which of the old pieces became which of the new: the pairs, in order, whose likenesses sum up to most."""
    if not old or not new:
        return []
    old, new = [_pairs(piece) for piece in old], [_pairs(piece) for piece in new]
    if len(old) * len(new) <= _PIECE_PAIRS and budget.spend(10 * len(old) * len(new)):
        return _best_pairs(old, new)
    paired = range(min(len(old), len(new)))
    return [(place, place) for place in paired if _likeness(old[place], new[place]) >= _MIN_LIKENESS]


def _by_sentence(before, after, budget) -> Stretches:
    """The stretches of a paragraph that changed: its sentences are compared, so that none is matched with a part of another."""
    stretches = []
    for each in _compared(_SENTENCE.findall(before), _SENTENCE.findall(after), budget, _by_character):
        stretches += each
    return [(mark, "".join(text for _, text in group)) for mark, group in groupby(stretches, key=lambda each: each[0])]


def _by_character(before, after, budget) -> Stretches:
    if budget.spend(len(before) * len(after)):
        return _stretches(before, after)
    return [("deleted", before), ("inserted", after)]


def _pairs(piece) -> set[str]:
    framed = f"\n{piece}\n"
    return {framed[place : place + 2] for place in range(len(framed) - 1)}


def _likeness(old: set, new: set) -> float:
    """Dice's coefficient of pairs of characters, from 0 to 1."""
    return 2 * len(old & new) / (len(old) + len(new))


def _best_pairs(old: list[set], new: list[set]) -> list[tuple[int, int]]:
    """An alignment as of Needleman and Wunsch: best[i][j] is what old[i:] and new[j:] can sum up to."""
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    likeness = [[_likeness(each, other) for other in new] for each in old]
    for i in reversed(range(len(old))):
        for j in reversed(range(len(new))):
            paired = likeness[i][j] + best[i + 1][j + 1] if likeness[i][j] >= _MIN_LIKENESS else 0
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(old) and j < len(new):
        if best[i][j] == best[i + 1][j]:
            i += 1
        elif best[i][j] == best[i][j + 1]:
            j += 1
        else:
            pairs.append((i, j))
            i, j = i + 1, j + 1
    return pairs


def _stretches(before: str, after: str) -> Stretches:
    """The marked stretches of a sentence that changed. One token alone between two changes is taken as changed with them."""
    old, new = _TOKEN.findall(before), _TOKEN.findall(after)
    blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()
    kept = [
        (a, b, size)
        for a, b, size in blocks
        if size > 1 or (size and (a == 0 == b or (a + size, b + size) == (len(old), len(new))))
    ]
    stretches, a_end, b_end = [], 0, 0
    for a, b, size in [*kept, (len(old), len(new), 0)]:
        for mark, text in (("deleted", old[a_end:a]), ("inserted", new[b_end:b]), ("same", old[a : a + size])):
            if text:
                stretches.append((mark, "".join(text)))
        a_end, b_end = a + size, b + size
    return stretches
