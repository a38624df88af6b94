"""The search as readers meet it: its page, form, facets, feed, suggestions."""

import re
import runpy
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup

from articles.importing.editing import set_hidden
from articles.models import Post

from .conftest import ROOT
from .files import run_import, write_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def archive(tmp_path):
    """Seven posts, a day apart; each second one by another author, and the fifth in traditional characters."""
    for number in range(7):
        day = date(2020, 12, 29) + timedelta(days=number)
        write_post(
            tmp_path,
            f"{day}-post-{number}.md",
            title=f"第{number}篇：普京" if number != 4 else "第4篇：俄羅斯",
            date=f"{day}T10:00:00Z",
            source=f"https://{'news' if number % 2 else 'daily'}.example.com/{number}",
            author="林一舟" if number % 2 else "Jane Doe",
            tags=f"[ 国际, {'铁路' if number % 2 else '航空'} ]",
            body=f"<p>开头。</p><p>{'金正恩將訪俄羅斯' if number == 4 else '金正恩将访俄罗斯'}，iPhone 15 也在{number}。</p>",
        )
    run_import(tmp_path)


def test_what_is_typed_and_what_is_filled_in_are_searched_for_together(archive, client):
    response = client.get("/search/", {"q": "普京", "before": "2021", "sort": "oldest"})
    assert parse_qs(urlsplit(response["Location"]).query) == {"q": ["普京 before:2021"], "sort": ["oldest"]}


@pytest.fixture
def small_pages(settings):
    settings.ARCHIVE_PAGE_SIZE = 3


def searched(client, query, **parameters):
    response = client.get("/search/", {"q": query, **parameters}, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return BeautifulSoup(response.content, "lxml")


def titles(page):
    return [item.a.get_text() for item in page.select(".hits li")]


def numbers(page):
    return [int(re.search("[0-9]", title)[0]) for title in titles(page)]


def link(page, selector):
    found = page.select_one(selector)
    return found and unescape(found["href"])


def follow(client, href):
    return BeautifulSoup(client.get(href, headers={"Accept-Language": "en"}).content, "lxml")


@pytest.mark.parametrize(
    "query", ["金正恩访俄罗斯", "金正恩訪俄羅斯", "ＩＰＨＯＮＥ　１５", "iphone 15", "tag:國際", "author:jane-doe OR author:林一舟"]
)
def test_every_spelling_finds_the_posts_newest_first(archive, client, query):
    query = query.replace("恩访", "恩将访").replace("恩訪", "恩將訪")
    assert numbers(searched(client, query)) == [6, 5, 4, 3, 2, 1, 0]


def test_the_hit_is_shown_in_its_sentence_with_the_original_characters(archive, client):
    page = searched(client, "恩将访俄罗斯 15")
    assert [[mark.get_text() for mark in item.select("p mark")] for item in page.select(".hits li")[2:4]] == [
        ["恩將訪俄羅斯", "15"],
        ["恩将访俄罗斯", "15"],
    ]
    assert page.select(".hits li")[2].p.get_text() == "…金正恩將訪俄羅斯，iPhone 15 也在4。"


def test_a_hit_in_the_title_is_marked_there(archive, client):
    page = searched(client, "俄罗斯 title:俄罗斯")
    assert str(page.select_one(".hits a")).count("<mark>俄羅斯</mark>") == 1


def test_a_hit_links_to_its_place_in_the_text_as_it_is_written_there(archive, client):
    href = link(searched(client, "恩将访俄罗斯 title:俄罗斯"), ".hits a")
    assert href.startswith("/2021-01-02/post-4/#:~:text=")
    assert parse_qs(urlsplit(href).fragment.removeprefix(":~:"))["text"] == ["恩將訪俄羅斯"]


def test_an_empty_search_shows_the_form_and_the_syntax(client, db):
    page = searched(client, "")
    assert page.select_one("details.advanced[open] form")
    assert not page.select_one(".results, .total")


def test_the_form_writes_the_syntax(archive, client):
    filled = {
        "words": "金正恩",
        "phrase": "恩将访",
        "either": "普京 不存在",
        "without": "没有",
        "title": "普京",
        "tag": "国际",
        "author": "Jane Doe",
        "site": "example.com",
        "after": "2020",
        "before": "2021",
        "sort": "oldest",
    }
    response = client.get("/search/", filled)
    assert response.status_code == 302
    asked = parse_qs(urlsplit(response["Location"]).query)
    assert asked["q"] == [
        '金正恩 "恩将访" 普京 OR 不存在 -没有 title:普京 tag:"国际" author:"Jane Doe" site:"example.com" after:2020 before:2021'
    ]
    assert numbers(follow(client, response["Location"])) == [0, 2]


def test_the_longest_query_that_is_read_fits_into_an_address_and_what_is_longer_into_the_box(client, db, settings):
    server = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    box = follow(client, "/search/").select_one("#q")
    query = "国" * int(box["maxlength"])
    assert len("GET /search/?" + urlencode({"q": query, "sort": "relevance"}) + " HTTP/1.1") < server["limit_request_line"]
    assert follow(client, f"/search/?q={query}").select_one(".note")


def test_a_quote_in_a_field_of_the_form_stays_within_it(client, db):
    response = client.get("/search/", {"words": "“金正恩", "phrase": "「恩将访", "without": "„没有 『普京"})
    assert parse_qs(urlsplit(response["Location"]).query)["q"] == ['金正恩 "恩将访" -没有 -普京']


def test_a_bar_of_the_chart_leads_to_as_many_hits_as_it_says_where_a_quote_was_left_open(archive, client):
    bar = follow(client, "/search/?q=%22普京").select_one("svg.years a")
    counted = bar["aria-label"].split()[1]
    assert follow(client, bar["href"]).select_one(".total").get_text().split()[0] == counted


@pytest.mark.parametrize(("sort", "expected"), [("newest", [6, 5, 4, 3, 2, 1, 0]), ("oldest", [0, 1, 2, 3, 4, 5, 6])])
def test_pages_lead_to_the_end_and_back(archive, client, small_pages, sort, expected):
    page = searched(client, "金正恩", sort=sort)
    forth = [numbers(page)]
    while following := link(page, '[rel="next"]'):
        page = follow(client, following)
        forth.append(numbers(page))
    assert forth == [expected[:3], expected[3:6], expected[6:]]
    back = []
    while previous := link(page, '[rel="prev"]'):
        page = follow(client, previous)
        back.append(numbers(page))
    assert back[:2] == [expected[3:6], expected[:3]]


def test_pages_by_relevance_lead_to_the_end_and_back(archive, client, small_pages):
    page, found = searched(client, "俄罗斯", sort="relevance"), []
    assert numbers(page)[0] == 4
    while following := link(page, '[rel="next"]'):
        found += numbers(page)
        page = follow(client, following)
    assert sorted(found + numbers(page)) == list(range(7))
    assert numbers(follow(client, link(page, '[rel="prev"]'))) == found[3:6]


@pytest.mark.parametrize("parameters", [{"sort": "best"}, {"page": "x"}, {"older_than": "x"}, {"newer_than": "9999"}])
def test_a_parameter_that_makes_no_sense_is_passed_over(archive, client, parameters):
    assert numbers(searched(client, "金正恩", **parameters)) == [6, 5, 4, 3, 2, 1, 0]


def test_the_address_of_a_search_is_the_same_on_all_its_pages(archive, client, small_pages):
    page = searched(client, "金正恩", sort="oldest")
    canonical = link(page, '[rel="canonical"]')
    assert canonical == f"http://testserver/search/?{urlencode({'q': '金正恩', 'sort': 'oldest'})}"
    assert link(follow(client, link(page, '[rel="next"]')), '[rel="canonical"]') == canonical


@pytest.mark.parametrize(
    "place",
    [
        {"older_than": "2001-01-01_0_1"},
        {"newer_than": "2030-01-01_1900000000000000_1"},
        {"sort": "oldest", "newer_than": "2030-01-01_1900000000000000_1"},
        {"sort": "relevance", "page": "9"},
    ],
)
def test_a_page_past_the_end_says_so_and_leads_back_to_the_first(archive, client, place):
    page = searched(client, "金正恩", **place)
    assert page.select_one(".empty").get_text() == "This is the end of what was found. First page"
    assert not page.select(".pager")
    first = link(page, ".empty a")
    assert len(titles(follow(client, first))) == 7
    assert parse_qs(urlsplit(first).query) == {"q": ["金正恩"], **({"sort": [place["sort"]]} if "sort" in place else {})}


def test_the_last_page_says_that_it_is_the_last(archive, client, small_pages):
    page = searched(client, "金正恩")
    while following := link(page, '[rel="next"]'):
        assert not page.select(".pager span")
        page = follow(client, following)
    assert page.select_one(".pager span").get_text() == "This is the end of the list."
    assert numbers(follow(client, link(page, ".pager a"))) == [6, 5, 4]


def test_the_last_page_by_relevance_says_that_not_all_are_ranked(archive, client, monkeypatch):
    assert not searched(client, "访俄罗斯", sort="relevance").select(".posts-found .note")
    monkeypatch.setattr("articles.search.ranking.RANKED_NEWEST", 4)
    monkeypatch.setattr("articles.search.ranking.RANKED_TITLES", 1)
    page = searched(client, "金正恩", sort="relevance")
    assert "Only 4 posts are in order of relevance" in page.select_one(".posts-found .note").get_text()
    assert numbers(follow(client, link(page, ".posts-found .note a"))) == [6, 5, 4, 3, 2, 1, 0]


def test_what_a_query_has_too_much_is_shown(archive, client):
    page = searched(client, "金 " * 20 + "-没有 after:soon " + "长" * 500)
    told = {note.get_text().split(".")[0].strip(): note.q.get_text() for note in page.select(".note")}
    assert told["A search takes up to 20 words"] == "-没有"
    assert told["A date is written 2021, 2021-03 or 2021-03-05"] == "after:soon"
    assert told["A search takes up to 500 characters"].startswith("长长")


@pytest.mark.parametrize("query", ["金正恩 " * 20, "金正恩 -" + "长" * 490])
def test_where_no_name_fits_into_the_query_none_is_offered(archive, client, query):
    page = searched(client, query)
    assert titles(page)
    assert not page.select("aside a, .to-narrow")
    for bar in page.select("svg.years a"):
        assert titles(follow(client, bar["href"]))


def test_a_year_that_does_not_fit_into_the_query_is_shown_without_a_link(archive, client):
    page = searched(client, "金正恩 -" + "长" * 490)
    assert [bar["aria-label"] for bar in page.select("svg.years g")] == ["2020: 3 posts", "2021: 4 posts"]
    assert not page.select("svg.years a")


def test_the_forms_fields_together_fit_into_an_address(client, db):
    server = runpy.run_path(str(ROOT / "gunicorn.conf.py"))
    fields = follow(client, "/search/").select("details form input")
    filled = {each["name"]: "国" * int(each["maxlength"]) for each in fields}
    assert len(f"GET /search/?{urlencode(filled)} HTTP/1.1") < server["limit_request_line"]


def test_what_was_meant_keeps_the_rest_of_the_query(archive, client):
    page = searched(client, 'tag:铁道 "恩将访" -第1篇 after:2020-12-31 site:example.com', sort="oldest")
    meant = link(page, ".near a")
    assert parse_qs(urlsplit(meant).query) == {
        "q": ['tag:"铁路" "恩将访" -第1篇 site:example.com after:2020-12-31'],
        "sort": ["oldest"],
    }
    assert numbers(follow(client, meant)) == [3, 5]


@pytest.mark.parametrize("query", ["tag:铁道 没有这回事", "金正恩 -tag:铁路 -tag:航空", "没有这回事 -tag:铁道"])
def test_what_finds_nothing_either_is_not_offered(archive, client, query):
    page = searched(client, query)
    assert titles(page) == []
    assert not page.select(".near")


def test_what_hits_have_in_common_is_counted(archive, client):
    page = searched(client, "金正恩")
    assert page.select_one(".total").get_text().split("\n")[1].strip() == "7 posts"
    facets = {item.a.get_text(): item.span.get_text() for item in page.select("aside li")}
    assert facets == {
        "国际": "7",
        "航空": "4",
        "铁路": "3",
        "随笔": "7",
        "Jane Doe": "4",
        "林一舟": "3",
        "daily.example.com": "4",
        "news.example.com": "3",
    }


def test_a_name_that_cannot_be_asked_for_is_no_facet(client, tmp_path):
    write_post(tmp_path, tags="[ '*', 铁路 ]")
    run_import(tmp_path)
    assert [item.a.get_text() for item in searched(client, "夜车").select("aside ul")[0].select("li")] == ["铁路"]


def test_an_author_written_in_both_scripts_counts_once_with_all_posts(client, tmp_path):
    for number, author in enumerate(["石炳鋒", "石炳锋", "石炳鋒", "林一舟"]):
        write_post(tmp_path, f"2023-09-1{number}-night.md", author=author, source=f"https://example.org/{number}")
    run_import(tmp_path)
    authors = {item.a.get_text(): item for item in searched(client, "夜车").select("aside li") if "author" in item.a["href"]}
    assert {name: item.span.get_text() for name, item in authors.items()} == {"石炳鋒": "3", "林一舟": "1"}
    assert len(follow(client, authors["石炳鋒"].a["href"]).select(".hits li")) == 3


@pytest.mark.parametrize(("name", "expected"), [("铁路", [5, 3, 1]), ("Jane Doe", [6, 4, 2, 0]), ("news.example.com", [5, 3, 1])])
def test_a_facet_narrows_the_search_to_as_many_hits_as_it_says(archive, client, name, expected):
    href = next(item.a["href"] for item in searched(client, "金正恩").select("aside li") if item.a.get_text() == name)
    assert numbers(follow(client, href)) == expected


def test_a_bar_of_the_chart_narrows_the_search_to_its_year(archive, client):
    bars = searched(client, "金正恩").select("svg.years a")
    assert [bar["aria-label"] for bar in bars] == ["2020: 3 posts", "2021: 4 posts"]
    assert numbers(follow(client, bars[0]["href"])) == [2, 1, 0]


def test_past_the_bound_counts_say_so(archive, client, settings, monkeypatch):
    settings.SEARCH_COUNT_BOUND = 3
    monkeypatch.setattr("articles.search.counting._WINDOW", 1)
    page = searched(client, "金正恩")
    assert page.select_one(".total").get_text().split("\n")[1].strip() == "3+ posts"
    # All of January, and nothing of December.
    assert page.select_one(".over-time .note").get_text() == "Counted since January 2021."
    assert [bar["aria-label"] for bar in page.select("svg.years a")] == ["2021: 4 posts"]


def test_every_search_is_a_feed_of_its_newest_hits(archive, client):
    href = link(searched(client, "航空", sort="oldest"), ".total a")
    feed = BeautifulSoup(client.get(href).content, "xml")
    assert [entry.title.get_text() for entry in feed.find_all("entry")] == [
        "第6篇：普京",
        "第4篇：俄羅斯",
        "第2篇：普京",
        "第0篇：普京",
    ]


@pytest.mark.parametrize("query", ["tag:铁道", "tag:鐵道", "author:林一州", "林一州", '"Jame Doe"'])
def test_where_nothing_is_found_a_name_one_slip_away_is_offered(archive, client, query):
    page = searched(client, query)
    assert titles(page) == []
    meant = page.select_one(".near a")
    assert meant.get_text() in ("铁路", "林一舟", "Jane Doe")
    assert titles(follow(client, meant["href"]))


def test_nothing_found_says_what_to_do(archive, client):
    page = searched(client, "没有这回事")
    assert page.select_one(".total").get_text().split("\n")[1].strip() == "0 posts"
    assert page.select_one(".empty").get_text() == "No post holds all of this. Fewer words find more."
    assert not page.select_one("aside, .near")


@pytest.mark.parametrize(
    ("typed", "names"), [("國", ["国际"]), ("鐵路", ["铁路"]), ("JANE", ["Jane Doe"]), ("", []), ("没有", []), ("\x00", [])]
)
def test_names_are_offered_while_they_are_typed(archive, client, typed, names):
    suggestions = client.get("/search/suggest.json", {"q": typed}).json()["suggestions"]
    assert [each["name"] for each in suggestions] == names


def test_suggestions_tell_kind_and_number(archive, client):
    assert client.get("/search/suggest.json", {"q": "铁"}).json() == {
        "suggestions": [{"kind": "tag", "name": "铁路", "post_count": 3}],
    }


@pytest.mark.parametrize("size", [2, 7])
@pytest.mark.parametrize(("sort", "number"), [("newest", 26), ("oldest", 26), ("relevance", 35)])
def test_a_page_takes_as_many_queries_however_many_hits_it_shows(
    archive, client, settings, django_assert_num_queries, size, sort, number
):
    settings.ARCHIVE_PAGE_SIZE = size
    searched(client, "金正恩", sort=sort)
    with django_assert_num_queries(number):
        searched(client, "金正恩", sort=sort)


def test_what_was_typed_is_shown_as_text(archive, client):
    typed = '"><script>alert(1)</script> tag:"<b>"'
    page = searched(client, typed)
    assert page.select_one("#q")["value"] == typed
    assert not page.select("main script, main b")


def test_a_post_that_was_hidden_is_gone_from_page_and_counts(archive, client):
    set_hidden(Post.objects.filter(slug="post-6"), True)
    page = searched(client, "金正恩")
    assert numbers(page) == [5, 4, 3, 2, 1, 0]
    assert page.select_one(".total").get_text().split("\n")[1].strip() == "6 posts"
