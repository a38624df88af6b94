"""How one text became another: by line, and inside changed lines by character, since Chinese has no spaces between words."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Mark = Literal["same", "deleted", "inserted"]

# Lines whose lengths multiply to more than this are shown as deleted and inserted whole: matching them takes seconds.
_MAX_CHARACTER_PAIRS = 4_000_000
# Under this share of common characters, two lines are different ones rather than one that changed.
_MIN_LIKENESS = 0.35


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison: marked stretches of text. A line that didn't change is one stretch marked "same"."""

    stretches: list[tuple[Mark, str]]

    @property
    def is_same(self) -> bool:
        return all(mark == "same" for mark, _ in self.stretches)


def compare(old: str, new: str) -> list[Line]:
    """Compare two texts. Put together, the stretches not inserted are the old text's lines, those not deleted the new one's."""
    old_lines, new_lines = old.splitlines(), new.splitlines()
    compared = []
    for tag, a1, a2, b1, b2 in SequenceMatcher(None, old_lines, new_lines, autojunk=False).get_opcodes():
        if tag == "equal":
            compared += [Line([("same", line)]) for line in old_lines[a1:a2]]
        else:
            compared += _changed_lines(old_lines[a1:a2], new_lines[b1:b2])
    return compared


def _changed_lines(old, new) -> Iterator[Line]:
    paired = min(len(old), len(new))
    for before, after in zip(old[:paired], new[:paired], strict=True):
        stretches = _stretches(before, after)
        if stretches:
            yield Line(stretches)
        else:
            yield Line([("deleted", before)])
            yield Line([("inserted", after)])
    yield from (Line([("deleted", line)]) for line in old[paired:])
    yield from (Line([("inserted", line)]) for line in new[paired:])


def _stretches(before, after) -> list[tuple[Mark, str]] | None:
    """The marked stretches of a line that changed; None where the two have too little in common."""
    if len(before) * len(after) > _MAX_CHARACTER_PAIRS:
        return None
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.ratio() < _MIN_LIKENESS:
        return None
    stretches = []
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        if tag == "equal":
            stretches.append(("same", before[a1:a2]))
            continue
        if a1 < a2:
            stretches.append(("deleted", before[a1:a2]))
        if b1 < b2:
            stretches.append(("inserted", after[b1:b2]))
    return stretches
