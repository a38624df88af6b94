"""Whatever is asked, a search answers, and keeps the database busy for no longer than it may."""

import json

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import ArchiveDay, Post, SearchRow, Tag
from articles.search.counting import count_hits
from articles.search.finding import find
from articles.search.query import parse_query
from articles.search.time_limit import OutOfTime, TimeLimit

from .files import run_import, write_post
from .locks import locked

pytestmark = pytest.mark.django_db
# A table can be locked only while no transaction of the test reads it.
with_locks = pytest.mark.django_db(transaction=True)

HOSTILE = {
    "10,000 characters": "金正恩" * 3334,
    "500 words": " ".join(f"词{number}" for number in range(500)),
    "500 alternatives": " OR ".join(f"词{number}" for number in range(500)),
    "500 words that are not wanted": " ".join(f"-词{number}" for number in range(500)),
    "only a star": "*",
    "only what is not wanted": "-x",
    "only minus signs": "-" * 5000,
    "only an operator": "OR OR OR",
    "a quote that isn't closed": '"金正恩',
    "quotes only": '"' * 501,
    "quotes within quotes": '"“「金"正”恩」"',
    "NUL": "金\x00正\x00恩",
    "control characters": "".join(map(chr, range(32))),
    "right-to-left marks": "\u202e金正恩\u202c",
    "a huge number": "9" * 500,
    "dates that are none": "after:0000-99 before:99999-1 after:-1 before:2021-02-31",
    "the ends of time": "after:0001-01-01 before:9999-12-31",
    "thousands of parentheses": "(" * 4000 + "金" + ")" * 4000,
    "SQL": "'; DROP TABLE articles_post; --",
    "what LIKE and regular expressions know": r"% _ \ [a-z]+ (?:x) $1 {0} %s %(x)s",
    "what tsquery knows": "金 & !正 | (恩 <-> 普):*",
    "fields in fields": "tag:title:author:site:x",
    "fields without a name": "tag: author: site: title: after: before:",
    "a site that is no address": "site:[::1 site://// site:http://[",
    "astral characters": "𠮷" * 200 + "😀" * 200,
    "combining marks": "e" + "\u0301" * 400,
    "every bar": "|" * 500,
}


@pytest.fixture
def archive(tmp_path):
    write_post(tmp_path, body="<p>金正恩將訪俄羅斯。</p>")
    run_import(tmp_path)


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_no_query_is_an_error(archive, client, query, sort):
    assert client.get("/search/", {"q": query, "sort": sort}).status_code == 200


@pytest.mark.parametrize("query", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("path", ["/search/atom.xml", "/search/suggest.json"])
def test_no_query_is_an_error_of_feed_or_suggestions(archive, client, path, query):
    assert client.get(path, {"q": query}).status_code == 200


@pytest.mark.parametrize("bytes_sent", ["%ED%A0%80", "%FF%FE", "%00", "%C0%80", "%E9%87"])
@pytest.mark.parametrize("path", ["/search/", "/search/atom.xml", "/search/suggest.json"])
def test_bytes_that_are_no_text_are_no_error(archive, client, path, bytes_sent):
    assert client.get(f"{path}?q=金{bytes_sent}&sort={bytes_sent}&page={bytes_sent}").status_code == 200


@pytest.mark.parametrize(
    "parameters",
    [
        {"page": "9" * 400},
        {"page": "-1", "sort": "relevance"},
        {"page": "999", "sort": "relevance"},
        {"older_than": "9999-12-31_999999999999999999_999999999999999999"},
        {"newer_than": "0001-01-01_-999999999999999999_0"},
        {"older_than": "0001-01-01_0_0", "newer_than": "9999-12-31_0_0"},
        {"words": "a" * 10_000},
        {"phrase": '"' * 100},
        {"without": "- " * 300},
        {"after": "\x00", "before": "99999"},
    ],
    ids=str,
)
def test_no_parameter_is_an_error(archive, client, parameters):
    assert client.get("/search/", {"q": "金正恩", **parameters}, follow=True).status_code == 200


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=st.text(st.characters(exclude_categories=[]) | st.sampled_from('金正恩ab1 "-:|*()“「'), max_size=60))
def test_any_text_is_searched_for(archive, query):
    parsed = parse_query(query, max_length=500, max_terms=20)
    assert find(parsed, 10, TimeLimit(60)).complete
    assert count_hits(parsed, 10, TimeLimit(60)).complete


def test_a_statement_may_take_what_is_left_of_the_time(archive):
    time = TimeLimit(60)
    limits = []
    for part in (time, time.part(5), time.part(600)):
        with part.reading() as cursor:
            cursor.execute("SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout'")
            limits.append(cursor.fetchone()[0])
            Tag.objects.first()
    assert 0 < limits[1] <= 5_000 < limits[2] <= limits[0] <= 60_000


@with_locks
def test_after_a_search_other_queries_have_their_usual_time(archive):
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        before = cursor.fetchone()
        find(parse_query("金", 500, 20), 10, TimeLimit(60))
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == before


@with_locks
def test_a_query_that_waits_too_long_is_ended(archive):
    with locked(Tag), pytest.raises(OutOfTime), TimeLimit(0.05).reading():
        Tag.objects.first()


@with_locks
@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
@pytest.mark.parametrize("model", [SearchRow, ArchiveDay, Tag, Post])
def test_where_a_table_cannot_be_read_the_page_says_that_time_ran_out(archive, client, settings, model, sort):
    settings.SEARCH_SECONDS = 0.3
    with locked(model):
        response = client.get("/search/", {"q": "金正恩 tag:铁路", "sort": sort}, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    assert "Time ran out: only part of the archive was looked through." in response.content.decode()


@with_locks
def test_where_counting_takes_too_long_the_hits_are_shown(archive, client, settings, monkeypatch):
    settings.SEARCH_SECONDS = 0.3

    def counted_under_a_lock(*arguments):
        with locked(SearchRow):
            return count_hits(*arguments)

    monkeypatch.setattr("articles.views.search.count_hits", counted_under_a_lock)
    settings.SEARCH_SECONDS = 5
    page = client.get("/search/", {"q": "金正恩"}, headers={"Accept-Language": "en"}).content.decode()
    assert "Counting takes too long." in page
    assert "<mark>金正恩</mark>" in page


@with_locks
def test_suggestions_that_take_too_long_are_none(archive, client, settings):
    settings.SEARCH_SECONDS = 0.1
    with locked(Tag):
        assert json.loads(client.get("/search/suggest.json", {"q": "铁"}).content) == {"suggestions": []}


def test_what_was_found_before_time_ran_out_is_kept_with_the_place_to_go_on_from(archive, tmp_path, monkeypatch):
    write_post(tmp_path, "2001-01-01-old.md", title="旧", date="2001-01-01", source="https://example.com/old", body="<p>金正恩</p>")
    run_import(tmp_path)
    monkeypatch.setattr("articles.search.finding._WINDOW", 1)
    time, query = TimeLimit(60), parse_query("金正恩", 500, 20)
    everything = find(query, 10, time).places
    monkeypatch.setattr("articles.search.windows.Windows.next", _once(out_of_time_after=1))
    partly = find(query, 10, time)
    monkeypatch.undo()
    assert not partly.complete
    assert partly.places == everything[:1]
    assert find(query, 10, time, beyond=partly.unread).places == everything[1:]


def _once(out_of_time_after):
    from articles.search.windows import Windows

    usual, calls = Windows.next, []

    def next_window(windows, found, wanted):
        calls.append(wanted)
        if len(calls) > out_of_time_after:
            raise OutOfTime
        return usual(windows, found, wanted)

    return next_window
