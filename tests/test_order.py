"""The archive follows from the files alone: not from the order in which they are met, the batches or the workers."""

import random
import shutil

import pytest

from articles.importing import pipeline

from .files import run_import, write_post
from .state import archive_state, forget_everything

pytestmark = pytest.mark.django_db(transaction=True)


def write_sample(folder):
    """Posts with every relation that order could matter to: captures, shared addresses, names in several spellings, copies."""
    for number in range(12):
        write_post(
            folder / "_posts", f"2023-09-{number + 1:02}-post.md", source=f"https://one.example/{number}", tags="[ Tag, tag ]"
        )
    for number in range(4):
        write_post(
            folder / "archived" / str(number),
            "2023-09-01-post.md",
            source=f"https://two.example/{number}",
            date=f"2023-09-01T0{number}:00:00Z",
        )
        write_post(
            folder / "archived",
            f"2023-09-02-renamed-{number}.md",
            title=f"State {number % 2}",
            source="https://one.example/1",
            tags="[ TAG ]",
        )
        write_post(folder / "copies" / str(number), "2023-09-03-post.md", source="https://one.example/2", tags="[ Tag, tag ]")
        write_post(folder / "homeless" / str(number % 2), "2023-09-05-same.md", source="", title=f"Homeless {number}")
    write_post(folder / "_posts", "2023-09-01-post-2.md", source="https://three.example/")
    for hour, published in ((1, "false"), (2, "true"), (3, "false")):
        for source in ("ends-unpublished", "ends-published")[: 2 if hour < 3 else 1]:
            write_post(
                folder / source,
                f"2023-09-06-{hour}.md",
                source=f"https://four.example/{source}",
                date=f"2023-09-06T0{hour}:00:00Z",
                extra=f"published: {published}",
            )
    (folder / "2023-01-01-empty.md").touch()


@pytest.fixture
def expected(tmp_path):
    write_sample(tmp_path / "sample")
    run_import(tmp_path / "sample")
    state = archive_state()
    forget_everything()
    return state


@pytest.mark.parametrize("seed", range(6))
def test_order_batches_and_workers_dont_matter(tmp_path, monkeypatch, expected, seed):
    chance = random.Random(seed)
    walk = pipeline.walk

    def shuffled(*arguments):
        sources = list(walk(*arguments))
        chance.shuffle(sources)
        return sources

    monkeypatch.setattr(pipeline, "walk", shuffled)
    monkeypatch.setattr("articles.importing.workers._INLINE_FILES", chance.choice([0, 100]))
    run_import(tmp_path / "sample", workers=chance.choice([1, 2]), batch_files=chance.choice([1, 3, 7, 1000]))
    assert archive_state() == expected


@pytest.mark.parametrize("seed", range(4))
def test_splitting_over_runs_gives_the_same_posts_captures_and_addresses(tmp_path, expected, seed):
    chance = random.Random(seed)
    files = sorted(path for path in (tmp_path / "sample").rglob("*.md"))
    chance.shuffle(files)
    half = len(files) // 2
    for part, paths in (("first", files[:half]), ("second", files[half:])):
        for path in paths:
            target = tmp_path / part / path.relative_to(tmp_path)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    for part in ("first", "second"):
        (tmp_path / part / "sample" / "_config.yml").touch()
        run_import(tmp_path / part / "sample")
    # Which of two equally old captures is shown is told by their arrival, and that differs.
    arrival = {"current__sha256", "title", "body_html", "text", "excerpt", "slug", "claimed_slug", "path"}
    split = archive_state(*arrival)
    forget_everything()
    run_import(tmp_path / "sample")
    assert split == archive_state(*arrival)
