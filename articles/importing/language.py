"""Which language a text is in, as far as its characters tell."""

import re
from functools import cache

from ..search.fold import fold_table

_HAN = re.compile("([\u3400-\u9fff\uf900-\ufaff]+)")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z]+")


def language_of(text: str) -> str:
    """BCP 47: "zh-Hans", "zh-Hant", "zh" (either), "ja", "ko", "en"; empty if unknown.

    A character counts for one script if OpenCC converts it and the other script's national standard doesn't hold it.
    """
    pieces = _HAN.split(text)
    characters, rest = "".join(pieces[1::2]), " ".join(pieces[::2])
    han, kana, hangul, latin = len(characters), *(len(script.findall(rest)) for script in (_KANA, _HANGUL, _LATIN))
    if kana > han // 4 and kana > latin:
        return "ja"
    if hangul > max(han, latin):
        return "ko"
    if han and han * 3 >= latin:
        simplified, traditional = (len(script.findall(characters)) for script in _chinese_scripts())
        if simplified == traditional:
            return "zh"
        return "zh-Hans" if simplified > traditional else "zh-Hant"
    return "en" if latin else ""


@cache
def _chinese_scripts() -> tuple[re.Pattern, re.Pattern]:
    """Characters of simplified Chinese only, and of traditional Chinese only.

    So 后 and 里 count for neither: they are simplified forms (後, 裏), and traditional characters of their own.
    """
    conversions = [(chr(code), chr(to)) for code, to in enumerate(fold_table()) if isinstance(to, int) and to != code]
    conversions = [(each, to) for each, to in conversions if "\u3400" <= each <= "\u9fff" and _HAN.match(to)]
    simplified = {to for _, to in conversions if not _is_in("big5", to)}
    traditional = {each for each, _ in conversions if not _is_in("gb2312", each)}
    return re.compile(f"[{''.join(simplified)}]"), re.compile(f"[{''.join(traditional)}]")


def _is_in(encoding, character):
    try:
        return bool(character.encode(encoding))
    except UnicodeEncodeError:
        return False
