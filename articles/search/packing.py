"""Writes folded texts shorter, for the database: they are stored as they are searched, without compression.

UTF-8 takes three bytes for a Chinese character. The 26 commonest change places with the capital letters, which no folded text
holds, and the next 1,918 with the characters that take two bytes: a third less to store, to fetch and to look through. It stays
text, character for character, so a piece of it is found by the same piece packed.

common_characters.txt is written by benchmarks/common_characters.py, in the order of how common they are.
"""

from functools import cache
from pathlib import Path
from string import ascii_uppercase

TABLE_PATH = Path(__file__).with_name("common_characters.txt")
# In the order in which they are given away. What Python takes for a space stays one.
SHORT = [*ascii_uppercase, *(chr(code) for code in range(0x80, 0x800) if not chr(code).isspace())]


@cache
def _table():
    """For `str.translate`, as a list, like that of `articles.search.fold`."""
    table = list(range(0xA000))
    for short, common in zip(SHORT, TABLE_PATH.read_text(encoding="utf-8").replace("\n", ""), strict=True):
        table[ord(short)], table[ord(common)] = ord(common), ord(short)
    return table


def pack(text: str) -> str:
    """A folded text as it is stored; what is packed twice is as it was."""
    return text.translate(_table())
