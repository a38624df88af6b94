"""What the archive answers to requests that it can't serve as asked."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from articles.models import Post

from .files import run_import, write_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(tmp_path):
    write_post(tmp_path)
    run_import(tmp_path)
    return Post.objects.get()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_readers_pages_are_for_reading_only(post, method):
    for address in ("/", post.get_absolute_url(), "/search/", "/nothing/"):
        response = Client(enforce_csrf_checks=True).generic(method, address)
        assert (response.status_code, response["Allow"], response.content) == (405, "GET, HEAD", b"")


def test_head_gets_the_headers_of_get_and_no_body(post, client):
    for address in ("/", post.get_absolute_url(), "/nothing/", "/atom.xml", f"{post.current.get_absolute_url()}file/"):
        got, head = client.get(address), client.head(address)
        assert (head.status_code, head.getvalue()) == (got.status_code, b"")
        for name in ("Content-Type", "Content-Length", "Last-Modified"):
            assert head.get(name) == got.get(name)
        assert got.getvalue()


def test_the_old_address_of_the_icon_leads_to_it(client):
    response = client.get("/favicon.ico", follow=True)
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")


def test_a_form_without_its_token_is_refused_in_the_style_of_the_site(client):
    response = Client(enforce_csrf_checks=True).post("/admin/login/", {"username": "x"})
    assert response.status_code == 403
    assert "This form was not accepted" in response.content.decode()


def test_a_host_that_is_not_ours_is_refused_in_the_style_of_the_site(client):
    response = client.get("/", headers={"host": "other.example"})
    assert response.status_code == 400
    assert "This was not understood" in response.content.decode()
    assert "Something went wrong" not in response.content.decode()


@pytest.mark.parametrize("following", ["", "?next=https://other.example/"])
def test_who_logs_in_without_a_place_to_go_to_gets_to_the_admin(client, following):
    get_user_model().objects.create_superuser("editor", password="night-train-7")
    response = client.post(f"/admin/login/{following}", {"username": "editor", "password": "night-train-7"})
    assert response["Location"] == "/admin/"
