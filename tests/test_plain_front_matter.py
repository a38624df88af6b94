"""Plain front matter is read without a parser of YAML: nobody may see a difference."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.front_matter import ParseError, read_front_matter
from articles.importing.plain_front_matter import read_plain

PIECES = [
    *" :#,-[]{}\"'\\?&*!|>%@`~=.\t",
    ": ",
    " #",
    "null",
    "a",
    "b c",
    "1",
    "2023-09-11",
    "夜车",
    "“引”",
    "\xa0",
    "\u3000",
    "é",
    "😀",
]
VALUES = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
LIKELY_VALUES = VALUES | VALUES.map('"{}"'.format) | VALUES.map("[{}]".format) | VALUES.map(" a{}".format)
LINES = st.tuples(st.sampled_from(["a", "title", "tags", "no", "x-1", "b_", "1", "中", "- a", " a"]), LIKELY_VALUES).map(": ".join)


def entries_of(text):
    try:
        return read_front_matter(f"---\n{text}\n---\n")[0]
    except ParseError as error:
        return str(error)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("a:", None),
        ("a: null", None),
        ("a: 夜车 [1], 'x' & 1:2", "夜车 [1], 'x' & 1:2"),
        ("a: \"夜车: # 'x'\" ", "夜车: # 'x'"),
        ('a: ""', ""),
        ("a: https://example.com/?a=1#b", "https://example.com/?a=1#b"),
        ("a: [ 大牛In China, b c ,2 ]", ["大牛In China", "b c", "2"]),
        ("a: [ ]", []),
        ("a: [null]", [None]),
    ],
)
def test_plain_entries_are_read_without_yaml(line, value):
    assert read_plain(f"title: x\n{line}\n") == {"title": "x", "a": value}


@pytest.mark.parametrize(
    "line",
    [
        *("a:b", "a: b: c", "a: b #c", "a: b:", "a: b\tc", 'a: "b\\n"', 'a: "b" c', "a: 'b'"),
        *("a: [b, ]", "a: [b: c]", "a: [*b]", "a: *b", "a: - b", "a: |", "  b", "- b", "# c", "", "title: y"),
    ],
)
def test_what_may_mean_more_is_left_to_yaml(line):
    assert read_plain(f"title: x\n{line}\n") is None


@given(st.lists(LINES, min_size=1, max_size=4).map("\n".join))
def test_it_is_read_as_yaml_reads_it(text):
    # With a comment it isn't plain.
    as_yaml = entries_of(f"{text}\n# A comment")
    assert read_plain(text) is None or entries_of(text) == as_yaml
