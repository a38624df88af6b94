"""What is one for search, and what stays two."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.fold import fold, fold_characters, joins_previous


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("金正恩訪俄", "金正恩访俄"),
        ("俄羅斯", "俄罗斯"),
        ("著作與籍貫", "着作与籍贯"),
        ("覆蓋", "复盖"),
        ("瞭望", "了望"),
        ("裏面", "里面"),
        ("裡面", "里面"),
        ("台灣", "臺灣"),
        ("爲為", "为为"),
        ("馀", "余"),
        ("ＩＰＨＯＮＥ　１５", "iPhone 15"),
        ("ﾊﾟｿｺﾝ", "パソコン"),
        ("STRASSE", "straße"),
        ("①", "1"),
        ("㎏", "kg"),
        ("e\u0301", "é"),
        ("soft\u00adhyphen", "softhyphen"),
        ("zero\u200bwidth", "zerowidth"),
        ("\ufeff标题", "标题"),
    ],
)
def test_spellings_that_are_one(one, other):
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("resume", "résumé"), ("C", "C#"), ("C#", "C++"), ("50", "50%"), ("俄国", "俄 国")])
def test_spellings_that_are_two(one, other):
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("俄朝确认，金正恩！", "俄朝确认 金正恩"),
        ("  a\tb\r\n\u3000c ", "a b c"),
        ("covid-19", "covid 19"),
        ("a|b", "a b"),
        ("NUL\x00and\ud800lone", "nul and lone"),
        ("——……", ""),
        ("", ""),
    ],
)
def test_what_parts_words_is_one_space(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_folded_text_is_one_that_postgres_takes_and_that_has_no_bar(text):
    folded = fold(text)
    folded.encode()
    assert not any(unicodedata.category(character) in ("Cc", "Cs") or character in "|\n" for character in folded)


@given(st.text(), st.text())
def test_a_text_can_be_folded_in_pieces_that_begin_with_no_joining_character(first, second):
    if second and not joins_previous(second[0]) and not joins_previous(fold_characters(second)[:1] or "a"):
        assert fold_characters(first + second) == fold_characters(first) + fold_characters(second)
