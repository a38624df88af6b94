from datetime import datetime
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.editing import set_hidden
from articles.importing.old_addresses import address_key, old_addresses
from articles.importing.undo import undo_import
from articles.models import ImportRun, OldAddress, Post

from .files import run_import, write_post

MOMENT = datetime(2023, 1, 5, 7, 8, 9)


@pytest.mark.parametrize(
    "path",
    ["/a/b", "/a/b/", "a/b", "//a//b/", "/a/b.html", "/a/b.htm", "/a/b/index.html", "/%61/b", "/a/b%20", "/a\0/b", " /a/b/ "],
)
def test_spellings_of_one_address_share_a_key(path):
    assert address_key(path) == "a/b"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/", ""),
        ("/index.html", ""),
        ("", ""),
        ("/旧/Cafe\u0301.html", "旧/Café"),
        ("/%E6%97%A7", "旧"),
        ("/a.html.html", "a.html"),
        ("/a/.html", "a"),
        ("/feed.xml", "feed.xml"),
        ("/" + "长" * 601, ""),
    ],
)
def test_an_address_is_known_by_its_key(path, key):
    assert address_key(path) == key


@given(st.text(max_size=60))
def test_any_path_has_a_key_that_postgres_takes(path):
    key = address_key(path)
    assert "\0" not in key
    assert key == key.strip("/")
    key.encode()


@pytest.mark.parametrize(
    ("permalink", "key"),
    [
        ("/about/", "about"),
        ("/:year-:month-:day/:title/", "2023-01-05/Old-Town,-2"),
        ("/:categories/:year/:month/:day/:title:output_ext", "news/北京/2023/01/05/Old-Town,-2"),
        ("/:slugified_categories/:slug.html", "news/北京/old-town-2"),
        ("/:year_:month/:short_year:i_month:i_day-:y_day", "2023_01/2315-005"),
        ("/:hour:minute:second/:short_month/:long_day", "070809/Jan/Thursday"),
        ("/:w_year-W:week-:w_day/:unknown", "2023-W01-4/:unknown"),
    ],
)
def test_a_permalink_is_filled_in_as_jekyll_does(permalink, key):
    assert old_addresses({"permalink": permalink}, MOMENT, "Old Town, 2", ["News", "北京", "news"]) == [key]


@pytest.mark.parametrize(
    ("values", "keys"),
    [
        ({}, []),
        ({"redirect_from": "/a/"}, ["a"]),
        ({"redirect_from": ["/a/", "/a.html", "b", None, ["c"], "/"]}, ["a", "b"]),
        ({"redirect_from": ["https://old.example/a?x=1#y", "http://[", "//old.example/b"]}, ["a", "b"]),
        ({"redirect_from": {"a": "b"}, "permalink": ["c"]}, []),
        ({"permalink": "/p", "redirect_from": ["/r", "/p/"]}, ["p", "r"]),
    ],
)
def test_the_addresses_that_front_matter_names(values, keys):
    assert old_addresses(values, MOMENT, "x", []) == keys


@pytest.fixture
def post(db, tmp_path):
    write_post(tmp_path, extra="permalink: /旧/:year/:title.html\nredirect_from:\n- /2001/02/03/first.html\n- /p/17")
    run_import(tmp_path)
    return Post.objects.get()


OLD = ["/旧/2023/夜车开往兰州.html", "/旧/2023/夜车开往兰州/", "/旧/2023/夜车开往兰州", "/2001/02/03/first.html", "/p/17", "/p/17/"]


@pytest.mark.parametrize("path", OLD)
def test_an_old_address_leads_to_the_post(client, post, path):
    response = client.get(quote(path))
    assert (response.status_code, response["Location"]) == (301, post.get_absolute_url())


def test_an_unknown_address_is_not_found_and_a_missing_slash_added(client, post):
    assert client.get("/p/18").status_code == 404
    assert client.get("/archive")["Location"] == "/archive/"


def test_old_addresses_lead_to_the_post_where_errors_are_shown_in_full_too(client, post, settings):
    settings.DEBUG = True
    assert client.get("/p/17")["Location"] == post.get_absolute_url()
    assert client.get("/p/18").status_code == 404
    assert client.get("/archive")["Location"] == "/archive/"


def test_a_hidden_posts_old_addresses_lead_nowhere(client, post):
    set_hidden(Post.objects.all(), True)
    assert {client.get(quote(path)).status_code for path in OLD} == {404}


def test_an_undone_import_takes_its_old_addresses_along(client, post):
    undo_import(ImportRun.objects.get())
    assert not OldAddress.objects.exists()
    assert client.get("/p/17").status_code == 404


def test_an_old_address_gives_way_to_a_page_of_the_archive(client, db, tmp_path):
    write_post(tmp_path, "2023-09-11-a.md", source="https://one.example/a")
    write_post(tmp_path, "2023-09-11-b.md", source="https://one.example/b", extra="redirect_from: [ /2023-09-11/a/, /archive/ ]")
    run_import(tmp_path)
    assert client.get("/2023-09-11/a/").status_code == 200
    assert client.get("/archive/").status_code == 200


def test_of_posts_that_name_one_address_the_earliest_has_it(client, db, tmp_path):
    write_post(tmp_path, "2023-09-12-b.md", date="2023-09-12", source="https://one.example/b", extra="permalink: /same/")
    write_post(tmp_path, "2023-09-11-a.md", date="2023-09-11", source="https://one.example/a", extra="permalink: /same/")
    run_import(tmp_path)
    assert client.get("/same/")["Location"] == "/2023-09-11/a/"


def test_an_address_with_categories_leads_to_the_post_that_names_it(client, db, tmp_path):
    for category in ("news", "sports"):
        write_post(
            tmp_path / category,
            "2023-09-11-results.md",
            source=f"https://one.example/{category}",
            extra=f"permalink: /{category}/:year/:month/:day/:title.html",
        )
    run_import(tmp_path)
    for category in ("news", "sports"):
        address = client.get(f"/{category}/2023/09/11/results.html")["Location"]
        assert Post.objects.get(slug=address.split("/")[2]).source_url.endswith(category)


def test_a_slug_too_long_to_keep_is_an_old_address(client, db, tmp_path):
    name = "很长的标题" * 15
    write_post(tmp_path, f"2023-09-11-{name}.md")
    run_import(tmp_path)
    post = Post.objects.get()
    assert len(post.slug.encode()) <= 200
    assert client.get(quote(f"/2023-09-11/{name}/"))["Location"] == post.get_absolute_url()


def test_too_many_old_addresses_are_left_out_and_told(db, tmp_path):
    write_post(tmp_path, extra=f"redirect_from: [ {', '.join(f'/old/{number}' for number in range(150))} ]")
    run_import(tmp_path)
    assert OldAddress.objects.count() == 100
    assert ImportRun.objects.get().problems.get().reason == "has 150 old addresses; the first 100 were kept"
