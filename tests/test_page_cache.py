import gzip

import pytest
from django.apps import apps
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from articles.importing.editing import apply_waiting, save_edit, set_hidden
from articles.importing.merging import merge_names
from articles.importing.rebuild import rebuild_posts
from articles.importing.undo import undo_import
from articles.models import ArchiveVersion, Author, ImportRun, Post, Tag
from newsarchive import settings as archive_settings

from .files import run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)

urlpatterns = [
    path("private/", lambda request: HttpResponse(request.session.get("x", "nothing"))),
    path("never/", lambda request: HttpResponse("x", headers={"Cache-Control": "no-store"})),
    path("by-time/", lambda request: HttpResponse("x", headers={"Vary": "Accept-Datetime"})),
    path("large/", lambda request: HttpResponse("x" * 300_000)),
    path("", include("newsarchive.urls")),
]


@pytest.fixture(autouse=True)
def memory(settings):
    """The cache of those who name none."""
    settings.ROOT_URLCONF = "tests.test_page_cache"
    settings.MIDDLEWARE = archive_settings.MIDDLEWARE
    pages = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "pages"}
    settings.CACHES = {**archive_settings.CACHES, "default": pages}
    cache.clear()


@pytest.fixture
def archive(tmp_path):
    write_post(tmp_path)
    run_import(tmp_path)
    return tmp_path


@pytest.fixture
def post(archive):
    return Post.objects.get()


def text_of(client, address, **headers):
    return client.get(address, headers=headers).content.decode()


def test_a_page_asked_for_again_is_what_was_sent_before(post, client, django_assert_num_queries):
    for address in ("/", post.get_absolute_url(), "/tags/", "/search/?q=夜车", "/atom.xml", "/sitemap.xml"):
        first = client.get(address)
        with django_assert_num_queries(1):
            again = client.get(address)
        assert (again.content, dict(again.items())) == (first.content, dict(first.items()))
        assert again["Content-Security-Policy"]


CHANGES = {
    "edited": lambda post: save_edit(post, {"title": "改过的标题"}),
    "hidden": lambda post: set_hidden(Post.objects.all(), True),
    "tags edited": lambda post: save_edit(post, {"tags": ["另一个"]}),
    "author merged": lambda post: merge_names([post.author], Author.objects.create(name="另一位", slug="另一位")),
    "undone": lambda post: undo_import(ImportRun.objects.get()),
    "by hand": lambda post: connection.cursor().execute("UPDATE articles_post SET title = 'x'"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen_at_once(post, client, change):
    before = text_of(client, "/")
    CHANGES[change](post)
    assert text_of(client, "/") != before


def test_what_an_import_brings_is_seen_at_once(archive, client):
    text_of(client, "/")
    write_post(archive, "2023-09-12-new.md", title="新的一篇", source="https://news.example.com/new")
    run_import(archive)
    assert "新的一篇" in text_of(client, "/")


def test_a_capture_that_an_editor_applies_is_seen_at_once(post, archive, client):
    save_edit(post, {"title": "改过的标题"})
    write_post(archive, "2023-09-30-later.md", title="后来的标题", date="2023-09-30T00:00:00Z")
    run_import(archive)
    assert "改过的标题" in text_of(client, "/")
    post.refresh_from_db()
    apply_waiting(post)
    assert "后来的标题" in text_of(client, "/")


def test_a_rebuild_after_which_nothing_differs_sends_the_same_page(archive, client):
    before = client.get("/")
    for _ in rebuild_posts(print):
        pass
    assert client.get("/", headers={"if-none-match": before["ETag"]}).status_code == 304


def test_an_import_that_finds_nothing_new_empties_nothing(archive):
    version = ArchiveVersion.objects.get().version
    run_import(archive)
    assert ArchiveVersion.objects.get().version == version


def test_a_change_that_is_not_committed_is_not_seen_and_not_kept(post, client):
    before = text_of(client, "/")
    others = connection.copy()
    try:
        with transaction.atomic():
            Post.objects.update(title="not yet")
            # Another process meanwhile.
            with others.cursor() as cursor:
                cursor.execute("SELECT version::text FROM articles_archiveversion")
                version = cursor.fetchone()[0]
            transaction.set_rollback(True)
    finally:
        others.close()
    assert str(ArchiveVersion.objects.get().version) == version
    assert text_of(client, "/") == before


def test_languages_preferences_and_hosts_are_kept_apart(archive, client, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    asked = [
        {"headers": {"accept-language": "en"}},
        {"headers": {"accept-language": "zh-CN"}},
        {"headers": {"accept-language": "en", "cookie": "script=zh-Hant"}},
        {"headers": {"accept-language": "en", "cookie": "theme=dark"}},
        {"headers": {"accept-language": "en", "host": "other.example"}},
        {"headers": {"accept-language": "en"}, "secure": True},
    ]
    pages = [Client().get("/", **each).content for each in asked]
    assert len(set(pages)) == 6
    assert [Client().get("/", **each).content for each in asked] == pages


def test_languages_that_are_shown_alike_are_kept_once(archive, client, django_assert_num_queries):
    text_of(client, "/", **{"accept-language": "zh-CN"})
    with django_assert_num_queries(1):
        text_of(client, "/", **{"accept-language": "zh-Hans-SG, en;q=0.1", "cookie": "session_of=somebody"})


@pytest.mark.parametrize(
    ("accepted", "encoding"), [("gzip, br", "gzip"), ("br;q=1, gzip;q=0.5", "gzip"), ("gzip;q=0", None), ("", None)]
)
def test_a_page_is_compressed_for_those_who_take_it(archive, client, accepted, encoding):
    plain = client.get("/")
    for _ in range(2):
        response = client.get("/", headers={"accept-encoding": accepted})
        assert response.get("Content-Encoding") == encoding
        assert "Accept-Encoding" in response["Vary"]
        content = gzip.decompress(response.content) if encoding else response.content
        assert content == plain.content
        assert response["Content-Length"] == str(len(response.content))
        assert (response["ETag"] == plain["ETag"]) == (encoding is None)


def test_a_reader_who_has_the_page_is_told_so(post, client):
    for address in (
        "/",
        post.get_absolute_url(),
        "/atom.xml",
        "/tags/铁路/atom.xml",
        "/search/atom.xml?q=夜车",
        "/changes/atom.xml",
    ):
        tag = client.get(address)["ETag"]
        unchanged = client.get(address, headers={"if-none-match": tag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")
        assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200
        assert "no-cache" in client.get(address)["Cache-Control"]


def test_a_feed_that_changed_is_sent_again(archive, client):
    tag = client.get("/atom.xml")["ETag"]
    write_post(archive, "2024-01-01-new.md", source="https://news.example.com/new", date="2024-01-01T00:00:00Z")
    run_import(archive)
    assert client.get("/atom.xml", headers={"if-none-match": tag}).status_code == 200


def test_head_tells_what_get_would(archive, client):
    head, get = client.head("/"), client.get("/")
    assert (head["ETag"], head["Content-Length"]) == (get["ETag"], get["Content-Length"])


@pytest.mark.parametrize("address", ["/private/", "/never/", "/by-time/", "/large/", "/2023-01-01/nothing/", "/admin/login/"])
def test_what_is_not_the_same_for_everybody_is_not_kept(archive, client, address):
    client.get(address)
    assert not cache._cache


@pytest.mark.parametrize(
    "address", ["/search/?q=夜车", "/search/?q=夜车&sort=relevance", "/search/atom.xml?q=夜车", "/search/suggest.json?q=林"]
)
def test_a_search_that_ran_out_of_time_is_not_kept(archive, client, settings, address):
    settings.SEARCH_SECONDS = 0
    assert client.get(address).status_code == 200
    assert not cache._cache


def test_a_post_whose_related_posts_took_too_long_is_not_kept(post, client, monkeypatch):
    monkeypatch.setattr("articles.views.posts.related_to", lambda *asked: None)
    assert client.get(post.get_absolute_url())["Cache-Control"] == "no-store"
    # Until the database is asked again, too.
    assert client.get(post.get_absolute_url())["Cache-Control"] == "no-store"


def test_every_table_that_readers_see_is_watched():
    unwatched = {
        # The import's own records, files behind revisions, and what is written with a post that is watched.
        *("archiveversion", "importrun", "importproblem", "archivedfile", "filealias", "oldaddress", "searchrow"),
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'archive_changed'")
        watched = {row[0] for row in cursor.fetchall()}
    assert watched == {model._meta.db_table for model in apps.get_app_config("articles").get_models()} - {
        f"articles_{name}" for name in unwatched
    }


def test_without_redis_pages_are_made_anew(archive, client, settings):
    # Nobody listens at port 1.
    redis = {"BACKEND": "newsarchive.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**archive_settings.CACHES, "default": redis}
    assert "夜车" in text_of(client, "/")
    assert "夜车" in text_of(client, "/")


def test_without_redis_a_long_post_is_converted_all_the_same(tmp_path, client, settings):
    write_post(tmp_path, body=f"<p>{'夜车开往兰州。' * 5_000}</p>")
    run_import(tmp_path)
    redis = {"BACKEND": "newsarchive.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {**archive_settings.CACHES, "default": redis}
    client.cookies["script"] = "zh-Hant"
    assert "夜車開往蘭州" in text_of(client, Post.objects.get().get_absolute_url())


def test_a_name_that_nothing_is_under_yet_is_seen_once_it_is_added(archive, client):
    assert client.get("/tags/新/").status_code == 404
    Tag.objects.create(name="新", slug="新")
    assert client.get("/tags/新/").status_code == 200
