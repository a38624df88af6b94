import os
import shutil
import subprocess
import tarfile
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Playwright's loop runs in the thread of the tests, and Django takes that for an asynchronous view.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A busy machine makes no property false.
settings.register_profile("unhurried", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

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
    # What a service worker fetches would still be on its way when the next test empties the archive.
    context = browser.new_context(base_url=live_server.url, locale="en", service_workers="block")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def real_posts(corpus, tmp_path_factory) -> Path:
    """A folder with a few real posts of each archive, one of them captured twice."""
    folder = tmp_path_factory.mktemp("posts")
    shutil.copytree(corpus / "seed", folder / "seed")
    for path in (corpus / "seed").iterdir():
        changed = path.read_text(encoding="utf-8").replace("金正恩", "金正恩委员长").replace("今天", "昨天")
        folder.joinpath(path.name.replace("2023-09-11", "2023-09-12")).write_text(changed, encoding="utf-8")
    for name in ("society", "teahouse", "oped2"):
        with tarfile.open(corpus / f"{name}.tar.gz", "r|gz") as archive:
            for member in islice((each for each in archive if each.isfile()), 12):
                archive.extract(member, folder, filter="data")
    return folder
