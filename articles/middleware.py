from contextlib import suppress
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from .scripts import Script, chosen_for
from .views.posts import post_at_old_address

_EDITORS_SECONDS = 30


class Preferences(NamedTuple):
    """How a reader chose pages to look (articles.views.preferences). `theme` is light, dark, or empty: left to the device."""

    script: Script
    theme: str


def preferences_of(request) -> Preferences:
    theme = request.COOKIES.get(settings.THEME_COOKIE_NAME)
    return Preferences(_script(request.COOKIES.get(settings.SCRIPT_COOKIE_NAME, "")), theme if theme in settings.THEMES else "")


@cache
def _admin_path():
    return reverse("admin:index")


def is_for_editors(request) -> bool:
    return request.path.startswith(_admin_path())


def no_body_for_head(get_response):
    """Answer HEAD with the headers of GET and nothing else (RFC 9110, 9.3.2): gunicorn sends what it is given."""

    def middleware(request):
        response = get_response(request)
        if request.method == "HEAD":
            if response.streaming:
                response.streaming_content = []
            else:
                response.content = b""
        return response

    return middleware


def readers_only_read(get_response):
    """Refuse what readers' pages aren't asked with, before a missing CSRF token is complained of."""

    def middleware(request):
        if request.method in ("GET", "HEAD") or is_for_editors(request) or request.path.startswith(reverse("preferences")):
            return get_response(request)
        return HttpResponseNotAllowed(["GET", "HEAD"])

    return middleware


def reader_preferences(get_response):
    """Show pages as their reader chose, and tell caches that they differ by it."""

    def middleware(request):
        preferences = preferences_of(request)
        request.theme = preferences.theme
        with chosen_for(preferences.script):
            response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Cookie"])
        return response

    return middleware


def old_addresses(get_response):
    """Where the archive has no page of its own, lead to the post whose front matter names the address."""

    def middleware(request):
        response = get_response(request)
        if response.status_code == 404 and (post := post_at_old_address(request.path_info)):
            return redirect(post, permanent=True)
        return response

    return middleware


def time_for_editors(get_response):
    """Let the admin's queries take longer than readers' (newsarchive/wsgi.py), which change much at once."""

    def middleware(request):
        if not is_for_editors(request):
            return get_response(request)
        with connection.cursor() as cursor:
            cursor.execute(f"SET statement_timeout = '{_EDITORS_SECONDS}s'")
        try:
            return get_response(request)
        finally:
            # A connection that broke, or whose transaction failed, is made anew or rolled back, and its settings with it.
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("RESET statement_timeout")

    return middleware


def _script(cookie):
    try:
        return Script(cookie)
    except ValueError:
        return Script.ORIGINAL
