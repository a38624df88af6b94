"""What of a text is indexed, and under which keys.

A text is searched in its folded form, in which every word stands between bars: "|5g|基站 |hello|". So one look for a substring
tells a whole word ("|news|" is not in "|newspaper|") and a piece of a text without spaces alike. Both are packed for it
(`articles.search.packing`); keys are those of packed characters.

The index holds 32-bit numbers, computed by the database function `articles_search_keys` (migration 0002) for posts and by
`keys_of` for queries:

* a character of a script without spaces, or a sign: its code point in the upper half;
* two such characters side by side: one in each half;
* a word, between 0x08000000 and 0x0e000000, where no character of a script without spaces begins even when packed: of up to five
  letters and digits, a number of its own; of others, what is left of their MD5;
* all these of the title again, hashed to 14 bits: few enough to cost little;
* tags, categories, authors and sites: the number of their kind in the upper 8 bits and their id below; a post's month likewise.
"""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from hashlib import md5
from itertools import pairwise

from .fold import fold
from .packing import pack

# Scripts that write no space between words: Thai, Lao, Tibetan, Myanmar, Hangul (whose particles stick to the word), Khmer,
# Han with what is written among it, kana, bopomofo. Written out, because each Python has another version of Unicode.
UNSPACED = (
    "\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u9fff"
    "\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
# What is left of signs after folding: ASCII, Latin-1, the symbol blocks, private use, emoji. Each is found alone.
SIGNS = "!-/:-@\\[-`{-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u2bff\ue000-\uf8ff\U0001f000-\U0001fbff"
WORD_CHARACTERS = f"[^ \n{UNSPACED}{SIGNS}]"
_WORD = re.compile(f"({WORD_CHARACTERS}+)")
_EXACT = re.compile(f"[{UNSPACED}]{{1,2}}|\\|[a-z0-9]{{1,5}}\\|")

# Beside the numbers of articles.kinds.
_MONTH = 0xFB
# Words of up to so many ASCII letters and digits have a number of their own: in base 39, in which the codes of letters, digits and
# "-", which fills up what is shorter, leave different remainders. The longer ones share the rest of the range.
_SHORT_WORD, _BASE = 5, 39
_WORDS, _OTHER_WORDS, _END_OF_WORDS = 0x08000000, 0x08000000 + _BASE**_SHORT_WORD, 0x0E000000


def mark(folded: str) -> str:
    """Set bars around the words of a folded text. Folding leaves no bar in it."""
    return "|".join(_WORD.split(folded))


def search_text(title: str, author: str, tags: Iterable[str], text: str) -> str:
    """What is searched of a post, a line each: the title, the author, every tag, the text; packed. No phrase reaches over lines."""
    return pack("\n".join((mark(fold(title)), _marked_name(author), *map(_marked_name, tags), mark(fold(text)))))


@lru_cache(10_000)  # The same few names stand in most posts.
def _marked_name(name):
    return mark(fold(name))


def keys_of(marked: str) -> list[int]:
    """The keys that every post holds which holds this marked piece of a line."""
    pieces = pack(marked).split("|")
    keys = [_word_key(word) for word in pieces[1::2]]
    for run in " ".join(pieces[::2]).split():
        codes = [_code(character) for character in run]
        if len(codes) == 1:
            keys.append(codes[0] << 16)
        keys += [first << 16 | second for first, second in pairwise(codes)]
    return list(dict.fromkeys(_signed(key) for key in keys))


def tells_all(marked: str) -> bool:
    """Whether the key alone tells that a post holds this piece, without a look at its text."""
    return bool(_EXACT.fullmatch(marked)) and max(marked) <= "\uffff"


def title_key(key: int) -> int:
    """The key under which a title's term is indexed once more. Others may share it: the title has to be looked at."""
    return (key * 2654435761 & 0xFFFFFFFF) >> 18


def name_key(kind: int, name_id: int) -> int:
    """The key of a name, by the number of its kind. There is room for 16 million of each."""
    return _signed(kind << 24 | name_id)


def named_by(key: int) -> tuple[int, int]:
    """The number of the kind and the id that a name's key stands for."""
    return (key & 0xFFFFFFFF) >> 24, key & 0xFFFFFF


def month_key(day: date) -> int:
    return _signed(_MONTH << 24 | day.year * 12 + day.month)


def _word_key(word):
    if len(word) <= _SHORT_WORD and word.isascii():
        return _WORDS + sum(
            ord(character) % _BASE * _BASE ** (_SHORT_WORD - 1 - place)
            for place, character in enumerate(word.ljust(_SHORT_WORD, "-"))
        )
    number = int(md5(word.encode(), usedforsecurity=False).hexdigest()[:7], 16)
    return _OTHER_WORDS + number % (_END_OF_WORDS - _OTHER_WORDS)


def _code(character):
    """The code point; one beyond 16 bits shares a number with others, among the surrogates, which no text holds."""
    code = ord(character)
    return code if code <= 0xFFFF else 0xD800 | code & 0x7FF


def _signed(key):
    return key - (1 << 32) if key >= 1 << 31 else key
