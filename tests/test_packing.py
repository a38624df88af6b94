"""Folded texts, stored shorter."""

import sys

from hypothesis import given
from hypothesis import strategies as st

from articles.search.fold import fold
from articles.search.packing import SHORT, pack


@given(st.text())
def test_what_is_packed_twice_is_as_it_was(text):
    assert pack(pack(text)) == text


@given(st.text(st.sampled_from("的一aéБ国鑫\n| "), max_size=30), st.integers(0, 30), st.integers(0, 30))
def test_a_piece_of_a_text_is_found_packed_where_it_is_found(text, start, end):
    piece = text[start:end]
    assert pack(text).find(pack(piece)) == text.find(piece)


def test_no_two_characters_become_one():
    characters = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]
    assert len({pack(each) for each in characters}) == len(characters)


def test_chinese_takes_two_thirds_of_its_bytes():
    text = fold("俄罗斯总统普京会见朝鲜领导人金正恩，双方就加强两国关系交换了意见。")
    assert len(pack(text).encode()) < 0.7 * len(text.encode())


def test_what_parts_words_and_lines_and_the_letters_of_words_stay_as_they_are():
    assert pack("|hello| |5g|\n#") == "|hello| |5g|\n#"


def test_no_short_character_is_a_space():
    assert not any(map(str.isspace, SHORT))
