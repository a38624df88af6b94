"""Make a larger corpus out of real posts: each several times, with another source URL each time.

    .venv/bin/python benchmarks/repeat_corpus.py FOLDER TARGET [--times 5]

Makes so many files of every file below FOLDER in TARGET; the first is as it is. Files without a source stay different posts,
because they lie at different paths.
"""

import argparse
import re
from pathlib import Path

_SOURCE = re.compile(rb"^from:[ \t]*[\"']?(?P<url>[^\s\"']+)[\"']?[ \t]*$", re.MULTILINE)
_VIDEO = re.compile(rb"(?<=[?&]v=)[\w-]")
# A name with its number has to fit into the 255 bytes that file systems allow.
_STEM_CHARACTERS = 80


def copy_of(content: bytes, number: int) -> bytes:
    """A file's bytes with the source URL of its copy of this number. What makes a YouTube video's URL is its ID."""

    def source(match):
        url, videos = _VIDEO.subn(b"%c" % (ord("A") + number), match["url"])
        if not videos:
            url += (b"&" if b"?" in url else b"?") + b"copy=%d" % number
        return b"from: " + url

    return _SOURCE.sub(source, content, count=1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--times", type=int, default=5, choices=range(1, 27), metavar="1-26")
    arguments = parser.parse_args()
    for path in sorted(each for each in arguments.folder.rglob("*") if each.is_file()):
        content = path.read_bytes()
        copied = arguments.target / path.relative_to(arguments.folder)
        copied.parent.mkdir(parents=True, exist_ok=True)
        copied.write_bytes(content)
        for number in range(1, arguments.times):
            copied.with_name(f"{path.stem[:_STEM_CHARACTERS]}-{number}{path.suffix}").write_bytes(copy_of(content, number))


if __name__ == "__main__":
    main()
