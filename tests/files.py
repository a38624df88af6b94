"""Small builders of post files."""

from pathlib import Path

from articles.importing.options import import_options
from articles.importing.pipeline import import_posts


def post_text(
    title="夜车开往兰州",
    date="2023-09-11T13:26:13.000Z",
    author="林一舟",
    source="https://news.example.com/night-train",
    tags="[ 铁路, 旅行 ]",
    categories="[ 随笔 ]",
    body="<div>\n<p>列车在黄昏离开车站。</p>\n</div>\n",
    extra="",
) -> str:
    lines = ["---", "layout: post", f'title: "{title}"', f"date: {date}", f"author: {author}"]
    lines += [f"from: {source}"] if source else []
    lines += [f"tags: {tags}", f"categories: {categories}", *([extra] if extra else []), "---"]
    return "\n".join(lines) + f"\n<!--1694438773000-->\n[{title}]({source})\n------\n\n{body}"


def write_post(folder: Path, name="2023-09-11-夜车开往兰州.md", **fields) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(post_text(**fields), encoding="utf-8")
    return path


def write_sample(folder: Path, number: int, body_of) -> Path:
    """So many posts, every tenth of them another state of the one before; `body_of` makes a body. Returns the archive's folder."""
    for each in range(number):
        write_post(
            folder / "_posts",
            f"2023-09-{each % 28 + 1:02}-post-{each}.md",
            title=f"Post {each}",
            source=f"https://one.example/{each - (each % 10 == 9)}",
            tags=f"[ tag-{each % 50} ]",
            body=body_of(),
        )
    return folder


def run_import(*paths, **options) -> dict[str, int]:
    """Import these paths in one worker and return the counts that aren't zero."""
    report = import_posts([str(path) for path in paths], import_options(**{"workers": 1, **options}))
    return {outcome.value: number for outcome, number in report.counts.items() if number}
