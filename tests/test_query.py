"""How what readers type is understood."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.search.query import Named, Note, Query, Term, corrected, fold_host, in_year, narrowed, parse_query


def parse(text) -> Query:
    return parse_query(text, max_length=500, max_terms=20)


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("金正恩 普京", [["金正恩"], ["普京"]]),
        ("金正恩　普京", [["金正恩"], ["普京"]]),
        ('"金正恩 普京"', [["金正恩 普京"]]),
        ("“金正恩 普京”", [["金正恩 普京"]]),
        ("「金正恩 普京」峰会", [["金正恩 普京"], ["峰会"]]),
        ('"金正恩 普京', [["金正恩 普京"]]),
        ('"" 普京', [["普京"]]),
        ("iPhone 15", [["|iphone|"], ["|15|"]]),
        ("5G基站", [["|5g|基站"]]),
        ("covid-19", [["|covid| |19|"]]),
        ("北京 OR 上海 天气", [["北京", "上海"], ["天气"]]),
        ("北京 | 上海 | 天津", [["北京", "上海", "天津"]]),
        ("OR 北京 OR", [["北京"]]),
        ("北京 or 上海", [["北京"], ["|or|"], ["上海"]]),
        ('"OR" 北京', [["|or|"], ["北京"]]),
        ("*", []),
        ("，。!?", []),
        ("C# 50%", [["|c|#"], ["|50|%"]]),
        ("俄羅斯", [["俄罗斯"]]),
        ("a:b", [["|a| |b|"]]),
        ("tag:", []),
        ("http://example.com/x", [["|http| |example| |com| |x|"]]),
    ],
)
def test_words_phrases_and_alternatives(text, groups):
    assert parse(text).groups == [[Term(marked) for marked in group] for group in groups]


@pytest.mark.parametrize("text", ["北京 -奥运", "-奥运 北京", "北京 －奥运", "北京 OR -奥运"])
def test_a_minus_takes_away(text):
    query = parse(text)
    assert (query.groups, query.without) == ([[Term("北京")]], [Term("奥运")])


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("tag:铁路", Named("tag", "铁路")),
        ("TAG：鐵路", Named("tag", "铁路")),
        ('author:"Jane Doe"', Named("author", "jane doe")),
        ("category: 随笔", Named("category", "随笔")),
        ("site:https://www.Example.com/path", Named("site", "example.com")),
        ("site:example.com", Named("site", "example.com")),
        ("site:[", None),
        ("title:北京", Term("北京", in_title=True)),
    ],
)
def test_fields(text, wanted):
    assert parse(text).groups == ([[wanted]] if wanted else [])


def test_a_field_can_be_taken_away():
    assert parse("-tag:铁路").without == [Named("tag", "铁路")]


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("after:2021-03 before:2022", date(2021, 3, 1), date(2022, 1, 1)),
        ("after:2021/3/5", date(2021, 3, 5), None),
        ("after:2021年3月5日", date(2021, 3, 5), None),
        ("after:2021 after:2020", date(2021, 1, 1), None),
        ("before:9999-12-31", None, date(9999, 12, 31)),
    ],
)
def test_dates(text, after, before):
    query = parse(text)
    assert (query.after, query.before, query.left_out) == (after, before, {})


@pytest.mark.parametrize("text", ["after:yesterday", "before:2021-13", "after:0000", "before:2021-02-30"])
def test_a_date_that_is_none_is_passed_over_and_noted(text):
    query = parse(f"{text} 北京")
    assert (query.after, query.before, query.left_out) == (None, None, {Note.NO_DATE: [text]})
    assert query.groups == [[Term("北京")]]


def test_a_text_that_is_too_long_is_cut_and_noted():
    query = parse("长" * 500 + "短")
    assert (query.groups, query.left_out) == ([[Term("长" * 500)]], {Note.TOO_LONG: ["短"]})


@pytest.mark.parametrize("cut", ["-" + "长" * 600, 'tag:"' + "长" * 600, "after:2021-03" + "0" * 600, "长" * 600 + " -短 tag:短"])
def test_what_the_cut_goes_through_is_left_out_whole(cut):
    query = parse(f"北京 {cut}")
    assert (query.groups, query.without, query.after) == ([[Term("北京")]], [], None)
    assert query.left_out == {Note.TOO_LONG: [cut]}


def test_spaces_at_the_end_are_nothing_that_is_left_out():
    assert parse("北京" + " " * 600).left_out == {}


def test_too_many_terms_are_left_out_and_noted_and_dates_are_kept():
    words = [f"词{number}" for number in range(20)]
    query = parse(" ".join([*words, "-没有", 'tag:"a b"', "OR", "别的", "after:2021"]))
    assert (len(query.groups), query.without, query.after) == (20, [], date(2021, 1, 1))
    assert query.left_out == {Note.TOO_MANY_TERMS: ["-没有", 'tag:"a b"', "别的"]}


@given(st.text(st.sampled_from('ab国 "“”「:：-|*\n\t\x00😀') | st.characters()))
def test_nothing_that_is_typed_is_an_error(text):
    query = parse(text)
    assert sum(map(len, query.groups)) + len(query.without) <= 20


def test_a_narrowed_search_asks_for_the_name_as_well():
    query = parse(narrowed(parse("北京"), "author", 'Jane "JD" Doe'))
    assert query.groups == [[Term("北京")], [Named("author", "jane jd doe")]]


@pytest.mark.parametrize(
    "text", ['"北京', "“北京", "北京 OR", "北京 |", '北京 OR "!!"', "北京 OR after:2020", "北京 tag:", '北京 tag:"', "北京 -"]
)
def test_what_was_left_open_does_not_take_in_what_is_added(text):
    before, narrower = parse(text), parse(narrowed(parse(text), "tag", "铁路"))
    assert (narrower.groups, narrower.after) == ([[Term("北京")], [Named("tag", "铁路")]], before.after)
    assert parse(in_year(before, 2022)).after == date(2022, 1, 1)


@given(
    st.lists(
        st.sampled_from(["a", "国", '"', "「", "」", "-", "OR", "|", "tag:", "title:", "after:2021", "!", " ", " "]), max_size=12
    )
)
def test_whatever_was_typed_is_narrowed_by_what_is_added(pieces):
    before = parse("".join(pieces))
    narrower = parse(narrowed(before, "site", "example.com"))
    assert narrower.groups == [*before.groups, [Named("site", "example.com")]]
    assert (narrower.without, narrower.after, narrower.before) == (before.without, before.after, before.before)


@pytest.mark.parametrize("text", ["北京", "北京 after:2020 before:2021-02", "before:2020 北京", '北京 after:"2020"'])
def test_a_search_in_a_year_forgets_the_dates_before(text):
    query = parse(in_year(parse(text), 2022))
    assert (query.after, query.before, query.groups) == (date(2022, 1, 1), date(2023, 1, 1), [[Term("北京")]])


def test_a_search_in_a_year_keeps_a_phrase_that_looks_like_a_date():
    assert parse(in_year(parse('"see after:2021 on"'), 2022)).groups == parse('"see after:2021 on"').groups


def test_a_corrected_search_keeps_all_else():
    typed = '"金正恩 普京" -奥运 国际 OR tag:铁道 title:北京 after:2020 before:2022'
    before = parse(typed)
    after = parse(corrected(before, Named("tag", "铁道"), "tag", "铁路"))
    assert after.groups == [before.groups[0], [Term("国际"), Named("tag", "铁路")], before.groups[2]]
    assert (after.without, after.after, after.before) == (before.without, before.after, before.before)


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("example.com", "example.com"),
        ("https://www.Example.com:8080/path?q", "example.com"),
        ("ｅｘａｍｐｌｅ。ｃｏｍ", "example.com"),
        ("my-example.com", "my example.com"),
        ("http://[", "http"),
        ("The Times / London", "the times london"),
        (".", ""),
    ],
)
def test_a_site_is_known_by_its_host(typed, host):
    assert fold_host(typed) == host
