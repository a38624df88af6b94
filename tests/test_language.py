import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.language import language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("列车在黄昏离开车站，开往兰州。", "zh-Hans"),
        ("列車在黃昏離開車站，開往蘭州。", "zh-Hant"),
        ("马观", "zh-Hans"),
        ("馬觀", "zh-Hant"),
        ("皇后在里面", "zh"),
        ("中文", "zh"),
        ("我去了台北", "zh"),
        ("為什麼要裝冷氣？裡面很熱", "zh-Hant"),
        ("為什麼要裝冷氣？裏面好熱啲", "zh-Hant"),
        ("他說：“这个国家的经济发展很快”", "zh-Hans"),
        ("喆堃先生发言", "zh-Hans"),
        ("iPhone 15 发布会：库克 Tim Cook 介绍新产品", "zh-Hans"),
        ("列車は夕方に駅を出て、蘭州へ向かいました。", "ja"),
        ("ニュース", "ja"),
        ("書「の」字的招牌到處都是，這是台灣的流行", "zh-Hant"),
        ("열차가 저녁에 역을 떠났다", "ko"),
        ("The train left the station at dusk.", "en"),
        ("The word 车站 means station in the language of the people who live there", "en"),
        ("Le train a quitté la gare", "en"),
        ("", ""),
        ("2023-09-11 🎉", ""),
        ("Поезд", ""),
    ],
)
def test_the_language_of_a_text(text, language):
    assert language_of(text) == language


@given(st.text())
def test_any_text_has_a_known_language_or_none(text):
    assert language_of(text) in ("zh-Hans", "zh-Hant", "zh", "ja", "ko", "en", "")
