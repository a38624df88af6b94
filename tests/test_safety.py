"""What protects readers and editors: headers, cookies, and a production mode that refuses to start half configured."""

import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path

from articles.models import Post

from .files import run_import, write_post

# Read once more under other variables, on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:'newsarchive.settings' found in sys.modules")

ROOT = Path(__file__).resolve().parent.parent
READERS_PAGES = [
    "/",
    "/archive/",
    "/2023/",
    "/2023/09/",
    "/2023-09-11/",
    "/tags/",
    "/tags/铁路/",
    "/search/?q=夜车",
    "/2023-01-01/no/",
]


def broken(request):
    raise RuntimeError("a page that fails")


def time_allowed(request):
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        return HttpResponse(cursor.fetchone()[0])


urlpatterns = [
    path("time/", time_allowed),
    path("admin/time/", time_allowed),
    path("broken/", broken),
    path("plain/", lambda request: HttpResponse("plain")),
    path("", include("newsarchive.urls")),
]


@pytest.fixture
def archive(db, tmp_path):
    write_post(tmp_path)
    run_import(tmp_path)


@pytest.fixture
def visitor(settings):
    """A client that shows errors as pages, as a visitor gets them."""
    settings.ROOT_URLCONF = "tests.test_safety"
    return Client(raise_request_exception=False)


def policy_of(response) -> dict[str, list[str]]:
    directives = [directive.split() for directive in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in directives}


# Pages


@pytest.mark.parametrize("address", [*READERS_PAGES, "/admin/login/", "/atom.xml", "/sitemap.xml", "/robots.txt", "/broken/"])
def test_every_answer_forbids_scripts_styles_and_frames_of_others(archive, visitor, address):
    response = visitor.get(address)
    policy = policy_of(response)
    assert policy["default-src"] == ["'none'"]
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == ["'self'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert set(policy["frame-src"]) == {"https://www.youtube-nocookie.com", "https://player.vimeo.com"}
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"


def test_a_post_page_is_as_safe(archive, client):
    assert policy_of(client.get(Post.objects.get().get_absolute_url()))["script-src"] == ["'self'"]


@pytest.mark.parametrize("address", READERS_PAGES)
def test_readers_get_no_cookie(archive, client, address):
    assert not client.get(address).cookies


def test_no_page_has_a_script_or_style_of_its_own(archive, client):
    for address in (*READERS_PAGES, Post.objects.get().get_absolute_url()):
        page = client.get(address).content.decode()
        assert "<script>" not in page
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page


def test_a_page_that_fails_says_so_and_shows_nothing_of_the_error(archive, visitor):
    response = visitor.get("/broken/")
    assert response.status_code == 500
    page = response.content.decode()
    assert "RuntimeError" not in page
    assert "a page that fails" not in page
    assert 'href="/static/css/site.css"' in page


def test_no_query_of_a_reader_s_holds_the_database_for_long(db, monkeypatch):
    monkeypatch.setenv("PGOPTIONS", "")
    monkeypatch.delenv("PGOPTIONS")
    runpy.run_path(str(ROOT / "newsarchive" / "wsgi.py"))
    with psycopg.connect(connection.connection.info.dsn, password=connection.connection.info.password) as served:
        assert served.execute("SHOW statement_timeout").fetchone() == ("2s",)


def test_editors_are_given_more_time(db, visitor):
    assert visitor.get("/admin/time/").content == b"30s"
    assert visitor.get("/time/").content == b"0"


def test_a_page_that_fails_is_shown_when_the_database_is_gone(visitor):
    # No fixture for the database: the test fails if the page asks it.
    assert "latest posts" in visitor.get("/broken/").content.decode()


def test_a_host_that_is_not_ours_is_refused(db, client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_only_editors_get_a_session_and_it_is_hidden_from_scripts(db, client, django_user_model):
    django_user_model.objects.create_superuser("editor", password="night-train-7")
    client.get("/admin/login/")
    response = client.post("/admin/login/", {"username": "editor", "password": "night-train-7"})
    session = response.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"


# Settings


GOOD = {
    "PRODUCTION": "1",
    "SECRET_KEY": "x" * 60,
    "ALLOWED_HOSTS": "archive.example.org",
    "DATABASE_URL": "postgres://u:p@db.example.org/archive",
}


@pytest.fixture
def settings_from(monkeypatch):
    """The settings that these environment variables make, and no others."""

    def read(**variables):
        for name in [
            *GOOD,
            "BEHIND_PROXY",
            "HSTS_SECONDS",
            "DEBUG",
            "TIME_ZONE",
            "CACHE_URL",
            "SITE_NAME",
            "PORT",
            "WEB_CONCURRENCY",
        ]:
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return runpy.run_module("newsarchive.settings")

    return read


def test_production_is_https_only(settings_from):
    settings = settings_from(**GOOD)
    for name in ("SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"):
        assert settings[name] is True
    assert settings["SECURE_HSTS_SECONDS"] == 31_536_000
    assert settings["ALLOWED_HOSTS"] == ["archive.example.org"]
    assert settings["DEBUG"] is False
    assert "SECURE_PROXY_SSL_HEADER" not in settings


def test_a_proxy_is_believed_only_where_there_is_one(settings_from):
    assert settings_from(**GOOD, BEHIND_PROXY="1")["SECURE_PROXY_SSL_HEADER"] == ("HTTP_X_FORWARDED_PROTO", "https")


def test_production_sends_plain_requests_to_https_and_tells_browsers_to_stay_there(db, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True, 3600, True
    client = Client()
    assert client.get("/")["Location"] == "https://testserver/"
    assert client.get("/", secure=True)["Strict-Transport-Security"] == "max-age=3600; includeSubDomains"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "   "}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": " , "}, "ALLOWED_HOSTS"),
        ({"DEBUG": "1"}, "DEBUG"),
        ({"PRODUCTION": "maybe"}, "PRODUCTION"),
        ({"BEHIND_PROXY": "2"}, "BEHIND_PROXY"),
        ({"HSTS_SECONDS": "a year"}, "HSTS_SECONDS"),
        ({"HSTS_SECONDS": "0"}, "HSTS_SECONDS"),
        ({"TIME_ZONE": "Taipei"}, "TIME_ZONE"),
        ({"TIME_ZONE": "../etc/passwd"}, "TIME_ZONE"),
        ({"DATABASE_URL": "mysql://h/db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://u:secret@h:port/db"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgres://u:secret@h"}, "DATABASE_URL"),
        ({"CACHE_URL": "memcached://h"}, "CACHE_URL"),
        ({"ARCHIVE_MAX_TAGS": "-1"}, "ARCHIVE_MAX_TAGS"),
        ({"ARCHIVE_MAX_FILE_BYTES": "32 MB"}, "ARCHIVE_MAX_FILE_BYTES"),
    ],
)
def test_a_bad_setting_stops_the_start_and_names_the_variable(settings_from, changes, named):
    with pytest.raises(ImproperlyConfigured, match=named) as stopped:
        settings_from(**GOOD | changes)
    assert "secret" not in str(stopped.value)


@pytest.mark.parametrize("variable", ["PORT", "WEB_CONCURRENCY"])
def test_gunicorn_names_a_bad_variable_too(monkeypatch, variable):
    monkeypatch.setenv(variable, "many")
    with pytest.raises(ImproperlyConfigured, match=variable):
        runpy.run_path(str(ROOT / "gunicorn.conf.py"))


def test_a_management_command_in_production_says_what_is_missing():
    environment = {name: value for name, value in os.environ.items() if name not in GOOD} | {"PRODUCTION": "1"}
    done = subprocess.run([sys.executable, "manage.py", "check"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode != 0
    assert "SECRET_KEY is missing" in done.stderr


def test_a_development_secret_is_made_once_and_for_its_owner_only(tmp_path):
    shutil.copytree(ROOT / "newsarchive", tmp_path / "newsarchive")
    environment = {name: value for name, value in os.environ.items() if name not in GOOD}
    show = [sys.executable, "-c", "import newsarchive.settings as settings; print(settings.SECRET_KEY)"]
    started = [subprocess.Popen(show, cwd=tmp_path, env=environment, text=True, stdout=subprocess.PIPE) for _ in range(3)]
    secrets = [process.communicate()[0] for process in started]
    assert len(set(secrets)) == 1
    assert len(secrets[0].strip()) >= 50
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600
