"""RFC 7089: the way to a capture by the time at which it was the newest."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils.http import http_date

from articles.importing.editing import save_edit
from articles.models import Post

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)

FIRST = datetime(2023, 9, 11, 13, 26, 13, 999_999, UTC)


@pytest.fixture
def post(tmp_path):
    """A post with three captures, a day apart."""
    for number in range(3):
        write_post(tmp_path, "2023-09-11-post.md", title=f"夜车 {number}", source="https://news.example.com/夜车?a=1")
        run_import(tmp_path)
    for number, revision in enumerate(Post.objects.get().revisions.order_by("pk")):
        revision.arrived_at = FIRST + timedelta(days=number)
        revision.save()
    return Post.objects.get()


def capture_at(client, address, **headers):
    """The number in the title of the capture that a TimeGate leads to."""
    response = client.get(address, headers=headers)
    assert response.status_code == 302
    assert "accept-datetime" in response["Vary"]
    assert "Memento-Datetime" not in response
    page = client.get(response["Location"])
    return int(re.search(r"<h1[^>]*>夜车 (\d)", page.content.decode())[1])


def links(response):
    """The addresses of a Link header by what they are."""
    return {rel: address for address, rel in re.findall(r'<([^>]*)>; rel="([^"]*)"', response["Link"])}


ASKED = {
    "before the first": (-timedelta(days=900), 0),
    "the very second of the first": (timedelta(), 0),
    "between": (timedelta(days=1, hours=23), 1),
    "after the last": (timedelta(days=900), 2),
}


@pytest.mark.parametrize(("after_first", "number"), ASKED.values(), ids=ASKED)
def test_the_time_gate_leads_to_the_capture_that_was_the_newest_then(post, client, after_first, number):
    moment = http_date((FIRST + after_first).timestamp())
    assert capture_at(client, f"{post.get_absolute_url()}timegate/", **{"Accept-Datetime": moment}) == number


def test_without_a_time_it_leads_to_the_last(post, client, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert capture_at(client, f"{post.get_absolute_url()}timegate/") == 2


@pytest.mark.parametrize("asked", ["yesterday", "2023-09-11", "\x00", "Mon, 99 Sep 2023 99:26:13 GMT"])
def test_a_time_that_is_none_is_a_bad_request(post, client, asked):
    assert client.get(f"{post.get_absolute_url()}timegate/", headers={"Accept-Datetime": asked}).status_code == 400


def test_a_capture_says_when_it_was_captured_and_where_the_others_are(post, client):
    response = client.get(post.revisions.order_by("pk")[1].get_absolute_url())
    assert response["Memento-Datetime"] == "Tue, 12 Sep 2023 13:26:13 GMT"
    assert links(response) == {
        "original": "https://news.example.com/%E5%A4%9C%E8%BD%A6?a=1",
        "timegate": "http://testserver/2023-09-11/post/timegate/",
        "timemap": "http://testserver/2023-09-11/post/timemap/",
    }


def test_a_post_and_its_time_gate_link_the_same(post, client):
    expected = links(client.get(post.revisions.first().get_absolute_url()))
    for address in (post.get_absolute_url(), f"{post.get_absolute_url()}timegate/"):
        assert links(client.get(address)) == expected


def test_the_time_map_lists_every_capture_in_time(post, client, django_assert_num_queries):
    with django_assert_num_queries(2):
        response = client.get(f"{post.get_absolute_url()}timemap/")
    assert response["Content-Type"] == "application/link-format"
    text = response.content.decode()
    mementos = re.findall(r'<http://testserver(/captures/[0-9a-f]{64}/)>; rel="([^"]*)"; datetime="([^"]*)"', text)
    revisions = list(post.revisions.order_by("pk"))
    assert mementos == [
        (revision.get_absolute_url(), rel, http_date(revision.arrived_at.timestamp()))
        for revision, rel in zip(revisions, ["first memento", "memento", "last memento"], strict=True)
    ]
    assert '<http://testserver/2023-09-11/post/timemap/>; rel="self"' in text


def test_a_single_capture_is_the_first_and_the_last(tmp_path, client):
    write_post(tmp_path)
    run_import(tmp_path)
    assert 'rel="first last memento"' in client.get(f"{Post.objects.get().get_absolute_url()}timemap/").content.decode()


SPELLINGS = [
    "https://news.example.com/夜车?a=1",
    "https://news.example.com/%E5%A4%9C%E8%BD%A6?a=1",
    "https:/news.example.com/夜车?a=1",
    "HTTPS://News.Example.com:443/夜车?utm_source=feed&a=1",
]


@pytest.mark.parametrize("url", SPELLINGS)
def test_a_post_is_found_by_its_source_url(post, client, url):
    assert capture_at(client, f"/timegate/{url}") == 2
    assert client.get(f"/timemap/{url}").status_code == 200


def test_a_post_whose_source_was_corrected_is_found_by_what_it_says_and_by_what_its_files_say(post, client):
    save_edit(post, {"source_url": "https://corrected.example/夜车"})
    original = links(client.get(post.get_absolute_url()))["original"]
    assert original == "https://corrected.example/%E5%A4%9C%E8%BD%A6"
    for url in (original, SPELLINGS[0]):
        assert capture_at(client, f"/timegate/{url}") == 2


@pytest.mark.parametrize(
    "url", ["https://elsewhere.example/", "x", "https://", "https://[", "ftp://news.example.com/", "https:///%00"]
)
def test_a_source_that_is_unknown_is_not_found(post, client, url):
    assert client.get(f"/timegate/{url}").status_code == 404


def test_without_a_source_url_the_post_is_the_original(tmp_path, client):
    write_post(tmp_path, source="")
    run_import(tmp_path)
    post = Post.objects.get()
    assert links(client.get(post.get_absolute_url()))["original"] == f"http://testserver{post.get_absolute_url()}"
