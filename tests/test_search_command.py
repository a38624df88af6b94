"""search_posts: the search for scripts."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import InterfaceError, OperationalError, connection

from articles.importing.undo import undo_import
from articles.models import ImportRun, SearchRow

from .files import run_import, write_post
from .locks import locked

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(tmp_path):
    for number in range(3):
        write_post(
            tmp_path,
            f"2023-09-1{number}-post-{number}.md",
            title=f"第{number}篇",
            date=f"2023-09-1{number}T13:26:13.000Z",
            source=f"https://example.com/{number}" if number else "",
            author="林一舟" if number else "",
            body="<p>金正恩訪俄</p>",
        )
    run_import(tmp_path)


def search(*arguments):
    out = StringIO()
    call_command("search_posts", *arguments, stdout=out)
    return out.getvalue()


def test_the_json_has_the_number_of_all_hits_and_the_newest_of_them(archive):
    assert json.loads(search("金正恩访俄", "--limit", "2", "--json")) == {
        "total": 3,
        "posts": [
            {
                "address": f"/2023-09-1{number}/post-{number}/",
                "source_url": f"https://example.com/{number}",
                "title": f"第{number}篇",
                "published_at": f"2023-09-1{number}T13:26:13+00:00",
                "author": "林一舟",
            }
            for number in (2, 1)
        ],
    }


def test_what_a_post_lacks_is_empty_in_the_json(archive):
    found = json.loads(search("before:2023-09-11", "--json"))["posts"]
    assert [(post["source_url"], post["author"]) for post in found] == [("", "")]


def test_lines_are_for_people(archive):
    assert search("第1篇").splitlines() == ["2023-09-11  第1篇  /2023-09-11/post-1/", "1 found."]


@pytest.mark.parametrize("query", ["没有的", "*", "", "tag:没有"])
def test_nothing_found_is_no_error(archive, query):
    assert json.loads(search(query, "--json")) == {"total": 0, "posts": []}


@pytest.mark.parametrize(
    ("query", "notes"),
    [
        ("金正恩", []),
        ("tag:", ["Nothing in this query can be searched for."]),
        ("金正恩 after:soon", ["No date that is understood. Left out: after:soon"]),
        ("after:soon", ["No date that is understood. Left out: after:soon", "Nothing in this query can be searched for."]),
        (
            "金 " * 20 + "-没有 " + "长" * 500,
            [f"The query is too long. Left out: {'长' * 500}", "The query has too many words. Left out: -没有"],
        ),
    ],
)
def test_what_was_not_understood_is_told_beside_the_hits(archive, capsys, query, notes):
    assert "total" in json.loads(search(query, "--json"))
    assert capsys.readouterr().err.splitlines() == notes


def test_no_posts_wanted_is_the_number_alone(archive):
    assert json.loads(search("金正恩", "--limit", "0", "--json")) == {"total": 3, "posts": []}


def test_a_negative_limit_is_refused():
    with pytest.raises(CommandError, match="--limit: '-1' is no whole number"):
        search("金正恩", "--limit=-1")


@pytest.mark.parametrize("failure", [OperationalError("the connection was lost"), InterfaceError("the cursor is closed")])
def test_a_database_that_fails_is_a_line_and_an_exit_status(failure):
    def fail(*args):
        raise failure

    with connection.execute_wrapper(fail), pytest.raises(CommandError, match=f"The database failed: {failure}") as ended:
        search("金正恩")
    assert ended.value.returncode == 3


def test_a_post_that_goes_while_it_is_found_is_left_out(archive, tmp_path):
    write_post(tmp_path, "2023-09-14-gone.md", source="https://example.com/gone", body="<p>金正恩訪俄</p>")
    run_import(tmp_path)
    runs = list(ImportRun.objects.order_by("-pk")[:1])

    def remove_it(execute, sql, *rest):
        if runs and "articles_author" in sql:
            undo_import(runs.pop())
        return execute(sql, *rest)

    with connection.execute_wrapper(remove_it):
        told = json.loads(search("金正恩", "--json"))
    assert runs == []
    assert [post["title"] for post in told["posts"]] == ["第2篇", "第1篇", "第0篇"]


@pytest.mark.django_db(transaction=True)
def test_a_search_that_takes_too_long_fails_rather_than_tell_half(archive, monkeypatch):
    monkeypatch.setattr("articles.management.commands.search_posts._SECONDS", 0.1)
    with locked(SearchRow), pytest.raises(CommandError, match="took longer than"):
        search("金正恩", "--json")
    assert connection.in_atomic_block is False
