"""Writes articles/search/common_characters.txt: the commonest Chinese characters, which `articles.search.packing` writes shorter.

    .venv/bin/python benchmarks/common_characters.py FOLDER...

Counts them in the folded posts of the folders. Run it again only for a good reason: every search row and the index have to be
made again by `rebuild_posts` then, and a character more or less among the commonest saves hardly anything.
"""

import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from articles.search.fold import fold  # noqa: E402
from articles.search.packing import SHORT, TABLE_PATH  # noqa: E402

_CHINESE = re.compile("[\u4e00-\u9fff]")
_A_LINE = 60


def main(folders):
    seen = Counter()
    for folder in folders:
        for path in Path(folder).rglob("*.md"):
            if path.is_file():
                seen.update(_CHINESE.findall(fold(path.read_text(encoding="utf-8", errors="replace"))))
    commonest = "".join(sorted(seen, key=lambda character: (-seen[character], character))[: len(SHORT)])
    lines = [commonest[start : start + _A_LINE] for start in range(0, len(commonest), _A_LINE)]
    TABLE_PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
