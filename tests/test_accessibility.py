"""axe-core finds nothing on any kind of page, in light and dark, on a phone and on a desktop."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from .addresses import addresses
from .files import run_import

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], "resultTypes": ["violations"]}


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_kind_of_page(real_posts, page, width, scheme):
    run_import(real_posts)
    page.set_viewport_size({"width": width, "height": 844})
    page.emulate_media(color_scheme=scheme)
    found = {}
    for name, address in addresses().items():
        assert page.goto(address).status == (404 if name == "missing" else 200), name
        results = Axe().run(page, options=RULES)
        if results.violations_count:
            found[name] = results.generate_report()
    assert not found, "\n".join(f"{name}: {report}" for name, report in found.items())


def test_axe_finds_nothing_on_the_list_of_keys(real_posts, page):
    page.goto("/")
    page.keyboard.press("?")
    assert not Axe().run(page, options=RULES).violations_count
