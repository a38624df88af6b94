"""Measure the processor time that the import's workers spend on the files of a folder, by stage.

    .venv/bin/python benchmarks/worker_time.py FOLDER [--rounds 3]

Every .md file below the folder is processed as a worker does it, but in this process: the least CPU seconds of the rounds, and the
size of what a worker would send. In a round of its own cProfile then tells the share of each stage; its cost falls on
every call, so stages of many small ones look larger than they are.
"""

import argparse
import cProfile
import pickle
import pstats
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from articles.importing.parse import ParseOptions  # noqa: E402
from articles.importing.read import ReadOptions  # noqa: E402
from articles.importing.records import SourceFile  # noqa: E402
from articles.importing.work import process_files  # noqa: E402

READ_OPTIONS = ReadOptions(max_file_bytes=32 * 1024**2, max_unpacked_bytes=0)
PARSE_OPTIONS = ParseOptions(time_zone="UTC", max_title=1000, max_tags=1000)
CHUNK_FILES = 64
# The functions in which a stage, or a step of the stage above it, begins.
STAGES = (
    ("read", "contents.py", "read_content"),
    ("parse", "parse.py", "parse_post"),
    ("  YAML", "front_matter.py", "read_front_matter"),
    ("clean", "__init__.py", "clean_body"),
    ("  Markdown", "markdown.py", "render"),
    ("  HTML parser", "tree.py", "parse_html"),
    ("  frames", "media.py", "replace_frames"),
    ("  images", "media.py", "settle_images"),
    ("  simplifying", "tree.py", "simplify"),
    ("  spaces, text", "spaces.py", "settle_spaces"),
    ("  pictures", "pictures.py", "set_pictures_apart"),
    ("  attributes", "attributes.py", "keep_attributes"),
    ("  links in the text", "links.py", "link_text"),
    ("  serializing", "__init__.py", "_inner_html"),
    ("  sanitizer", "sanitize.py", "sanitize"),
    ("language", "language.py", "language_of"),
    ("search text", "terms.py", "search_text"),
)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    chunks = chunks_of(arguments.folder)
    rounds = [measured(chunks) for _ in range(arguments.rounds)]
    seconds, size = min(rounds)
    print(f"{arguments.folder}: {seconds:.2f} s of CPU, {size / 1e6:.1f} MB sent")
    profiler = cProfile.Profile()
    profiler.runcall(measured, chunks)
    for line in shares(pstats.Stats(profiler)):
        print(line)


def chunks_of(folder):
    paths = sorted(folder.rglob("*.md"))
    files = [(SourceFile(str(path), path.stat().st_size, 0, location=str(path)), None) for path in paths]
    return [files[start : start + CHUNK_FILES] for start in range(0, len(files), CHUNK_FILES)]


def measured(chunks):
    """The CPU seconds that these files take, and the bytes that their results do."""
    started, size = time.process_time(), 0
    for chunk in chunks:
        size += len(pickle.dumps(process_files(chunk, READ_OPTIONS, PARSE_OPTIONS)))
    return time.process_time() - started, size


def shares(stats):
    times = {(Path(file).name, name): cumulative for (file, _, name), (_, _, _, cumulative, _) in stats.stats.items()}
    for label, file, name in STAGES:
        yield f"{label:22} {100 * times.get((file, name), 0) / stats.total_tt:5.1f} %"


if __name__ == "__main__":
    main()
