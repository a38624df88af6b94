"""Runs Lighthouse and the Nu HTML checker over a running archive's pages, and prints what docs/quality.md holds.

    .venv/bin/python benchmarks/page_quality.py http://127.0.0.1:8000 [--posts 500]

Needs node with npm, Java and Chromium; installs lighthouse and vnu-jar from npm under var/quality/.
"""

import argparse
import gzip
import html
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

TOOLS = Path(__file__).resolve().parent.parent / "var" / "quality"
CATEGORIES = ["performance", "accessibility", "best-practices", "seo"]
SEARCH = f"/search/?q={quote('中国')}"
LISTS = ["/", "/archive/", "/tags/", "/categories/", "/authors/", "/sources/", "/changes/", "/search/", SEARCH]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="address of the running archive")
    parser.add_argument("--posts", type=int, default=500, help="how many posts are checked")
    arguments = parser.parse_args()
    base = arguments.base.rstrip("/")
    packages = ["lighthouse@13", "vnu-jar@26"]
    subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", TOOLS, *packages], check=True)
    posts = post_paths(base)
    for path in ["/", "/tags/", posts[0], posts[-1], SEARCH]:
        print("Lighthouse", path[:40], lighthouse(base + path))
    random.seed(1)
    check_html(base, LISTS + random.sample(posts, min(arguments.posts, len(posts))))


def fetch(url):
    """The page as it comes over the wire (compressed) and as it is read."""
    request = Request(url, headers={"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"})
    try:
        with urlopen(request) as response:
            content = response.read()
            return content, gzip.decompress(content) if response.headers["Content-Encoding"] == "gzip" else content
    except HTTPError as error:
        raise SystemExit(f"{url}: {error}") from None


def post_paths(base):
    """Every post of the sitemap, newest part last."""
    parts = re.findall(r"<loc>([^<]*/posts-\d+\.xml)</loc>", fetch(f"{base}/sitemap.xml")[1].decode())
    sitemaps = [html.unescape(fetch(part)[1].decode()) for part in parts]
    return [url.removeprefix(base) for sitemap in sitemaps for url in re.findall(r"<loc>([^<]*)</loc>", sitemap)]


def lighthouse(url):
    """Scores of 100 as {category: score}, by Lighthouse's defaults: a phone on a slow network."""
    command = [
        TOOLS / "node_modules/.bin/lighthouse",
        url,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless --no-sandbox --disable-gpu",
    ]
    environment = os.environ | {"CHROME_PATH": shutil.which("chromium") or ""}
    report = json.loads(subprocess.run(command, capture_output=True, check=True, env=environment).stdout)
    failed = [name for name, audit in report["audits"].items() if audit["score"] is not None and audit["score"] < 0.9]
    scores = {name: round(100 * report["categories"][name]["score"]) for name in CATEGORIES}
    return scores, failed


def check_html(base, paths):
    sizes = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, path in enumerate(paths):
            wire, page = fetch(base + path)
            sizes[path] = len(wire)
            Path(folder, f"{number}.html").write_bytes(page)
        jar = TOOLS / "node_modules/vnu-jar/build/dist/vnu.jar"
        result = subprocess.run(
            ["java", "-jar", jar, "--errors-only", "--format", "json", folder], capture_output=True, check=False
        )
    messages = json.loads(result.stderr)["messages"]
    print(f"Nu HTML checker: {len(messages)} errors on {len(paths)} pages")
    for message in messages:
        print("  ", paths[int(Path(message["url"]).stem)], message["message"], message.get("extract", ""))
    kilobytes = sorted(size / 1000 for size in sizes.values())
    most = kilobytes[len(kilobytes) * 95 // 100]
    print(f"HTML over the wire, kB: median {statistics.median(kilobytes):.1f}, p95 {most:.1f}, largest {kilobytes[-1]:.1f}")


if __name__ == "__main__":
    main()
