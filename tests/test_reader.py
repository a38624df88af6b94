"""What a reader meets on the pages, in Chromium, on a phone and on a desktop."""

import re

import pytest
from django.utils.text import compress_string

from articles.models import Post

from .addresses import addresses
from .conftest import ROOT
from .files import run_import, write_post

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

# Collects the layout shifts that no click or key explains, with what moved: https://web.dev/articles/cls
WATCH_SHIFTS = """
window.shifts = [];
const moved = ({ value, sources }) => [value, ...sources.map(({ node }) => node?.outerHTML?.slice(0, 100))];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries().filter((entry) => !entry.hadRecentInput).map(moved)))
  .observe({ type: "layout-shift", buffered: true });
"""
# A fifth of what counts as good.
STILL = 0.02
PICTURES = "https://pictures.example"


@pytest.fixture
def archive(tmp_path):
    for day in range(11, 16):
        write_post(
            tmp_path,
            f"2023-09-{day}-post-{day}.md",
            title=f"夜车 {day}",
            date=f"2023-09-{day}T13:00:00Z",
            source=f"https://news.example.com/{day}",
        )
    run_import(tmp_path)


def show(page, tmp_path, body, **fields):
    """Import one post with this body and go to its page."""
    write_post(tmp_path, body=body, **fields)
    run_import(tmp_path)
    page.goto(Post.objects.get().get_absolute_url())


@pytest.mark.parametrize("width", [320, 1280])
def test_real_pages_fit_their_window_move_nothing_and_ask_nobody(real_posts, page, live_server, width):
    run_import(real_posts)
    page.set_viewport_size({"width": width, "height": 800})
    page.add_init_script(WATCH_SHIFTS)
    asked, errors = [], []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    # Pictures come from wherever they were; nothing else may.
    page.route(
        lambda url: not url.startswith(live_server.url), lambda route: asked.append(route.request.resource_type) or route.abort()
    )
    paths = {*addresses().values(), *(post.get_absolute_url() for post in Post.objects.published())}
    for path in sorted(paths):
        assert page.goto(path).status == (404 if path == "/nowhere/" else 200), path
        page.evaluate("scrollTo(0, 600)")
        page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        shifts = page.evaluate("shifts")
        assert sum(shift[0] for shift in shifts) < STILL, f"{path}: {shifts}"
    assert set(asked) <= {"image"}
    assert [error for error in errors if not re.search("Failed to load resource", error)] == []


def test_a_reader_goes_from_the_list_to_a_post_and_on(archive, page):
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.textContent") == "夜车 14"
    page.keyboard.press("Enter")
    page.wait_for_url("**/post-14/")
    page.keyboard.press("j")
    page.wait_for_url("**/post-13/")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/post-14/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("j?/")
    assert page.locator("#q").input_value() == "j?/"


def test_keys_that_do_nothing_on_a_page_are_not_listed(archive, page):
    for path, are_listed in (("/tags/", False), ("/2023-09-14/post-14/", True)):
        page.goto(path)
        page.keyboard.press("?")
        assert page.get_by_text("→ / ←").is_visible() == are_listed


def test_the_list_of_keys_opens_and_turns_them_off(archive, page):
    page.goto("/")
    page.keyboard.press("?")
    assert page.locator("dialog").is_visible()
    page.get_by_label("Use these keys").uncheck()
    page.keyboard.press("Escape")
    assert not page.locator("dialog").is_visible()
    page.reload()
    page.keyboard.press("/")
    page.keyboard.press("?")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    assert not page.locator("dialog").is_visible()


def test_the_first_tab_offers_to_skip_to_the_content(archive, page):
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_whatever_has_the_focus_shows_it(archive, page):
    page.goto(Post.objects.first().get_absolute_url())
    for _ in range(page.locator("a, button, input:not([type=hidden])").count()):
        page.keyboard.press("Tab")
        style = "getComputedStyle(document.activeElement)"
        assert page.evaluate(f"document.activeElement === document.body || {style}.outlineStyle !== 'none'")


@pytest.mark.parametrize("has_script", [True, False])
def test_light_or_dark_is_chosen_with_and_without_a_script(archive, browser, live_server, has_script):
    context = browser.new_context(
        base_url=live_server.url, locale="en", java_script_enabled=has_script, color_scheme="light", service_workers="block"
    )
    page = context.new_page()
    page.goto("/tags/")
    paper = page.locator("html")
    page.get_by_role("button", name="Dark").click()
    page.wait_for_url("**/tags/")
    assert page.locator("html[data-theme=dark]").count() == 1
    page.goto("/")
    assert page.get_by_role("button", name="Dark").get_attribute("aria-current") == "true"
    page.get_by_role("button", name="As the device").click()
    page.wait_for_url(re.compile("/$"))
    assert paper.get_attribute("data-theme") is None
    context.close()


def test_the_script_and_the_language_are_chosen_on_the_page(archive, page):
    page.goto("/")
    page.get_by_role("button", name="繁體", exact=True).click()
    page.get_by_text("夜車 15").wait_for()
    page.get_by_role("button", name="繁體中文").click()
    page.get_by_role("link", name="彙整").wait_for()
    assert page.locator("html").get_attribute("lang") == "zh-hant"


def test_a_post_weighs_little_and_brings_one_stylesheet_and_one_script(real_posts, client):
    run_import(real_posts)
    parts = [ROOT / "static" / path for path in ("css/site.css", "js/site.js")]
    assert parts[1].stat().st_size < 10_000
    assert "@font-face" not in parts[0].read_text()
    assert "@import" not in parts[0].read_text()
    brought = sum(len(compress_string(path.read_bytes())) for path in parts)
    for post in Post.objects.published():
        page = client.get(post.get_absolute_url()).content
        # Data pictures are pictures, though they come with the page.
        without_pictures = re.sub(rb'src="data:image[^"]*"', b"", page)
        assert len(compress_string(without_pictures)) + brought < 40_000, post.get_absolute_url()
        assert len(re.findall(rb'<link rel="stylesheet"', page)) == 1
        assert len(re.findall(rb"<script (?!type=.application/ld.json)", page)) == len(re.findall(rb"<script defer src", page)) == 1


def test_a_missing_picture_is_named_and_leaves_nothing_moving(page, tmp_path):
    page.add_init_script(WATCH_SHIFTS)
    page.route(f"{PICTURES}/*", lambda route: route.abort())
    pictures = f'<p><img src="{PICTURES}/a.png" alt="站台上的人"></p><p><img src="{PICTURES}/b.png" width="300" height="200"></p>'
    body = f"<div><p>一</p>{pictures}<p>二</p></div>\n"
    show(page, tmp_path, body)
    page.locator(".missing").nth(1).wait_for()
    assert page.locator(".missing").all_text_contents() == ["站台上的人", "Picture missing"]
    assert page.evaluate("shifts") == []


def test_a_wide_table_scrolls_and_the_page_does_not(page, tmp_path):
    page.set_viewport_size({"width": 320, "height": 800})
    show(page, tmp_path, "<table><tr>" + "<td>一二三四五六七八九十</td>" * 20 + "</tr></table>\n")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("(() => { const box = document.querySelector('.table'); return box.scrollWidth > box.clientWidth; })()")


VIDEO = {
    "source": "https://www.youtube.com/watch?v=abcdefghijk",
    "body": "<div><p>开场 0:00<br>转折 1:02:33<br>https://example.org/a</p></div>\n",
}


def test_a_video_loads_when_it_is_asked_for_and_not_before(page, tmp_path, live_server):
    asked = []
    page.route(lambda url: not url.startswith(live_server.url), lambda route: asked.append(route.request.url) or route.abort())
    show(page, tmp_path, **VIDEO)
    page.wait_for_load_state("networkidle")
    assert asked == []
    page.get_by_role("link", name="Play the video").click()
    page.locator("iframe").wait_for()
    assert asked[0].startswith("https://www.youtube-nocookie.com/embed/abcdefghijk?autoplay=1")


def test_a_time_in_the_description_starts_the_player_there(page, tmp_path, live_server):
    page.route(lambda url: not url.startswith(live_server.url), lambda route: route.abort())
    show(page, tmp_path, **VIDEO)
    for time, start in (("1:02:33", 3753), ("0:00", 0)):
        page.get_by_role("link", name=time, exact=True).click()
        assert page.locator("iframe").get_attribute("src").endswith(f"&start={start}")
    assert page.url.startswith(live_server.url)


def test_without_a_script_times_and_videos_are_links(tmp_path, client):
    write_post(tmp_path, **VIDEO)
    run_import(tmp_path)
    page = client.get(Post.objects.get().get_absolute_url()).content.decode()
    assert 'href="https://www.youtube.com/watch?v=abcdefghijk&amp;t=3753s"' in page
    assert 'data-embed="youtube:abcdefghijk" href="https://www.youtube.com/watch?v=abcdefghijk"' in page
    assert '<a href="https://example.org/a"' in page


def test_a_printed_post_tells_its_source_and_when_it_was_captured(archive, page):
    page.goto(Post.objects.first().get_absolute_url())
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    for text in ("https://news.example.com/15", "Captured"):
        assert page.get_by_text(text).first.is_visible()
    for part in ("nav", "search", "form", "footer"):
        assert not page.locator(part).first.is_visible()


def test_pages_that_were_read_stay_readable_without_a_network(archive, browser, live_server):
    context = browser.new_context(base_url=live_server.url, locale="en")
    page = context.new_page()
    page.goto("/")
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("async () => (await (await caches.open('pages')).keys()).length > 0")
    page.get_by_role("link", name="夜车 14").click()
    page.wait_for_function("async () => (await (await caches.open('pages')).keys()).length > 1")
    context.set_offline(True)
    for path in ("/", "/2023-09-14/post-14/"):
        page.goto(path)
        assert page.get_by_text("夜车 14").first.is_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('.masthead')).display") == "grid"
    page.goto("/2023-09-12/post-12/")
    assert page.get_by_role("heading", name="No network").is_visible()
    page.locator("#kept a", has_text="夜车 14").click()
    page.wait_for_url("/2023-09-14/post-14/")
    assert page.locator(".body").is_visible()
    page.goto("/2023-09-12/post-12/")
    context.set_offline(False)
    page.goto("/2023-09-12/post-12/")
    assert page.get_by_text("夜车 12").first.is_visible()
    context.close()


def test_the_archive_can_be_installed(archive, client):
    manifest = client.get("/manifest.webmanifest")
    assert manifest["Content-Type"] == "application/manifest+json"
    assert [icon["sizes"] for icon in manifest.json()["icons"]] == ["any", "192x192", "512x512"]
