"""Which language a text is in, as far as its characters tell."""

import re

# Characters that are written in one of the two scripts only, among the commonest.
_SIMPLIFIED = "这们个国来说会为时对过么还学发经进动点开见长业义从两实现关样么没无门问头东车书马鸟鱼风云电广场亲请谁让认识话语读写边远运钱铁银错难双观觉应该战争产党权报华"  # noqa: E501
_TRADITIONAL = "這們個國來說會為時對過麼還學發經進動點開見長業義從兩實現關樣麼沒無門問頭東車書馬鳥魚風雲電廣場親請誰讓認識話語讀寫邊遠運錢鐵銀錯難雙觀覺應該戰爭產黨權報華"  # noqa: E501
_ONLY_SIMPLIFIED = re.compile(f"[{''.join(set(_SIMPLIFIED) - set(_TRADITIONAL))}]")
_ONLY_TRADITIONAL = re.compile(f"[{''.join(set(_TRADITIONAL) - set(_SIMPLIFIED))}]")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile("[\u3040-\u30ff]")
_HANGUL = re.compile("[\uac00-\ud7af]")
_LATIN = re.compile("[A-Za-z]+")


def language_of(text: str) -> str:
    """BCP 47: "zh-Hans", "zh-Hant", "zh" (either), "ja", "ko", "en"; empty if unknown."""
    han, kana, hangul, latin = (len(script.findall(text)) for script in (_HAN, _KANA, _HANGUL, _LATIN))
    if kana > han // 4 and kana > latin:
        return "ja"
    if hangul > max(han, latin):
        return "ko"
    if han and han * 3 >= latin:
        simplified, traditional = len(_ONLY_SIMPLIFIED.findall(text)), len(_ONLY_TRADITIONAL.findall(text))
        if simplified == traditional:
            return "zh"
        return "zh-Hans" if simplified > traditional else "zh-Hant"
    return "en" if latin else ""
