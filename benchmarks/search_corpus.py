"""Posts of real length for the search's benchmark, put together from the paragraphs of real posts and loaded by COPY."""

import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import connection

from articles.importing.load import Capture
from articles.importing.maintenance import settle_search_index
from articles.importing.names import NameIds
from articles.importing.options import parse_options
from articles.importing.parse import ParseError
from articles.importing.records import ParsedFile, SourceFile
from articles.importing.show import insert_posts
from articles.importing.work import derive
from articles.models import ArchiveDay
from articles.search.fold import fold
from articles.search.packing import pack
from articles.search.terms import mark, search_text

_FIRST_DAY, _YEARS = datetime(2005, 1, 1, tzinfo=UTC), 20
# An archive is filled site by site, each in the order of its dates.
_SITES_IMPORTED = 10
_BATCH = 5_000


class Made(NamedTuple):
    """A made post: `template` is the real one whose front matter and length it has."""

    id: int
    template: ParsedFile
    published_at: datetime
    text: str
    search_text: str


class Corpus:
    """Real posts, as what made ones are put together from. `shares` tells how many of the made posts are like a folder's."""

    def __init__(self, shares: dict[Path, int]):
        self.posts, self._weights = [], []
        for folder, share in shares.items():
            paths = sorted(path for path in folder.rglob("*.md") if path.is_file())
            with ProcessPoolExecutor() as workers:
                posts = [post for post in workers.map(_derived, paths, chunksize=200) if post]
            self.posts += posts
            self._weights += [share / len(posts)] * len(posts)
        lines = [line for post in self.posts for line in post.body.text.splitlines() if line.strip()]
        self._lines = [(line, pack(mark(fold(line)))) for line in lines]
        self._heads = [
            search_text(each.front_matter.title, each.front_matter.author, each.front_matter.tags, "") for each in self.posts
        ]

    def make(self, number: int, seed: int = 1):
        """Yields so many posts. Each ends with a number that no other has."""
        chance = random.Random(seed)
        per_site = -(-number // _SITES_IMPORTED)
        templates = chance.choices(range(len(self.posts)), self._weights, k=number)
        for pk in range(1, number + 1):
            place = (pk - 1) % per_site
            # More of them the later, as archives grow.
            share = (place / per_site) ** 0.6
            published_at = _FIRST_DAY + timedelta(days=_YEARS * 365.25 * share, microseconds=pk)
            which = templates[pk - 1]
            lines, left = [(f"{pk:07}", mark(f"{pk:07}"))], len(self.posts[which].body.text)
            while left > 0:
                lines.append(chance.choice(self._lines))
                left -= len(lines[-1][0]) + 1
            lines.reverse()
            texts, folded = zip(*lines, strict=True)
            yield Made(
                pk, self.posts[which], published_at, "\n".join(texts), self._heads[which] + " ".join(" ".join(folded).split())
            )


def _derived(path: Path):
    content = path.read_bytes()
    source = SourceFile(path=path.name, size=len(content), modified_ns=0)
    try:
        return derive(source, content, parse_options())
    except ParseError:
        return None


def load(corpus: Corpus, number: int):
    """Fill the empty tables with so many made posts. The search index is made at the end, as after a large import."""
    names = NameIds(corpus.posts)
    days = Counter()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_keys")
    posts = corpus.make(number)
    while batch := list(islice(posts, _BATCH)):
        insert_posts([_as_shown(post) for post in batch], names)
        days.update(post.published_at.date() for post in batch)
        print(f"\r{batch[-1].id:,} of {number:,} posts", end="", flush=True)
    print()
    settle_search_index()
    ArchiveDay.objects.bulk_create(ArchiveDay(day=day, post_count=count) for day, count in days.items())
    with connection.cursor() as cursor:
        for table in ("author", "tag", "category", "site"):
            cursor.execute(f"UPDATE articles_{table} SET post_count = 1")
        cursor.execute("VACUUM ANALYZE articles_searchrow, articles_post")


def _as_shown(post: Made) -> Capture:
    """A made post as an import shows one, but for what no search reads: no revision, source or body."""
    template = post.template
    front_matter = replace(
        template.front_matter,
        published_at=post.published_at,
        date_written="",
        day=post.published_at.date(),
        slug=str(post.id),
        source_url="",
        normalized_url="",
        layout="",
        hidden=False,
        other={},
        body="",
    )
    body = replace(template.body, html="", text=post.text, lead_image="", video="")
    file = replace(template, identity=UUID(int=post.id), front_matter=front_matter, body=body, search_text=post.search_text)
    return Capture(None, post.id, file, post.published_at)
