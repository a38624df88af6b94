import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.decode import DecodeError, decode

SIMPLIFIED = "---\ntitle: 俄朝确认金正恩和普京峰会\n---\n据报道，金正恩的专列已经离开平壤，前往俄罗斯远东地区。\n"
TRADITIONAL = "---\ntitle: 俄朝確認金正恩和普京峰會\n---\n據報道，金正恩的專列已經離開平壤，前往俄羅斯遠東地區。\n"


@pytest.mark.parametrize("text", ["plain", "中文\n", "a\r\nb\rc\n", "\u200eRTL\u202e", "𠮷野家", ""])
def test_utf8_is_read_as_it_is(text):
    assert decode(text.encode()) == (text, [])


@pytest.mark.parametrize(
    "encoding",
    ["utf-8-sig", "utf-16", "utf-32", "utf-16-le", "utf-16-be"],
)
def test_a_byte_order_mark_or_the_first_hyphens_tell_the_encoding(encoding):
    assert decode(SIMPLIFIED.encode(encoding)) == (SIMPLIFIED, [])


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF16_LE, "utf-16-le")],
)
def test_marks_of_either_byte_order_are_known(mark, encoding):
    assert decode(mark + TRADITIONAL.encode(encoding)) == (TRADITIONAL, [])


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (SIMPLIFIED, "gb18030"),
        (TRADITIONAL, "gb18030"),
        (TRADITIONAL, "big5hkscs"),
        ("---\ntitle: 標題\n---\n內容\n", "big5hkscs"),
        ("---\ntitle: 标题\n---\n内容\n", "gb18030"),
        ("---\ntitle: 測試文章\n---\nEnglish text with one line of Chinese: 測試\n" * 3, "big5hkscs"),
        ("---\ntitle: 香港嘅啲嘢\n---\n佢哋喺度飲茶，𨋢門開咗。\n", "big5hkscs"),
        ("---\ntitle: 镕基\n---\n朱镕基总理的讲话〇\n", "gb18030"),
    ],
)
def test_chinese_encodings_are_recognized_and_reported(text, encoding):
    assert decode(text.encode(encoding)) == (text, [(f"is not UTF-8; it was read as {encoding.upper()}", None)])


def test_a_broken_byte_in_a_gb18030_file_costs_one_character():
    content = SIMPLIFIED.encode("gb18030").replace("专".encode("gb18030"), b"\xff")
    text, warnings = decode(content)
    assert text == SIMPLIFIED.replace("专", "\ufffd")
    assert warnings == [
        ("is not UTF-8; it was read as GB18030", None),
        ("has bytes that are not GB18030; they were replaced", 4),
    ]


def test_a_stray_byte_in_utf8_is_replaced_and_its_line_told():
    content = SIMPLIFIED.encode().replace("专".encode(), b"\xff")
    assert decode(content) == (SIMPLIFIED.replace("专", "\ufffd"), [("has bytes that are not UTF-8; they were replaced", 4)])


def test_western_letters_are_not_taken_for_chinese():
    text, warnings = decode("title: Café naïve, Übermut".encode("latin-1"))
    assert text == "title: Caf\ufffd na\ufffdve, \ufffdbermut"
    assert warnings == [("has bytes that are not UTF-8; they were replaced", 1)]


def test_a_lone_surrogate_is_replaced_and_its_line_told():
    assert decode("a\r\n\ud800b".encode("utf-16", "surrogatepass")) == (
        "a\r\n\ufffdb",
        [("has bytes that are not UTF-16; they were replaced", 2)],
    )
    text, warnings = decode(("中文" * 40).encode() + b"\r\xed\xb0\x80")
    assert text == "中文" * 40 + "\r\ufffd\ufffd\ufffd"
    assert warnings == [("has bytes that are not UTF-8; they were replaced", 2)]


def test_a_truncated_utf16_file_is_reported():
    text, warnings = decode(SIMPLIFIED.encode("utf-16")[:-1])
    assert text == SIMPLIFIED[:-1] + "\ufffd"
    assert warnings == [("has bytes that are not UTF-16; they were replaced", 4)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_nul_characters_are_dropped_and_their_line_told(line_end):
    content = line_end.join(["---", "title: a\0b", "---", "c\0"]).encode()
    assert decode(content) == (line_end.join(["---", "title: ab", "---", "c"]), [("has NUL characters; they were dropped", 2)])


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 10,
        b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 8,
        b"\x7fELF\x02\x01\x01" + b"\x01\x02\x03\x04" * 50,
        b"---\ntitle: x\n---\n" + b"\x01\x02\x05\x10" * 10,
    ],
)
def test_a_binary_file_is_refused_valid_utf8_or_not(content):
    with pytest.raises(DecodeError, match="not a text file"):
        decode(content)


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_refused(content):
    try:
        text, warnings = decode(content)
    except DecodeError:
        return
    assert "\0" not in text
    text.encode()
    assert all(reason and (line is None or line >= 1) for reason, line in warnings)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t"), max_size=200))
def test_any_text_survives_utf8(text):
    assert decode(text.encode("utf-8-sig")) == (text, [])
