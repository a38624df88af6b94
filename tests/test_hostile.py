"""Files made to harm: each becomes a post or one line of the problem report, and the others are imported all the same."""

import random
import signal
from multiprocessing import get_context

import pytest

from articles.importing import work
from articles.models import ImportProblem, Post, Tag

from .endless import count_for_ever
from .files import post_text, run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)

CHINESE = "".join(map(chr, range(0x4E00, 0x9FA5)))


def some_chinese(length, seed=1):
    return "".join(random.Random(seed).choices(CHINESE, k=length))


def post(entries="", body="Text.", title="title: 夜车", date="date: 2023-09-11"):
    return f"---\n{title}\n{date}\n{entries}\n---\n{body}\n"


@pytest.fixture
def imported(tmp_path, monkeypatch):
    """Import a file with this content beside a good one; return its post and the problems."""
    monkeypatch.setattr(work, "SECONDS_PER_FILE", 10)

    def run(content, name="2023-09-11-hostile.md"):
        write_post(tmp_path, "2023-09-12-good.md", title="Good")
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))
        counts = run_import(tmp_path)
        assert counts in ({"created": 2}, {"created": 1, "failed": 1})
        assert Post.objects.filter(title="Good").exists()
        problems = [(problem.reason, problem.line, problem.fatal) for problem in ImportProblem.objects.all()]
        assert all("\n" not in reason and len(reason) < 300 for reason, *_ in problems)
        assert sum(fatal for *_, fatal in problems) == counts.get("failed", 0)
        return Post.objects.exclude(title="Good").first(), problems

    return run


def seen(client, post):
    response = client.get(post.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def bomb():
    levels = ['a0: &a0 ["lol"]', *(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12))]
    return post("\n".join(levels))


POSTS = {
    "a YAML alias bomb": bomb(),
    "10,000 equal keys": post("author: x\n" * 10_000),
    "10,000 different keys": post("\n".join(f"key{number}: {number}" for number in range(10_000))),
    "NUL characters": post("author: a\0b", body="Te\0xt\0"),
    "a NUL escape": post('author: "a\\0b"\nother: "\\0"'),
    "lone surrogates in UTF-8": post(f"author: \ud800x{some_chinese(200)}", body="\udc00 text"),
    "lone surrogates in UTF-16": b"\xff\xfe" + post("author: \ud800x", body="\udfff").encode("utf-16-le", "surrogatepass"),
    "noncharacters": post("author: \uffff\ufffe\U0010ffff", body="\uffff\U0001ffff"),
    "control characters": post("author: \x1b[31mred", body="<p>" + "".join(map(chr, range(1, 32))) + "x" * 2000 + "</p>"),
    "10,000 tags": post(f"tags: [ {', '.join(f'tag {number}' for number in range(10_000))} ]"),
    "a tag of 10,000 characters": post(f"tags: [ {some_chinese(10_000)} ]"),
    "a tag that grows when it is folded": post("tags: [ " + "\ufdfa" * 200 + " ]"),
    "an author of 10,000 characters": post(f"author: {some_chinese(10_000)}"),
    "a layout of 100,000 characters": post(f"layout: {some_chinese(100_000)}"),
    "a source of 100,000 characters": post("from: https://one.example/?" + "&".join(f"a{number}=1" for number in range(14_000))),
    "a title of 900 accents": post(title="title: e" + "\u0301" * 900),
    "HTML nested 10,000 deep": post(body="<div>" * 10_000 + "deepest" + "</div>" * 10_000),
    "HTML nested 10,000 deep and never closed": post(
        body="".join(f"<{tag}>" for tag in ["ul", "li", "table", "tr", "td", "b", "font", "blockquote"] * 1250) + "deepest"
    ),
    "an element of 1,000,000 attributes": post(body=f"<p {' '.join(f'a{number}=1' for number in range(1_000_000))}>Text.</p>"),
    "2,000 elements of 500 attributes": post(body=f"<p {' '.join(f'a{number}' for number in range(500))}>Text.</p>\n" * 2000),
    "quotes nested 10,000 deep": post(body="> " * 10_000 + "deepest"),
    "lists nested 1,000 deep": post(body="\n".join("  " * depth + "- deepest" for depth in range(1000))),
    "links that are never closed": post(body="[a](" * 50_000),
    "brackets": post(body="[" * 100_000),
    "emphasis": post(body="*a **b _c" * 10_000),
    "comments that are never closed": post(body="<!--" * 50_000),
    "one line of 3 MB": post(body=some_chinese(1_000_000)),
    "a picture of 10 MB in the text": post(body=f'<img src="data:image/png;base64,{"A" * 10_000_000}">after'),
    "liquid": post(body="{{ site.title }} {% include x %} {% raw %}"),
}


@pytest.mark.parametrize("what", POSTS)
def test_a_post_comes_of(what, imported, client):
    found, _ = imported(POSTS[what])
    assert found
    seen(client, found)


REFUSED = {
    "lists nested 100,000 deep": (post("x: " + "[" * 100_000), "nested more than 20 deep"),
    "mappings nested 1,000 deep": (post("\n".join(" " * depth + "x:" for depth in range(1000))), "nested more than 20 deep"),
    "2 MB of front matter": (post(f"x: {'y' * 2_000_000}"), "front matter of more than"),
    "front matter that never ends": ("---\n" + "x: y\n" * 500_000, "never closed"),
    "a million dashes": ("-" * 1_000_000, "no front matter"),
    "NUL characters only": (b"\0" * 1_000_000, "no front matter"),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 1000, "not a text file"),
    "a date with 100,000 digits": (post(date=f"date: 2023-09-11 10:00:00.{'1' * 100_000}x"), "is not a date"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_line_of_the_problem_report_comes_of(what, imported):
    content, reason = REFUSED[what]
    found, problems = imported(content)
    assert found is None
    [(told, _, fatal)] = problems
    assert reason in told
    assert fatal


def test_a_file_of_100_mb_is_not_even_read(tmp_path):
    with (tmp_path / "2023-09-11-large.md").open("wb") as file:
        file.write(post_text().encode())
        file.truncate(100 * 1024 * 1024)
    assert run_import(tmp_path) == {"failed": 1}
    assert "is larger than 33,554,432 bytes" in ImportProblem.objects.get().reason


def test_an_alias_bomb_is_kept_as_it_is_written(imported):
    found, problems = imported(bomb())
    assert found.other["a0"] == ["lol"]
    assert found.other["a11"] == "&a11 [" + ", ".join(["*a10"] * 9) + "]"
    assert len(problems) <= 21


@pytest.mark.parametrize("encoding", ["gb18030", "big5hkscs", "utf-16", "utf-8-sig"])
def test_a_post_in_another_encoding_is_read_and_only_a_guess_is_told(encoding, imported, client):
    text = post_text(title="夜車", author="林", source="https://news.example.com/2", body="<p>列車在黃昏離開車站。</p>" * 3)
    found, problems = imported(text.encode(encoding))
    assert (found.title, found.author.name) == ("夜車", "林")
    assert "列車在黃昏離開車站。" in seen(client, found)
    expected = [(f"is not UTF-8; it was read as {encoding.upper()}", None, False)] if encoding in ("gb18030", "big5hkscs") else []
    assert problems == expected


def test_marks_of_direction_turn_no_title_around(imported, client):
    found, _ = imported(post(title="title: a\u202etxt.exe\u202c\u2066b\u200f", body="<p>\u202eabc</p>"))
    assert found.title == "atxt.exeb"
    seen(client, found)


DATES = [
    *("0001-01-01", "0001-01-01T00:00:00Z", "0001-01-01T14:00:00+14:00", "0999-12-31 23:59:59", "1582-10-10"),
    *("1969-12-31T23:59:59Z", "2038-01-19T03:14:08Z", "9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T11:00:00-12:00"),
]


@pytest.mark.parametrize("date", DATES)
def test_a_post_of_any_year_is_shown_and_listed(date, imported, client):
    found, problems = imported(post(date=f"date: {date}"), name="undated.md")
    assert problems == []
    seen(client, found)
    day = found.day.isoformat()
    for address in ("/", f"/{day[:4]}/", f"/{day[:4]}/{day[5:7]}/", f"/{day}/", "/archive/", "/atom.xml", "/sitemap.xml"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "date", ["0000-01-01", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01", "10000-01-01", "2023-01-01T00:00:00+25:00"]
)
def test_a_date_outside_the_calendar_costs_its_file(date, imported):
    found, problems = imported(post(date=f"date: {date}"))
    assert found is None
    assert problems[0][0].startswith("has a date that is ")
    assert problems[0][1] == 3


def test_of_10_000_tags_the_first_1_000_are_kept(imported):
    found, problems = imported(POSTS["10,000 tags"])
    assert found.tags.count() == 1000
    assert [reason for reason, *_ in problems] == ["has 10,000 tags; the first 1,000 were kept"]


def test_tags_that_differ_in_case_width_or_unseen_characters_are_one(imported):
    found, _ = imported(post("tags: [ Kabul, KABUL, ｋａｂｕｌ, 'Ka\u200bbul', 'kabul ', \u202ekabul ]"))
    assert list(found.tags.values_list("name", "slug")) == [("Kabul", "kabul")]
    assert Tag.objects.filter(slug="kabul").count() == 1


def test_a_title_of_10_000_characters_is_cut_and_told(imported, client):
    title = some_chinese(10_000)
    found, problems = imported(post(title=f"title: {title}"), name="untitled.md")
    assert found.title == title[:999] + "…"
    assert len(found.slug.encode()) <= 200
    assert problems == [("has a title of 10,000 characters; it was cut to 1,000", 2, False)]
    seen(client, found)


def test_the_text_of_deeply_nested_html_is_kept(imported):
    found, _ = imported(POSTS["HTML nested 10,000 deep"])
    assert found.text == "deepest"


def test_a_file_that_takes_too_long_costs_no_other(imported, monkeypatch):
    monkeypatch.setattr(work, "SECONDS_PER_FILE", 0.5)
    found, problems = imported(post(body="![" * 200_000))
    assert found is None
    assert problems == [("took longer than 0.5 seconds to read", None, True)]


def test_a_worker_that_hears_no_signal_is_ended():
    worker = get_context("forkserver").Process(target=count_for_ever)
    worker.start()
    worker.join()
    assert worker.exitcode == -signal.SIGVTALRM
