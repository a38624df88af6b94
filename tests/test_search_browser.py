"""The search in a browser, on the model file of the real posts."""

import re

import pytest

from .files import run_import, write_post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seed_post(corpus):
    if not list((corpus / "seed").glob("*.md")):
        pytest.skip(f"the model file is not in {corpus / 'seed'}")
    run_import(corpus / "seed")


def search_for(page, typed):
    page.goto("/search/")
    page.locator("#q").fill(typed)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"\?q="))


@pytest.mark.parametrize(
    "typed", ["俄罗斯", "俄羅斯", "金正恩 普京", '"金正恩" "普京"', '"金正恩和普京"', "金正恩和普京峰會", "ＫＩＭ OR 金正恩"]
)
def test_what_is_typed_in_either_script_finds_the_model_post(seed_post, page, typed):
    search_for(page, typed)
    assert page.locator(".hits li a").first.inner_text().startswith("俄朝确认金正恩和普京峰会")
    assert page.locator(".hits mark").count()


def test_a_phrase_is_not_found_where_its_words_stand_apart(seed_post, page):
    search_for(page, '"金正恩 普京"')
    assert page.locator(".hits li").count() == 0


@pytest.mark.parametrize("typed", ["訪問莫斯科", "访问莫斯科"])
def test_a_result_leads_to_its_first_hit_in_the_post(page, tmp_path, typed):
    filling = "".join(f"<p>第{number}段。</p>" for number in range(300))
    write_post(tmp_path, body=f"{filling}<p>他将访问莫斯科。</p>{filling}")
    run_import(tmp_path)
    search_for(page, typed)
    page.locator(".hits li a").first.click()
    page.wait_for_function("window.scrollY > 0")
    place = page.get_by_text("他将访问莫斯科").bounding_box()
    assert 0 <= place["y"] <= page.viewport_size["height"]


def test_a_bar_of_the_chart_narrows_the_search_to_its_year(seed_post, page):
    search_for(page, "俄罗斯")
    page.locator("svg.years a").first.click()
    page.wait_for_url(re.compile("after%3A2023"))
    assert page.locator(".hits li").count() == 1


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("鐵", ['tag:"铁路"']),
        ("旅行 鐵", ['旅行 tag:"铁路"']),
        ('"旅行" -鐵', ['"旅行" -tag:"铁路"']),
        ("jane", ['author:"Jane Doe"', 'tag:"Janeway"']),
        ("-author:jane", ['-author:"Jane Doe"']),
        ('铁路 author:"jane d', ['铁路 author:"Jane Doe"']),
    ],
)
def test_names_are_offered_while_they_are_typed(page, tmp_path, typed, offered):
    write_post(tmp_path, author="Jane Doe", tags="[ 铁路, Janeway ]")
    run_import(tmp_path)
    page.goto("/search/")
    page.locator("#q").fill(typed)
    page.locator("#suggestions option").first.wait_for(state="attached")
    options = page.locator("#suggestions option").evaluate_all("options => options.map(({ value, label }) => [value, label])")
    assert sorted(value for value, _ in options) == offered
    # Else a browser would not show it.
    assert all(typed in label for _, label in options)


def test_the_form_works_without_knowing_the_syntax(seed_post, page):
    page.goto("/search/")
    page.get_by_label("This phrase").fill("金正恩和普京")
    page.get_by_label("From (year, month or day)").fill("2023")
    page.locator("details form button").click()
    page.wait_for_url(re.compile(r"\?q="))
    assert page.locator("#q").input_value() == '"金正恩和普京" after:2023'
    assert page.locator(".hits li").count() == 1
