"""Lists of names, of which there may be thousands."""

import pytest

from articles.models import Tag
from articles.search.fold import fold

pytestmark = pytest.mark.django_db(transaction=True)


def make_tags(*names):
    Tag.objects.bulk_create(Tag(name=name, slug=name.lower(), folded=fold(name), post_count=1) for name in names)


def names_of(response):
    return [name.name for name in response.context["names"]]


@pytest.fixture
def thousands():
    make_tags(*(f"{first}{number:04}" for first in "鐵Bx" for number in range(400)), *(f"稀{number}" for number in range(3)))


def test_all_names_are_met_page_by_page_and_none_twice(thousands, client):
    met, address = [], "/tags/"
    while address:
        page = client.get(address)
        met += names_of(page)
        address = page.context["more"] and f"/tags/?{page.context['more']}"
    assert len(met) == len(set(met)) == 1203


def test_names_are_found_by_what_they_begin_with_in_either_script_and_case(thousands, client):
    assert names_of(client.get("/tags/", {"starts": "铁000"})) == [f"鐵000{number}" for number in range(10)]
    assert len(names_of(client.get("/tags/", {"starts": "b001"}))) == 10
    assert names_of(client.get("/tags/", {"starts": "%"})) == []


def test_a_list_of_thousands_offers_the_first_characters(thousands, client):
    page = client.get("/tags/")
    assert page.context["characters"] == ["b", "x", "稀", "铁"]
    for character, number in (("b", 300), ("稀", 3)):
        assert len(names_of(client.get("/tags/", {"starts": character}))) == number


def test_a_list_of_one_page_offers_none(client):
    make_tags("铁路", "旅行")
    assert client.get("/tags/").context["characters"] == []


@pytest.mark.browser
def test_a_list_of_thousands_fits_a_phone(thousands, page):
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/tags/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("navigation", name="First characters").get_by_role("link", name="稀").click()
    assert page.locator(".names li").count() == 3
