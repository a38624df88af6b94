import os
import shutil
import subprocess
from pathlib import Path

import pytest

# Playwright's loop runs in the thread of the tests, and Django takes that for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

ROOT = Path(__file__).resolve().parent.parent
CORPUS = ROOT.parent / "shared" / "corpus"


def pytest_configure(config):
    """Compile the catalogues, once for all workers."""
    if not hasattr(config, "workerinput"):
        subprocess.run(["make", "--silent", "catalogues"], cwd=ROOT, check=True)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder with the real posts, which are not part of the project."""
    if not CORPUS.is_dir():
        pytest.skip(f"the real posts are not at {CORPUS}")
    return CORPUS


@pytest.fixture(scope="session")
def browser():
    """Chromium as Debian packages it. Without it, browser tests are skipped, but fail in CI."""
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not executable:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, live_server):
    """An empty page, with the archive at its base address."""
    context = browser.new_context(base_url=live_server.url, locale="en")
    yield context.new_page()
    context.close()
