import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from articles.importing.slugs import MAX_SLUG_BYTES, before_marks, name_slug, post_slug, pretty


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("俄朝确认金正恩和普京峰会 传金已动身", "俄朝确认金正恩和普京峰会-传金已动身"),
        ("Hello World", "Hello-World"),
        ("a - b -- c", "a-b-c"),
        ("「为什么？」|中国——新闻", "为什么-中国-新闻"),
        ("(AT&T) $5, 50%; #1!", "(AT&T)-$5,-50-;-1!"),
        ("Qu'est-ce_que~c=est@home+you.", "Qu'est-ce_que~c=est@home+you."),
        ("tab\tnew\nline", "tab-new-line"),
        ("日本語　テスト①２", "日本語-テスト-２"),
        ("हिन्दी", "हिन्दी"),
        ("🎉 party 🎉", "party"),
        ("？？？", "post"),
        ("...", "post"),
        ("", "post"),
        ("\u202eabc\u200f", "abc"),
    ],
)
def test_a_posts_slug_is_the_one_that_jekyll_makes(name, slug):
    assert post_slug(name) == slug


def test_a_decomposed_name_has_the_slug_of_the_composed_one():
    assert post_slug("Cafe\u0301 ガ\u3099") == post_slug("Café ガ\u3099")
    assert post_slug(unicodedata.normalize("NFD", "한국 뉴스 é")) == "한국-뉴스-é"


def test_a_long_slug_is_cut_between_characters():
    assert post_slug("新" * 100) == "新" * 66
    assert post_slug("a" + "新" * 100) == "a" + "新" * 66
    assert post_slug("新闻 " * 40) == "-".join(["新闻"] * 28 + ["新"])


def test_a_cut_never_parts_a_letter_from_its_marks():
    letter = "q\u0323\u0307"
    assert post_slug("a" * 197 + letter) == "a" * 197
    assert post_slug("a" * 195 + letter + "b") == "a" * 195 + letter


def test_a_cut_slug_doesnt_end_with_a_hyphen():
    assert post_slug("a" * 199 + " b") == "a" * 199


def test_a_slug_of_marks_alone_is_cut_all_the_same():
    assert post_slug("\u0301" * 200) == "\u0301" * 100


@given(st.text(max_size=300))
def test_any_text_gives_a_slug_that_is_one_segment_of_an_address(name):
    slug = post_slug(name)
    assert re.fullmatch(r"[^/\s]+", slug)
    assert slug not in (".", "..")
    assert len(slug.encode()) <= MAX_SLUG_BYTES
    assert not slug.startswith("-")
    assert not slug.endswith("-")


@given(st.text(max_size=300))
def test_a_slug_is_its_own_slug(name):
    assert post_slug(post_slug(name)) == post_slug(name)


@pytest.mark.parametrize(
    ("text", "end", "position"),
    [("abc", 2, 2), ("abc", 5, 5), ("ae\u0301\u0323b", 3, 1), ("ae\u0301b", 3, 3), ("\u0301\u0301", 1, 1)],
)
def test_a_text_is_cut_before_a_letter_not_before_its_marks(text, end, position):
    assert before_marks(text, end) == position


def test_what_jekyll_makes_of_a_long_name_is_not_cut():
    assert pretty("新 " * 100) == "-".join("新" * 100)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("大纪元", "大纪元"),
        ("  Radio  Free\u3000Asia ", "radio-free-asia"),
        ("ＡＢＣ News", "abc-news"),
        ("C++", "c++"),
        ("C#", "c#"),
        ("AT&T", "at&t"),
        ("Straße", "strasse"),
        ("a/b\\c", "a-b-c"),
        ("/a/", "a"),
        ("-\u200ba\u200b-", "a"),
        ("\u200e-\u200e", "name-3973e022e932"),
        ("-", "name-3973e022e932"),
        ("－", "name-3973e022e932"),
        ("?", "?"),
        ("news.example.com", "news.example.com"),
        ("", ""),
        (" \u200b\u2060 ", ""),
        ("\ud800", ""),
    ],
)
def test_a_names_slug(name, slug):
    assert name_slug(name) == slug


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("COVID", "covid"),
        ("ｃｏｖｉｄ", "Covid"),
        ("ﾆｭｰｽ", "ニュース"),
        ("é", "e\u0301"),
        ("新 聞", "新\u3000聞"),
        ("\u200fعربي", "عربي"),
        ("ǅ", "ǆ"),
        ("...", "…"),
        ("．", "."),
        ("e\u200d\u0301", "É"),
    ],
)
def test_names_that_differ_in_case_width_or_space_are_one(one, other):
    assert name_slug(one) == name_slug(other)


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("后", "後"), (".", ".."), ("a", "á"), ("x" * 300, "x" * 301)])
def test_other_names_stay_apart(one, other):
    assert name_slug(one) != name_slug(other)


def test_a_long_name_is_cut_and_told_by_its_hash():
    slug = name_slug("新闻" * 100)
    assert slug.startswith("新闻" * 10)
    assert len(slug.encode()) <= MAX_SLUG_BYTES
    assert slug != name_slug("新闻" * 101)


@given(st.text(max_size=300))
def test_any_name_gives_a_slug_that_is_one_segment_of_an_address_or_nothing(name):
    slug = name_slug(name)
    assert re.fullmatch(r"[^/\\\s]*", slug)
    assert slug not in (".", "..")
    assert len(slug.encode()) <= MAX_SLUG_BYTES


@given(st.text(max_size=80))
def test_a_names_slug_is_its_own_slug(name):
    assert name_slug(name_slug(name)) == name_slug(name)


@given(st.text(st.characters(categories=["Lu", "Ll", "Lo", "Nd"], max_codepoint=0xFFFF), min_size=1, max_size=40))
def test_a_names_slug_doesnt_see_case(name):
    assume(name.upper().casefold() == name.casefold() == name.lower().casefold())
    assert name_slug(name.upper()) == name_slug(name.lower()) == name_slug(name)
