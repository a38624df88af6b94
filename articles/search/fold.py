"""One spelling for search: query and text are folded by the same function, so that they always agree.

Case, width and script are one; whatever parts words is one space; what is never seen is dropped. Accents stay.
The rules are in fold_table.txt, written by benchmarks/fold_table.py. After a change of them
`check_archive` finds the search rows and names that `rebuild_posts` has to make again.
"""

from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

TABLE_PATH = Path(__file__).with_name("fold_table.txt")
# Composition reaches back over these although their combining class is 0: the Hangul jamo, and vowel signs of Indic scripts.
JOINING = (
    {chr(code) for code in (*range(0x1161, 0x1176), *range(0x11A8, 0x11C3), *range(0xFF9E, 0xFFDD))}
    | set("\u09be\u09d7\u0b3e\u0b56\u0b57\u0bbe\u0bd7\u0cc2\u0cd5\u0cd6\u0d3e\u0d57\u0dcf\u0ddf\u102e\u1b35")
    | set("\U00011127\U0001133e\U00011357\U000114b0\U000114ba\U000114bd\U000115af\U00011930")
)


@cache
def fold_table():
    """For `str.translate`: a list, because a list is asked three times as fast as a dict. What lies beyond its end stays."""
    with TABLE_PATH.open(encoding="ascii") as lines:
        rules = [line.partition("\t")[::2] for line in lines if not line.startswith("#")]
    table = list(range(int(rules[-1][0], 16) + 1))
    for code, folded in rules:
        parts = [int(part, 16) for part in folded.split()]
        table[int(code, 16)] = parts[0] if len(parts) == 1 else "".join(map(chr, parts))
    return table


def fold_characters(text):
    """Folds, but keeps every space: for `articles.search.snippets`, which has to know where a character went."""
    # Composed again at the end: half-width katakana carry their voicing mark apart.
    return normalize("NFC", normalize("NFC", text).translate(fold_table()))


def fold(text):
    """Any str to the form that is searched: words of folded characters with single spaces between, none at the ends.

    Holds no control character and no lone surrogate, so Postgres takes it. Folding twice changes nothing.
    """
    return " ".join(fold_characters(text).split())


def joins_previous(character):
    """Whether composing may change what stands before this character: never cut a text in front of it."""
    return combining(character) > 0 or character in JOINING
