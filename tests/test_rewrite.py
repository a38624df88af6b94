import pytest

from articles.importing.rewrite import rewrite

FILE = """---
title: "夜车"
date: 2023-09-11
tags:
- a
- b
---
Text.
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "\ufeff", "\n \n"])
def test_only_the_edited_entries_change(line_end, before):
    text = before + FILE
    changes = {"title": "日车", "tags": ["c"], "author": "A", "comments": None}
    expected = text.replace('"夜车"', '"日车"').replace("tags:\n- a\n- b", 'tags: [ "c" ]').replace("]\n", ']\nauthor: "A"\n')
    assert rewrite(text.replace("\n", line_end), changes) == expected.replace("\n", line_end)


@pytest.mark.parametrize("line_end", ["\n", "\r"])
def test_a_new_body_replaces_the_old_one(line_end):
    assert rewrite(FILE.replace("\n", line_end), {}, body=f"One.{line_end}Two.") == FILE.replace("Text.\n", "One.\nTwo.").replace(
        "\n", line_end
    )


def test_of_entries_with_one_key_the_last_is_edited_and_all_are_removed():
    text = FILE.replace("date", "title: again\ndate")
    assert rewrite(text, {"title": "neu"}) == text.replace("title: again", 'title: "neu"')
    assert rewrite(text, {"title": None, "tags": None}) == "---\ndate: 2023-09-11\n---\nText.\n"


def test_what_stands_around_an_edited_entry_stays():
    text = """---
# The first comment.
title: |
  One

  Two
# The second comment.

来源: somewhere
'author': A
a stray line
---
"""
    edited = text.replace("|\n  One\n\n  Two", '"neu"').replace("'author': A", 'author: "B"')
    assert rewrite(text, {"title": "neu", "author": "B"}) == edited
    assert rewrite(text, {"title": None}) == text.replace("title: |\n  One\n\n  Two\n", "")


@pytest.mark.parametrize("text", ["", "Text.", "Text.\r", "---\ntitle: x\n"])
def test_a_file_without_front_matter_is_refused(text):
    with pytest.raises(ValueError, match="no front matter"):
        rewrite(text, {})
