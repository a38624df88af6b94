"""Write a corpus of made-up posts, the same for the same numbers.

    .venv/bin/python benchmarks/make_corpus.py 100000 /tmp/made [--from FOLDER_OF_REAL_POSTS] [--paragraphs 20]

With --from, bodies are put together from paragraphs of real posts; without, from a small vocabulary of its own. A body has at
most 20 paragraphs, or as many as --paragraphs says.
"""

import argparse
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

WORDS = [
    *("铁路", "天气", "图书馆", "茶园", "选举", "河流", "公开", "数据", "记者", "城市", "教育", "经济", "历史", "文化", "市场"),
    *("鐵路", "圖書館", "茶園", "選舉", "歷史", "經濟", "醫院", "語言", "archive", "press", "river", "covid-19", "iPhone 15", "5G"),
]
NAMES = ["林一舟", "周小满", "陳雨亭", "何以安", "王海生", "Anna Berg", "許青", "罗定", "李明月", "John Field"]
_FIRST_DAY = datetime(2005, 1, 1, tzinfo=UTC)


def real_paragraphs(folder: Path, most: int = 50_000) -> list[str]:
    """Lines of more than 20 characters from the bodies of real posts."""
    paragraphs = []
    for path in sorted(folder.rglob("*.md")):
        body = path.read_text("utf-8", errors="replace").split("\n------\n")[-1]
        paragraphs += [line for line in body.splitlines() if len(line) > 20 and "<" not in line[1:]]
        if len(paragraphs) >= most:
            break
    return paragraphs


def made_paragraph(chance: random.Random) -> str:
    return "".join(chance.choices(WORDS, k=chance.randint(10, 60))) + "。"


def post(number: int, chance: random.Random, paragraphs: list[str], most: int = 20) -> tuple[str, str]:
    """A post's file name and text."""
    date = _FIRST_DAY + timedelta(minutes=number * 7 % (19 * 365 * 24 * 60), milliseconds=number)
    title = "".join(chance.choices(WORDS, k=4)) + str(number)
    source = f"https://site{number % 40}.example.com/{date:%Y/%m}/{number}"
    tags = ", ".join(chance.sample(WORDS, 3))
    body = "\n".join(
        f"<p>{chance.choice(paragraphs) if paragraphs else made_paragraph(chance)}</p>" for _ in range(chance.randint(1, most))
    )
    text = (
        f'---\nlayout: post\ntitle: "{title}"\ndate: {date:%Y-%m-%dT%H:%M:%S}.000Z\nauthor: {chance.choice(NAMES)}\n'
        f"from: {source}\ntags: [ {tags} ]\ncomments: True\ncategories: [ {chance.choice(WORDS)} ]\n---\n"
        f"<!--{date.timestamp() * 1000:.0f}-->\n[{title}]({source})\n------\n\n<div>\n{body}\n</div>\n"
    )
    return f"{date:%Y-%m-%d}-{title.replace(' ', '-')}.md", text


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("number", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--from", dest="real", type=Path)
    parser.add_argument("--paragraphs", type=int, default=20)
    arguments = parser.parse_args()
    chance = random.Random(arguments.number)
    paragraphs = real_paragraphs(arguments.real) if arguments.real else []
    for number in range(arguments.number):
        name, text = post(number, chance, paragraphs, arguments.paragraphs)
        # A thousand files a folder: a million in one is slow on some file systems.
        path = arguments.folder / "_posts" / f"{number // 1000:04}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
