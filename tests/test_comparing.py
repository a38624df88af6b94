import random

import pytest

from articles.history import comparing
from articles.history.comparing import Line, TooLong, compare, fold_away

# old, new, and the stretches of every line: "-" before what is deleted, "+" before what is inserted.
COMPARED = [
    ("", "", []),
    ("甲", "甲", [["甲"]]),
    ("", "新的", [["+新的"]]),
    ("旧的", "", [["-旧的"]]),
    ("他去了北京。", "他去过北京。", [["他去", "-了", "+过", "北京。"]]),
    ("这个行业也就是惨了", "这个行业也是很惨", [["这个行业也", "-就是惨了", "+是很惨"]]),
    # One character between two changes is no hold for the eye.
    ("会议在2月3日召开", "会议在4月5日召开", [["会议在", "-2月3", "+4月5", "日召开"]]),
    # Words of a script with spaces are marked whole.
    ("a quick brown fox jumps", "a quick red fox jumped", [["a quick ", "-brown", "+red", " fox ", "-jumps", "+jumped"]]),
    ("甲\n乙乙乙乙\n丙", "甲\n丁丁丁\n乙乙乙丑\n丙", [["甲"], ["+丁丁丁"], ["乙乙乙", "-乙", "+丑"], ["丙"]]),
    # A sentence is compared with the one it became, though the next one holds more of it.
    (
        "其中自筹二十六万元。",
        "其中自筹十六万元。（昨日误作自筹二十六万元，特此更正。）",
        [["其中自筹", "-二", "十六万元。", "+（昨日误作自筹二十六万元，特此更正。）"]],
    ),
    ("完全不同的一句", "hello", [["-完全不同的一句"], ["+hello"]]),
    ("一\n二\n三", "一\n三", [["一"], ["-二"], ["三"]]),
]


def written(line: Line):
    return [{"same": "", "deleted": "-", "inserted": "+"}[mark] + text for mark, text in line.stretches]


@pytest.mark.parametrize(("old", "new", "lines"), COMPARED)
def test_what_changed_is_marked(old, new, lines):
    assert [written(line) for line in compare(old, new).lines] == lines


def test_a_sentence_that_changed_inside_a_long_paragraph_is_found():
    sentences = [f"这是第{number}句，说的是列车经过的第{number}座桥。" for number in range(200)]
    changed = [*sentences[:100], "新来的一句。", *sentences[100:150], sentences[150].replace("座桥", "条河"), *sentences[151:]]
    compared = compare("".join(sentences), "".join(changed))
    assert [written(line) for line in compared.lines if not line.is_same] == [
        ["+新来的一句。"],
        ["这是第150句，说的是列车经过的第150", "-座桥", "+条河", "。"],
    ]


def random_text(generator, lines, alphabet):
    return "\n".join("".join(generator.choices(alphabet, k=generator.randrange(30))) for _ in range(lines))


@pytest.mark.parametrize("seed", range(30))
def test_both_texts_can_be_read_from_a_comparison(seed):
    generator = random.Random(seed)
    old = random_text(generator, 20, "甲乙丙。 ab")
    new = "".join(character for character in old if generator.random() > 0.1) + random_text(generator, 2, "丁")
    lines = compare(old, new).lines
    assert "".join(text for line in lines for _, text in line.before) == old.replace("\n", "")
    assert "".join(text for line in lines for _, text in line.after) == new.replace("\n", "")


HOSTILE = {
    "no two lines alike": lambda generator: random_text(generator, 3_000, "ab"),
    "one line": lambda generator: "".join(generator.choices("ab", k=100_000)),
    "one letter": lambda generator: "a\n" * generator.randrange(9_000, 18_000),
    "words": lambda generator: " ".join(str(generator.randrange(9_999)) for _ in range(20_000)),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_are_compared_within_bounds(make, monkeypatch):
    looked_at = 0
    generator = random.Random(1)
    old, new = make(generator), make(generator)
    stretches = comparing._stretches

    def counted(before, after):
        nonlocal looked_at
        looked_at += len(before) * len(after)
        return stretches(before, after)

    monkeypatch.setattr(comparing, "_stretches", counted)
    compared = compare(old, new)
    assert looked_at <= 6_000_000
    assert "".join(text for line in compared.lines for _, text in line.after) == new.replace("\n", "")


def test_where_too_much_changed_sentences_are_marked_whole_and_it_is_said():
    generator = random.Random(1)
    old = [f"{number} " + "".join(generator.choices("甲乙丙丁", k=300)) for number in range(200)]
    compared = compare("\n".join(old), "\n".join(f"{line}。" for line in old))
    assert not compared.by_character
    assert [mark for mark, _ in compared.lines[0].stretches] == ["same", "inserted"]
    assert [mark for mark, _ in compared.lines[-1].stretches] == ["deleted", "inserted"]


@pytest.mark.parametrize("text", ["长" * 2_000_001, "短\n" * 40_001])
def test_what_is_too_long_is_refused(text):
    with pytest.raises(TooLong):
        compare(text, "")


def test_unchanged_stretches_are_folded_but_for_what_stands_beside_a_change():
    old = [f"第{number}段" for number in range(20)]
    new = [*old[:10], "第10段，改了", *old[11:]]
    folds = fold_away(compare("\n".join(old), "\n".join(new)).lines)
    assert [(each.is_folded, len(each.lines)) for each in folds] == [(True, 9), (False, 3), (True, 8)]


def test_a_single_line_is_not_folded():
    lines = [Line([("inserted" if number in (2, 6) else "same", "x")]) for number in range(9)]
    assert [each.is_folded for each in fold_away(lines)] == [False]
