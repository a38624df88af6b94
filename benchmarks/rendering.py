"""Compare what readers see of real posts with what kramdown shows for the same bodies.

    .venv/bin/python benchmarks/rendering.py FOLDER...

Every .md file below the folders is rendered twice: by Ruby's kramdown (input GFM, as Jekyll calls it; Debian: ruby-kramdown,
ruby-kramdown-parser-gfm) and by `clean_body`. Compared is the text, white space aside. From kramdown's side the header lines
and the elements are taken whose text the sanitizer must remove (scripts, styles, frames); control characters from both.
Printed is the share of equal posts for each folder, and the first posts of each kind of difference. Without kramdown: exit code 2.
"""

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from articles.importing.clean import clean_body  # noqa: E402
from articles.importing.clean.header import drop_header  # noqa: E402
from articles.importing.clean.sanitize import INVISIBLE  # noqa: E402
from articles.importing.parse import ParseError, ParseOptions, parse_post  # noqa: E402
from articles.importing.records import SourceFile  # noqa: E402

OPTIONS = ParseOptions(time_zone="UTC", max_title=1000, max_tags=1000)
# The header as kramdown shows it: below the comment it is no heading, and its dashes become two long ones.
HEADER = re.compile(r"\s*(?:<!--.*?-->)?\s*<(p|h2)\b[^>]*>.*?</\1>", re.DOTALL)
TAG_IN_TEXT = re.compile(r"</?[a-zA-Z][^<>]*>")
SPACES_AND_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
SHOWN = 5


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path)
    folders = parser.parse_args().folders
    if not has_kramdown():
        print("ruby with kramdown and kramdown-parser-gfm is not installed; nothing was compared", file=sys.stderr)
        sys.exit(2)
    for folder in folders:
        report(folder, list(compare(folder)))


def has_kramdown():
    try:
        return not subprocess.run(["ruby", "-rkramdown", "-rkramdown-parser-gfm", "-e", ""], capture_output=True).returncode
    except FileNotFoundError:
        return False


def compare(folder):
    """Yield (path, kind of difference, kramdown's text, our text); the kind is "equal" where there is none."""
    posts = list(read(folder))
    for (path, post), html in zip(posts, rendered_by_kramdown(post.body for _, post in posts), strict=True):
        if html is None:
            yield path, "kramdown fails", "", ""
            continue
        if drop_header(post.body, post.title, post.source_url).strip() != post.body.strip():
            html = HEADER.sub("", html, count=1)
        theirs, ours = visible(html), visible(clean_body(post).html)
        yield path, kind_of_difference(theirs, ours), theirs, ours


def rendered_by_kramdown(bodies):
    """kramdown's HTML of each of these bodies, None where it fails. One Ruby process renders them all."""
    script = Path(__file__).with_name("kramdown.rb")
    lines = "".join(json.dumps(body) + "\n" for body in bodies)
    output = subprocess.run(["ruby", str(script)], input=lines, capture_output=True, text=True, check=True).stdout
    return [json.loads(line) for line in output.splitlines()]


def read(folder):
    for path in sorted(folder.rglob("*.md")):
        try:
            yield path, parse_post(SourceFile(path.name, 0, 0), path.read_bytes(), OPTIONS)[0]
        except ParseError as error:
            print(f"{path}: {error}", file=sys.stderr)


def visible(html):
    body = etree.fromstring(f"<html><body>{html}", etree.HTMLParser(huge_tree=True, remove_comments=True))
    etree.strip_elements(body, *INVISIBLE, with_tail=False)
    for embed in body.xpath("//p[@class='embed']"):
        embed.clear(keep_tail=True)
    return SPACES_AND_CONTROLS.sub("", "".join(body.itertext()))


def kind_of_difference(theirs, ours):
    if theirs == ours:
        return "equal"
    if TAG_IN_TEXT.sub("", theirs) == TAG_IN_TEXT.sub("", ours):
        return "kramdown shows tags as text"
    return "different text"


def report(folder, results):
    kinds = defaultdict(list)
    for path, kind, theirs, ours in results:
        kinds[kind].append((path, theirs, ours))
    equal = len(kinds.pop("equal", ()))
    print(f"{folder}: {equal:,} of {len(results):,} equal ({100 * equal / max(len(results), 1):.2f} %)")
    for kind, posts in kinds.items():
        print(f"  {kind}: {len(posts)}")
        for path, theirs, ours in posts[:SHOWN]:
            start = next((i for i, (a, b) in enumerate(zip(theirs, ours, strict=False)) if a != b), min(len(theirs), len(ours)))
            print(f"    {path.name}\n      kramdown: {theirs[start : start + 60]!r}\n      here:     {ours[start : start + 60]!r}")


if __name__ == "__main__":
    main()
