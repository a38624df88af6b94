from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree

from articles import sitemaps
from articles.importing.editing import set_hidden
from articles.models import Post

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)

NAMESPACE = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


@pytest.fixture
def archive(tmp_path):
    for number in range(7):
        write_post(
            tmp_path,
            f"2023-0{number % 3 + 7}-11-夜车-{number}.md",
            source=f"https://news.example.com/{number}",
            tags="[ C#, 50%, a&b ]",
            extra="published: false" if number == 6 else "",
        )
    run_import(tmp_path)


def locations(client, address):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/xml; charset=utf-8")
    return [str(each) for each in etree.fromstring(response.content).xpath("*/s:loc/text()", namespaces=NAMESPACE)]


def everything(client):
    return [page for part in locations(client, "/sitemap.xml") for page in locations(client, urlsplit(part).path)]


def test_the_sitemap_leads_to_every_page_that_readers_may_see(archive, client):
    pages = {unquote(urlsplit(page).path) for page in everything(client)}
    assert {post.get_absolute_url() for post in Post.objects.published()} <= {urlsplit(page).path for page in everything(client)}
    assert {
        "/",
        "/archive/",
        "/2023/07/",
        "/2023/08/",
        "/2023/09/",
        "/tags/",
        "/tags/c#/",
        "/tags/50%/",
        "/authors/林一舟/",
    } <= pages


def test_every_address_in_it_is_served_as_it_stands(archive, client):
    for page in everything(client):
        assert page.startswith("http://testserver/")
        assert client.get(urlsplit(page).path).status_code == 200


def test_no_address_is_in_it_twice(archive, client):
    assert len(everything(client)) == len(set(everything(client)))


def test_a_hidden_post_is_not_in_it(archive, client):
    hidden = Post.objects.get(hidden=True)
    assert f"http://testserver{hidden.get_absolute_url()}" not in everything(client)


def test_it_tells_when_a_post_changed(archive, client, tmp_path):
    write_post(tmp_path, "2023-10-01-later.md", source="https://news.example.com/1", date="2023-10-01T00:00:00Z")
    run_import(tmp_path)
    post = Post.objects.get(capture_count=2)
    sitemap = etree.fromstring(client.get("/sitemaps/posts-0.xml").content)
    found = sitemap.xpath(f"s:url[s:loc='http://testserver{post.get_absolute_url()}']/s:lastmod/text()", namespaces=NAMESPACE)
    assert [str(each) for each in found] == [post.changed_at.isoformat(timespec="seconds")]


def test_a_large_archive_is_told_in_parts(archive, client, monkeypatch):
    whole = set(everything(client))
    monkeypatch.setattr(sitemaps, "_IDS_A_PART", 2)
    assert len(locations(client, "/sitemap.xml")) > 5
    assert set(everything(client)) == whole


@pytest.mark.parametrize(
    "address",
    [
        *("/sitemaps/posts-999999999999999999.xml", "/sitemaps/tags-99999.xml"),
        *("/sitemaps/nothing-0.xml", "/sitemaps/posts--1.xml", "/sitemaps/posts-9999999999999999999.xml"),
    ],
)
def test_a_part_of_nothing_is_no_page(archive, client, address):
    assert client.get(address).status_code == 404


def test_an_empty_archive_has_a_sitemap(client):
    assert {"http://testserver/", "http://testserver/changes/"} <= set(everything(client))
    assert client.get("/sitemaps/posts-0.xml").status_code == 404


def test_a_part_whose_posts_are_all_hidden_is_neither_listed_nor_served(archive, client, monkeypatch):
    monkeypatch.setattr(sitemaps, "_IDS_A_PART", 2)
    post = Post.objects.published().order_by("pk")[2]
    own = f"/sitemaps/posts-{post.pk // 2}.xml"
    assert f"http://testserver{own}" in locations(client, "/sitemap.xml")
    set_hidden(Post.objects.filter(pk__in=[post.pk // 2 * 2, post.pk // 2 * 2 + 1]), hidden=True)
    assert f"http://testserver{own}" not in locations(client, "/sitemap.xml")
    assert client.get(own).status_code == 404


def test_robots_are_told_where_it_is_and_where_not_to_go(client):
    lines = client.get("/robots.txt").content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    for path in ("/admin/", "/random/", "/*/history/compare/"):
        assert f"Disallow: {path}" in lines


@pytest.mark.parametrize(("address", "number"), [("/sitemap.xml", 10), ("/sitemaps/days.xml", 1), ("/sitemaps/posts-0.xml", 1)])
def test_a_sitemap_asks_few_questions(archive, client, django_assert_num_queries, address, number):
    with django_assert_num_queries(number):
        client.get(address)
