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
    characters = sum(map(len, _CHARACTERS.findall(text)))
    words = len(_WORDS.findall(text))
    return round(60 * (characters / _CHARACTERS_A_MINUTE + words / _WORDS_A_MINUTE))
