import pytest

from articles.importing.clean.reading import reading_seconds_of


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("中" * 400, 60),
        ("word " * 238, 60),
        ("it's well-known " * 119, 60),
        ("中" * 400 + "word " * 238, 120),
        ("……\n！！？？", 1),
    ],
)
def test_chinese_is_counted_by_characters_and_english_by_words(text, seconds):
    assert reading_seconds_of(text) == seconds
