"""Names that may have been meant: those that begin so, and those that are one slip of the finger away."""

from typing import NamedTuple

from ..kinds import AUTHORS, KINDS, TAGS
from .fold import fold

# So many names that begin or end alike are looked at, the most used first.
_LOOKED_AT = 200


class Suggestion(NamedTuple):
    """`kind` is the key of one of KINDS."""

    kind: str
    name: str
    post_count: int


def names_beginning(typed: str, limit: int) -> list[Suggestion]:
    """The most used tags and authors that begin with what was typed, in whatever script and case."""
    folded = fold(typed)
    if not folded:
        return []
    found = [
        Suggestion(kind.key, *row)
        for kind in (TAGS, AUTHORS)
        for row in kind.model.objects.in_use().beginning_with(folded).most_used().values_list("name", "post_count")[:limit]
    ]
    return sorted(found, key=lambda each: -each.post_count)[:limit]


def names_near(folded: str, kinds: list[str], limit: int) -> list[Suggestion]:
    """Names that differ from a folded one by one character left out, added, mistaken, or swapped with its neighbour."""
    if len(folded) < 2:
        return []
    # One slip leaves one of the halves as it was.
    half = len(folded) // 2
    found = []
    for kind in kinds:
        names = KINDS[kind].model.objects.in_use()
        alike = names.beginning_with(folded[:half]), names.ending_in(folded[-half:])
        rows = {row for each in alike for row in each.most_used().values_list("name", "post_count", "folded")[:_LOOKED_AT]}
        found += [Suggestion(kind, name, count) for name, count, other in rows if is_one_slip_away(folded, other)]
    return sorted(found, key=lambda each: (-each.post_count, each.name))[:limit]


def is_one_slip_away(one: str, other: str) -> bool:
    """Whether two different texts become one by a single insertion, removal, replacement, or swap of neighbours."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, other_rest = one[same:], other[same:]
    if len(one) != len(other):
        return rest[1:] == other_rest or rest == other_rest[1:]
    return rest[1:] == other_rest[1:] or (rest[:2] == other_rest[1::-1] and rest[2:] == other_rest[2:])
