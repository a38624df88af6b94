"""Posts of real length for the search's benchmark, put together from the paragraphs of real posts and loaded by COPY."""

import random
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from articles.importing.copying import copy_rows
from articles.importing.names import NameIds
from articles.importing.options import parse_options
from articles.importing.parse import ParseError
from articles.importing.records import FrontMatter, ParsedFile, SourceFile
from articles.importing.work import derive
from articles.models import ArchiveDay
from articles.search.fold import fold
from articles.search.terms import AUTHOR, CATEGORY, SITE, TAG, mark, name_key, search_text

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
        self._lines = [(line, mark(fold(line))) for line in lines]
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
    keys = {id(post): _name_keys(post.front_matter, names) for post in corpus.posts}
    days = Counter()
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_keys")
    posts = corpus.make(number)
    while batch := list(islice(posts, _BATCH)):
        _load_batch(batch, names, keys)
        days.update(post.published_at.date() for post in batch)
        print(f"\r{batch[-1].id:,} of {number:,} posts", end="", flush=True)
    print()
    ArchiveDay.objects.bulk_create(ArchiveDay(day=day, post_count=count) for day, count in days.items())
    with connection.cursor() as cursor:
        for table in ("author", "tag", "category", "site"):
            cursor.execute(f"UPDATE articles_{table} SET post_count = 1")
        cursor.execute("VACUUM ANALYZE articles_searchrow, articles_post")


def _load_batch(batch, names, keys):
    copy_rows(
        "articles_post",
        {
            "id": "int8",
            "identity": "uuid",
            "title": "text",
            "published_at": "timestamptz",
            "date_written": "text",
            "day": "date",
            "slug": "text",
            "claimed_slug": "text",
            "author_id": "int8",
            "source_url": "text",
            "normalized_url": "text",
            "layout": "text",
            "language": "text",
            "other": "jsonb",
            "hidden": "bool",
            "body": "text",
            "body_html": "text",
            "text": "text",
            "excerpt": "text",
            "lead_image": "text",
            "video": "text",
            "capture_count": "int4",
        },
        (_post_row(post, post.template.front_matter, names) for post in batch),
    )
    copy_rows(
        "articles_searchrow",
        {"post_id": "int8", "day": "date", "published_at": "timestamptz", "names": "int4[]", "text": "text"},
        ((post.id, post.published_at.date(), post.published_at, keys[id(post.template)], post.search_text) for post in batch),
    )


def _post_row(post, front_matter: FrontMatter, names):
    day, slug = post.published_at.date(), str(post.id)
    return (
        *(post.id, UUID(int=post.id), front_matter.title, post.published_at, "", day, slug, slug),
        *(names.author(front_matter.author), "", "", "", post.template.language, Jsonb({}), False, "", "", post.text),
        *(post.template.body.excerpt, "", "", 1),
    )


def _name_keys(front_matter, names):
    found = [
        *((TAG, pk) for pk in names.tags(front_matter.tags)),
        *((CATEGORY, pk) for pk in names.categories(front_matter.categories)),
        (AUTHOR, names.author(front_matter.author)),
        (SITE, names.site(front_matter.source_host)),
    ]
    return [name_key(kind, pk) for kind, pk in found if pk]
