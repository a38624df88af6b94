"""How long a text takes to read."""

import re

from .spaces import WIDE

# Silent reading of non-fiction: 238 English words a minute (Brysbaert 2019, doi:10.1016/j.jml.2019.104047), and for Chinese about
# 260 words of 1.5 characters (the same review).
_CHARACTERS_A_MINUTE = 400
_WORDS_A_MINUTE = 238
_CHARACTERS = re.compile(f"[{WIDE}]+")
_WORDS = re.compile(f"[^\\W{WIDE}]+(?:['’.-][^\\W{WIDE}]+)*")


def reading_seconds_of(text: str) -> int:
    """Chinese and Japanese are counted by characters, all else by words."""
    pieces = _CHARACTERS.split(text)
    # A space in place of each run of characters parts the words beside it just as well.
    rest = " ".join(pieces)
    characters = len(text) - sum(map(len, pieces))
    return round(60 * (characters / _CHARACTERS_A_MINUTE + len(_WORDS.findall(rest)) / _WORDS_A_MINUTE))
