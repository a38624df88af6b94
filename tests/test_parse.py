import json
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.parse import ParseError, ParseOptions, parse_post
from articles.importing.records import SourceFile
from articles.importing.slugs import name_slug

OPTIONS = ParseOptions(time_zone="UTC", max_title=1000, max_tags=1000)
NAME = "2023-09-11-夜车开往兰州.md"


def parsed(text, name=NAME, options=OPTIONS):
    """The front matter and the warnings, as (reason, line), of a file with this text or these bytes."""
    content = text if isinstance(text, bytes) else text.encode()
    front_matter, warnings = parse_post(SourceFile(f"site/_posts/{name}", len(content), 0), content, options)
    return front_matter, [(warning.reason, warning.line) for warning in warnings]


def post(entries, **changes):
    """A file with a title, a date and these lines of front matter."""
    return parsed(f"---\ntitle: 夜车\ndate: 2023-09-11\n{entries}\n---\nText.\n", **changes)


def refused(text, name=NAME):
    with pytest.raises(ParseError) as caught:
        parsed(text, name)
    return caught.value.reason, caught.value.line


CRAWLED = """---
layout: post
title: "俄朝确认：“金正恩”和普京峰会 传金已动身"
date: 2023-09-11T13:26:13.000Z
author: 大纪元 &amp; 记者
from: https://www.News.example.com/gb/23/9/11/n14.htm?utm_source=x&id=7#top
tags: [ 大纪元, 俄罗斯, 大纪元 ]
comments: false
categories: [ 时政 ]
image: /cover.jpg
weight: 10
---
<!--1694438773000-->
[俄朝确认](https://www.news.example.com/gb/23/9/11/n14.htm)
------

<div>
<p>正文</p>
</div>
"""


def test_a_crawled_post():
    front_matter, warnings = parsed(CRAWLED)
    assert warnings == []
    assert front_matter.title == "俄朝确认：“金正恩”和普京峰会 传金已动身"
    assert front_matter.published_at == datetime(2023, 9, 11, 13, 26, 13, tzinfo=UTC)
    assert front_matter.date_written == "2023-09-11T13:26:13.000Z"
    assert (front_matter.day, front_matter.slug) == (date(2023, 9, 11), "夜车开往兰州")
    assert front_matter.author == "大纪元 & 记者"
    assert front_matter.source_url == "https://www.News.example.com/gb/23/9/11/n14.htm?utm_source=x&id=7#top"
    assert front_matter.normalized_url == "https://www.news.example.com/gb/23/9/11/n14.htm?id=7"
    assert front_matter.source_host == "news.example.com"
    assert (front_matter.tags, front_matter.categories) == (["大纪元", "俄罗斯"], ["时政"])
    assert (front_matter.comments, front_matter.layout, front_matter.hidden) == (False, "post", False)
    assert front_matter.other == {"image": "/cover.jpg", "weight": "10"}
    assert front_matter.body == CRAWLED.partition("10\n---\n")[2]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_line_ends_and_encodings_make_no_difference(line_end, encoding):
    front_matter, _ = parsed(CRAWLED.replace("\n", line_end).encode(encoding))
    assert front_matter == parsed(CRAWLED)[0]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", "is empty", None),
        (" \n\n", "is empty", None),
        ("No front matter.\n", "has no front matter: it doesn't begin with a line ---", None),
        ("----\ntitle: x\n----\n", "has no front matter: it doesn't begin with a line ---", None),
        ("---\ntitle: x\n", "has front matter that is never closed: there is no second line ---", None),
        ("---\ntitle: x\n ---\nText", "has front matter that is never closed: there is no second line ---", None),
        ("---\nJust text.\n---\n", "has front matter that is not YAML: there is no entry like title: …", 2),
        ("---\n- a\n- b\n---\n", "has front matter that is not YAML: there is no entry like title: …", 2),
        ("\n\n---\nlayout: post\ndate: [\n---\n", "has front matter that is not YAML: did not find expected node content", 6),
        ("---\nlayout: post\ntitle: [ a, b ]\n---\n", "has a list as title", 3),
        ("---\ntitle: {a: b}\n---\n", "has a mapping as title", 2),
        (
            "---\ntitle: x\ndate: 2023-02-30\n---\n",
            "has a date that is no date that exists (day is out of range for month): 2023-02-30",
            3,
        ),
        ("---\ntitle: x\ndate: soon\n---\n", "has a date that is not a date: soon", 3),
    ],
)
def test_what_is_no_post_is_refused_with_reason_and_line(text, reason, line):
    assert refused(text) == (reason, line)


def test_a_binary_file_is_refused():
    assert refused(bytes(range(256)) * 4) == ("is not a text file", None)


def test_a_file_without_any_date_is_refused():
    assert refused("---\ntitle: x\n---\n", "notes.md") == ("has no date, neither in the front matter nor in its name", None)


def test_a_day_in_a_name_that_does_not_exist_is_told():
    assert refused("---\ntitle: x\n---\n", "2020-02-31-x.md") == (
        "has no date in the front matter, and the one in its name does not exist",
        None,
    )


@pytest.mark.parametrize("written", ["", "''", "[ 2023-09-11 ]"])
def test_a_date_without_a_value_is_told(written):
    front_matter, warnings = parsed(f"---\ntitle: x\ndate: {written}\n---\n", "2023-09-12-x.md")
    assert front_matter.day == date(2023, 9, 12)
    assert warnings == [("has a date without a value; the one in its name is taken", 3)]


@pytest.mark.parametrize("fence", ["---", "...", "---  "])
def test_front_matter_ends_at_dashes_or_dots(fence):
    front_matter, warnings = parsed(f"\ufeff\n---\ntitle: a\ndate: 2023-09-11\n{fence}\n    code\n---\n\nmore\n")
    assert (front_matter.title, front_matter.body, warnings) == ("a", "    code\n---\n\nmore\n", [])


def test_empty_front_matter_leaves_everything_to_the_name():
    front_matter, warnings = parsed("---\n---\nText.\n", "2023-09-11-two-words.md")
    assert (front_matter.title, front_matter.day, front_matter.slug) == ("two words", date(2023, 9, 11), "two-words")
    assert warnings == [("has no title; the file's name is taken for it", None)]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("2020", "2020"),
        ("no", "no"),
        ("1.10", "1.10"),
        ("2023-09-11", "2023-09-11"),
        ("0x1F", "0x1F"),
        ("a & b &lt;c&gt; &copy; &#20013; AT&T &copy", "a & b <c> © 中 AT&T &copy"),
        ('"两行\n  变一行"', "两行 变一行"),
        ("|\n  一\n  二", "一 二"),
        ('"\\u4e2d\\0\\x07\\u202e文"', "中文"),
        ("a\u200bb\u2028c\u200f", "ab c"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("'it''s'", "it's"),
        ("Ａ　Ｂ", "Ａ Ｂ"),
    ],
)
def test_a_title_is_text_on_one_line(written, title):
    front_matter, warnings = parsed(f"---\ntitle: {written}\n---\n")
    assert front_matter.title == title
    assert warnings == []


@pytest.mark.parametrize("written", ["", "~", "null", "''", '"\\u200d"', "\u200b", '"&#8203;"'])
def test_a_title_that_shows_nothing_is_taken_from_the_name(written):
    front_matter, warnings = parsed(f"---\ntitle: {written}\ndate: 2023-09-11\n---\n")
    assert front_matter.title == "夜车开往兰州"
    assert warnings == [("has no title; the file's name is taken for it", 2)]


def test_a_long_title_is_cut_before_a_letter():
    front_matter, warnings = parsed(f"---\ntitle: {'新' * 998}e\u0301xyz\ndate: 2023-09-11\n---\n")
    assert front_matter.title == "新" * 998 + "…"
    assert warnings == [("has a title of 1,003 characters; it was cut to 1,000", 2)]


def test_a_title_of_just_the_length_is_kept():
    front_matter, warnings = parsed(f"---\ntitle: {'新' * 1000}\ndate: 2023-09-11\n---\n")
    assert (front_matter.title, warnings) == ("新" * 1000, [])


@pytest.mark.parametrize(
    ("written", "title", "why"),
    [
        ('"He said "hi" to me"', 'He said "hi" to me', None),
        ('"C:\\users"', "C:\\users", None),
        ("Part 1: the end: really", "Part 1: the end: really", None),
        ("[News] A: b", "[News] A: b", None),
        ("*star* is born", "*star* is born", None),
        ("*star", "*star", r"a text begins with an unquoted \*"),
        ("&lt; is less", "< is less", None),
        ("&name is here", "&name is here", "a text begins with an unquoted & or !"),
        ("!important news", "!important news", "a text begins with an unquoted & or !"),
        ("{{ page.title }}", "{{ page.title }}", "a key is no text"),
        ("@home: tips", "@home: tips", None),
        ("%100", "%100", None),
        ("`code`", "`code`", None),
        ("'It's", "'It's", None),
        ('"unclosed', '"unclosed', None),
    ],
)
def test_a_title_that_is_not_yaml_is_read_as_it_is_written(written, title, why):
    front_matter, warnings = parsed(f"---\nlayout: post\ntitle: {written}\ntags: [ a, 'b: c' ]\ndate: 2023-09-11\n---\nText.\n")
    assert (front_matter.title, front_matter.tags, front_matter.layout) == (title, ["a", "b: c"], "post")
    [(reason, line)] = warnings
    assert re.fullmatch(rf"has an entry title that is not YAML \({why or '.+'}\); it was read as it is written", reason)
    assert line == 3


def test_only_the_wrong_entries_are_read_as_they_are_written():
    front_matter, warnings = parsed("""---
title: A: b
date: 2023-09-11
author: "who "knows""
tags:
  - one: two
  - "three
  - '#four'
categories: [ a, "b, c ]
summary: |
  Line one.
  Line two.
nested: {a: [1, 2]}
# a comment
a stray line
---
""")
    assert front_matter.title == "A: b"
    assert front_matter.author == 'who "knows"'
    assert front_matter.tags == ["one: two", '"three', "#four"]
    assert front_matter.categories == ["a", '"b', "c"]
    assert front_matter.other == {"summary": "Line one.\nLine two.\n", "nested": {"a": ["1", "2"]}}
    assert [(reason.partition(" (")[0], line) for reason, line in warnings] == [
        ("has an entry title that is not YAML", 2),
        ("has an entry author that is not YAML", 4),
        ("has an entry tags that is not YAML", 5),
        ("has an entry categories that is not YAML", 9),
        ("has a line in its front matter that belongs to no entry; it was left out", 15),
    ]


def test_a_colon_without_a_space_or_a_chinese_one_is_understood():
    front_matter, warnings = parsed("---\ntitle:夜车\ndate：2023-09-11\nauthor: 林一舟\nhttp://stray.example\n---\n")
    assert (front_matter.title, front_matter.date_written, front_matter.author) == ("夜车", "2023-09-11", "林一舟")
    assert [line for _, line in warnings] == [2, 3, 5]


def test_the_last_of_two_entries_with_one_key_counts():
    front_matter, warnings = post("author: A\nauthor: B\nx: {y: 1, y: 2}")
    assert (front_matter.author, front_matter.other) == ("B", {"x": {"y": "2"}})
    assert warnings == [("has author more than once; the last counts", 5), ("has y more than once; the last counts", 6)]


def test_many_warnings_are_told_in_twenty_one():
    _, warnings = post("a: 1\n" * 1000)
    assert len(warnings) == 21
    assert warnings[-1] == ("has 979 more problems like these", None)


@pytest.mark.parametrize(
    ("entries", "tags"),
    [
        ("tags: [ a, b ]", ["a", "b"]),
        ("tags:\n- a\n- b", ["a", "b"]),
        ("tags: a, b c，d、e", ["a", "b c", "d", "e"]),
        ("tags: a b", ["a", "b"]),
        ("tag: New York", ["New York"]),
        ("tag: a\ntags: [ b, A ]", ["a", "b"]),
        ("tags: [ [ a, [ b ] ], c ]", ["a", "b", "c"]),
        ("tags:\n- 新闻: 国际\n- x:", ["新闻: 国际", "x"]),
        ("tags: [ 2020, yes, ~, '', ' ', 1.0 ]", ["2020", "yes", "1.0"]),
        ("tags: [ 'a, b' ]", ["a, b"]),
        ("tags: [ COVID, covid, ｃｏｖｉｄ, Covid-19 ]", ["COVID", "Covid-19"]),
        ("tags: [ A&amp;B ]", ["A&B"]),
        ("tags:", []),
        ("tags: []", []),
        ("tags: ~", []),
    ],
)
def test_tags_are_names_in_the_files_order(entries, tags):
    front_matter, warnings = post(entries)
    assert (front_matter.tags, warnings) == (tags, [])
    front_matter, _ = post(entries.replace("tags", "categories").replace("tag", "category"))
    assert front_matter.categories == tags


def test_more_tags_than_allowed_are_left_out_and_told():
    front_matter, warnings = post(f"tags: [ {', '.join(f't{number}' for number in range(1200))} ]")
    assert front_matter.tags == [f"t{number}" for number in range(1000)]
    assert warnings == [("has 1,200 tags; the first 1,000 were kept", 4)]


def test_a_name_as_long_as_a_paragraph_is_cut():
    front_matter, warnings = post(f"tags: [ {'新' * 300} ]\nauthor: {'a' * 201}")
    assert front_matter.tags == ["新" * 199 + "…"]
    assert front_matter.author == "a" * 199 + "…"
    assert sorted(warnings) == [
        ("has a name of 201 characters in author; it was cut to 200", 5),
        ("has a name of 300 characters in tags; it was cut to 200", 4),
    ]


@pytest.mark.parametrize(
    ("written", "author"),
    [
        ("林一舟", "林一舟"),
        ("[ A, B ]", "A、B"),
        ("{ name: A, email: x }", "A"),
        ("[ ~ ]", ""),
        ("{ mail: x }", ""),
        ("&quot;A&quot; ", '"A"'),
    ],
)
def test_an_author(written, author):
    assert post(f"author: {written}")[0].author == author


def test_an_author_that_has_no_name_is_told():
    assert post("author: { a: b }")[1] == [("has a mapping without a name as author", 4)]


@pytest.mark.parametrize("permalink", ["//evil.example/", "//evil.example/x/", "https://evil.example/x/"])
def test_a_permalink_never_leads_to_another_site(permalink):
    front_matter, warnings = post(f"permalink: {permalink}")
    assert front_matter.old_addresses == ["x"] * permalink.endswith("/x/")
    assert warnings == [(f"has a permalink with a host; only its path is taken: {permalink}", 4)]


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://example.com/a?x=1&amp;copy=2&copy=3", "https://example.com/a?x=1&copy=2&copy=3"),
        ("HTTP://Example.com/A b", "http://Example.com/A%20b"),
        ("https://例え.jp/中", "https://例え.jp/中"),
    ],
)
def test_a_source_is_kept_as_it_is_written(written, url):
    front_matter, warnings = post(f"from: {written}")
    assert (front_matter.source_url, warnings) == (url, [])


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("www.example.com/a", "https://www.example.com/a"),
        ("www.example.com", "https://www.example.com"),
        ("//example.com/a", "https://example.com/a"),
        ("news.example.com:8080/a", "https://news.example.com:8080/a"),
    ],
)
def test_a_source_without_a_scheme_gets_one(written, url):
    front_matter, warnings = post(f"from: {written}")
    assert front_matter.source_url == url
    assert warnings == [("has a source without https:// or http://; https:// was added", 4)]


@pytest.mark.parametrize(
    "written",
    [
        "javascript:alert(1)",
        "ftp://example.com/",
        "大纪元",
        "/a/b.html",
        "https://",
        "https://exa mple.com/",
        "mailto:a@example.com",
    ],
)
def test_a_source_that_is_no_web_address_is_left_out_and_told(written):
    front_matter, warnings = post(f"from: {written}")
    assert (front_matter.source_url, front_matter.normalized_url, front_matter.source_host) == ("", "", "")
    [(reason, line)] = warnings
    assert reason.startswith("has a source that is no web address: ")
    assert line == 4


def test_a_list_of_sources_is_left_out_and_told():
    assert post("from: [ https://a.example/x ]")[1] == [("has a list as source", 4)]


@pytest.mark.parametrize(
    ("entries", "name", "day", "slug"),
    [
        ("", "2023-09-12-A b.md", date(2023, 9, 12), "A-b"),
        ("", "about.md", date(2023, 9, 11), "夜车"),
        ("slug: other one", "2023-09-12-a.md", date(2023, 9, 12), "other-one"),
        ("slug: 2020", "2023-09-12-a.md", date(2023, 9, 12), "2020"),
        ('slug: ""', "2023-09-12-a.md", date(2023, 9, 12), "a"),
        ("slug: '?!'", "2023-09-12-a.md", date(2023, 9, 12), "!"),
        ("slug: '？'", "2023-09-12-a.md", date(2023, 9, 12), "a"),
        ("slug: [ x ]", "about.md", date(2023, 9, 11), "夜车"),
        ("", "2023-09-12-cafe\u0301.md", date(2023, 9, 12), "café"),
    ],
)
def test_day_and_slug_make_the_address(entries, name, day, slug):
    front_matter, _ = post(entries, name=name)
    assert (front_matter.day, front_matter.slug) == (day, slug)


def test_a_date_without_a_zone_is_read_in_the_archives_zone():
    front_matter, _ = post("", options=ParseOptions("Asia/Taipei", 1000, 1000), name="x.md")
    assert front_matter.published_at == datetime(2023, 9, 10, 16, tzinfo=UTC)
    assert front_matter.day == date(2023, 9, 11)


@pytest.mark.parametrize(
    ("entries", "comments", "hidden"),
    [
        ("", None, False),
        ("comments: true", True, False),
        ("comments: No\npublished: false", False, True),
        ("comments: maybe", None, False),
    ],
)
def test_switches(entries, comments, hidden):
    front_matter, _ = post(entries)
    assert (front_matter.comments, front_matter.hidden) == (comments, hidden)


def test_other_entries_are_kept_as_json():
    front_matter, _ = post('a: {b: [1, ~, "\\0x"]}\n"c d": |\n  two\n  lines\ne: 2023-01-01')
    assert front_matter.other == {"a": {"b": ["1", None, "x"]}, "c d": "two\nlines\n", "e": "2023-01-01"}


VALUES = st.recursive(
    st.none() | st.text(max_size=20),
    lambda each: st.lists(each, max_size=3) | st.dictionaries(st.text(max_size=8), each, max_size=3),
)
KEYS = st.sampled_from(["title", "date", "author", "from", "tags", "categories", "comments", "slug", "published", "x"])
LINES = st.lists(
    st.builds("{}:{}".format, KEYS, st.text(max_size=30))
    | st.text(max_size=30)
    | st.sampled_from(
        ["- a", "  b: c", "title: x", "date: 2023-09-11", "tags: [a", "x: &a [*a]", 'title: "a\\"', "? [b]", "%YAML 1.1"]
    ),
    max_size=8,
).map(lambda lines: "\n".join(["---", *lines, "---", "Text."]).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: f"---\n{text}\n---\n".encode("utf-8", "replace")) | LINES)
def test_any_file_is_a_post_that_postgres_takes_or_a_problem_of_one_line(content):
    try:
        front_matter, warnings = parsed(content)
    except ParseError as error:
        front_matter, warnings = None, [(error.reason, error.line)]
    assert all(reason and "\n" not in reason for reason, _ in warnings)
    assert all(line is None or 1 <= line <= content.count(b"\n") + content.count(b"\r") + 1 for _, line in warnings)
    if not front_matter:
        return
    texts = [front_matter.title, front_matter.author, front_matter.layout, *front_matter.tags, *front_matter.categories]
    assert all(text == " ".join(text.split()) for text in texts)
    assert front_matter.title
    assert front_matter.source_url == "" or front_matter.source_url.startswith(("http://", "https://"))
    assert len({name_slug(tag) for tag in front_matter.tags}) == len(front_matter.tags)
    stored = [
        *texts,
        front_matter.slug,
        front_matter.source_url,
        front_matter.body,
        json.dumps(front_matter.other, ensure_ascii=False),
    ]
    assert not any("\0" in text or "\\u0000" in text for text in stored)
    "".join(stored).encode()


@given(st.dictionaries(KEYS.filter(lambda key: key not in ("title", "date")), VALUES, max_size=6))
def test_any_yaml_without_a_trap_is_read_without_a_complaint_about_its_form(values):
    text = "---\n" + json.dumps({"title": "x", "date": "2023-09-11", **values}, ensure_ascii=False) + "\n---\n"
    _, warnings = parsed(text)
    assert not any("not YAML" in reason for reason, _ in warnings)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"]), min_size=1).filter(str.strip))
def test_any_title_in_quotes_is_kept(title):
    front_matter, _ = parsed(f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\ndate: 2023-09-11\n---\n")
    if "&" not in title:
        assert front_matter.title == " ".join(title.split())


def test_a_date_in_an_unknown_zone_is_read_in_the_archives_with_a_warning():
    front_matter, warnings = parse_post(
        SourceFile(path="a/2021-03-04-x.md", size=0, modified_ns=0),
        b"---\ntitle: X\ndate: 2021-03-04 10:00:00 HKT\n---\n",
        ParseOptions(time_zone="Asia/Taipei", max_title=1000, max_tags=1000),
    )
    assert front_matter.published_at == datetime(2021, 3, 4, 2, tzinfo=UTC)
    assert [(each.line, each.fatal) for each in warnings] == [(3, False)]
    assert "a time zone that is not known, HKT; it was read in Asia/Taipei" in warnings[0].reason
