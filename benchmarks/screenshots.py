"""Takes the pictures of docs/screenshots/ from a running archive that holds examples/posts.

    make run
    .venv/bin/python benchmarks/screenshots.py http://127.0.0.1:8000

Needs Chromium, and Chinese fonts (Debian's fonts-noto-cjk). The heat maps are of an archive of 21,416 posts and were taken by hand.
"""

import argparse
import shutil
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
WINDOWS = {"desktop": {"width": 1200, "height": 800}, "phone": {"width": 390, "height": 800}}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the running archive")
    base = parser.parse_args().base
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for theme in ("light", "dark"):
            for window, size in WINDOWS.items():
                take(chromium, base, theme, window, size)


def take(chromium: Browser, base: str, theme: str, window: str, size: dict):
    context = chromium.new_context(base_url=base, viewport=size, color_scheme=theme, locale="zh-CN", service_workers="block")
    page = context.new_page()
    for name, address in addresses(page).items():
        page.goto(address)
        page.screenshot(path=FOLDER / f"{name}-{theme}-{window}.png")
    context.close()


def addresses(page: Page) -> dict[str, str]:
    """Of the post that changed, and of its year."""
    page.goto("/changes/")
    post = page.locator("main .posts li > a").first.get_attribute("href")
    page.goto(f"{post}history/")
    comparison = page.locator("a[href*='compare/?']").first.get_attribute("href")
    return {
        "home": "/",
        "post": post,
        "changes": comparison,
        "calendar": f"{post[:5]}/",
        "search": f"/search/?q={quote('石桥')}",
    }


if __name__ == "__main__":
    main()
