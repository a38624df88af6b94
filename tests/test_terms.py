"""The same keys in Python, for queries, and in Postgres, for posts."""

from datetime import date

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.kinds import TAGS
from articles.search.fold import fold
from articles.search.packing import pack
from articles.search.terms import keys_of, mark, month_key, name_key, search_text, tells_all, title_key

TEXT = st.text(st.sampled_from("国家金正恩的カタ한국ไทย𠮷𠀀😀#+&%$ aB1éБ.，|\n\ufffd\uf900\u3007々"), max_size=40)


@pytest.mark.parametrize(
    ("folded", "marked"),
    [
        ("5g基站", "|5g|基站"),
        ("hello world", "|hello| |world|"),
        ("c++ c#", "|c|++ |c|#"),
        ("国家", "国家"),
        ("한국어 abc", "한국어 |abc|"),
        ("résumé50%", "|résumé50|%"),
        ("😀笑", "😀笑"),
        ("", ""),
    ],
)
def test_bars_stand_around_words(folded, marked):
    assert mark(folded) == marked


def test_each_field_of_a_post_is_a_line_of_its_own():
    text = search_text("標題 One", "大紀元", ["俄罗斯", "Trains"], "第一行\n第二行")
    assert pack(text).split("\n") == ["标题 |one|", "大纪元", "俄罗斯", "|trains|", "第一行 第二行"]


@pytest.mark.parametrize(
    ("marked", "number"), [("国", 1), ("国家", 1), ("金正恩", 2), ("|iphone| |15|", 2), ("|5g|基站", 2), ("一 二三", 2)]
)
def test_a_piece_has_a_key_for_each_word_and_each_pair(marked, number):
    assert len(keys_of(marked)) == number


@pytest.mark.parametrize(
    ("marked", "told"),
    [
        *[("国", True), ("国家", True), ("金正恩", False), ("𠮷", False)],
        *[
            ("|a|", True),
            ("|house|", True),
            ("|5g|", True),
            ("|houses|", False),
            ("|é|", False),
            ("|a| |b|", False),
            ("|a|国", False),
        ],
    ],
)
def test_only_one_or_two_characters_and_short_words_need_no_look_at_the_text(marked, told):
    assert tells_all(marked) is told


def post_keys(text, day=date(2023, 9, 11), names=()):
    with connection.cursor() as cursor:
        cursor.execute("SELECT articles_search_keys(%s, %s, %s::int4[])", [text, day, list(names)])
        return set(cursor.fetchone()[0])


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TEXT, st.data())
def test_postgres_has_every_key_of_every_piece(text, data):
    title, body = mark(fold(text)), mark(fold(text[::-1]))
    keys = post_keys(pack(f"{title}\n{body}"))
    for line in (title, body):
        start = data.draw(st.integers(0, len(line)))
        piece = mark(fold(line.replace("|", "")[start:][:6]))
        if piece in line:
            assert set(keys_of(piece)) <= keys
    assert {title_key(key) for key in keys_of(title)} <= keys


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(TEXT, st.text(st.sampled_from("国家金正恩𠮷𠀀カ々\uf900aAБé1"), min_size=1, max_size=6))
def test_where_a_key_tells_all_postgres_has_it_only_for_texts_that_hold_the_piece(text, piece):
    marked, piece = mark(fold(text)), mark(fold(piece))
    if tells_all(piece):
        (key,) = keys_of(piece)
        assert (key in post_keys(pack(marked))) == (piece in marked)


def test_short_words_have_a_key_each_of_their_own():
    characters = "0123456789abcdefghijklmnopqrstuvwxyz"
    words = [
        first + rest
        for first in characters
        for rest in ["", *characters, *(f"{one}z{two}" for one in "09az" for two in characters)]
    ]
    keys = {key for word in words for key in keys_of(f"|{word}|")}
    assert len(keys) == len(words)
    assert keys.isdisjoint(keys_of("|longer| |letters| |é| |б|"))


@pytest.mark.django_db
def test_the_month_and_the_names_of_a_post_are_among_its_keys():
    names = [name_key(TAGS.number, 7)]
    assert {*names, month_key(date(1, 2, 3))} <= post_keys("", date(1, 2, 3), names)
    assert month_key(date(9999, 12, 31)) in post_keys("", date(9999, 12, 31))


def test_names_of_different_kinds_have_different_keys():
    keys = {name_key(kind, 5) for kind in (0xFC, 0xFD, 0xFE, 0xFF)} | {month_key(date(2023, 1, 1))}
    assert len(keys) == 5
