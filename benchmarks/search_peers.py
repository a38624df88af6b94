"""What others find in the same posts, how long it takes them, and what they miss.

    .venv/bin/python benchmarks/search_peers.py SOCIETY TEAHOUSE OPED [--number 35000] [--queries 100]

Every one gets the posts as they are written, newest last, and is asked for the newest 51 hits of words and phrases; then for all
of its hits, which are compared with a plain look for the folded terms in every folded text. Needs `pip install tantivy`.
The posts are those of benchmarks/search.py, whose database is used, and made if it is missing.
"""

import argparse
import re
import sqlite3
import statistics
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import tantivy
from django.conf import settings
from django.db import connection
from search import _SHARES, make_archive, p95, use_database
from search_corpus import Corpus
from search_queries import mixed_queries

from articles.search.finding import find
from articles.search.packing import pack
from articles.search.query import Query, parse_query
from articles.search.terms import UNSPACED
from articles.search.time_limit import TimeLimit

_PAGE = 51
_ALL = 10_000_000
_RUN = re.compile(f"[{UNSPACED}]+")


class Archive:
    """This archive."""

    def __init__(self, documents):
        pass

    def ask(self, query, typed, limit):
        return [place.id for place in find(query, limit, TimeLimit(600)).places]


class Sqlite:
    tokenizer = "trigram"

    def __init__(self, documents):
        self._connection = sqlite3.connect(":memory:")
        self._connection.execute(f"CREATE VIRTUAL TABLE post USING fts5(text, tokenize='{self.tokenizer}')")
        rows = ((pk, self._cut(text)) for pk, text in documents)
        self._connection.executemany("INSERT INTO post (rowid, text) VALUES (?, ?)", rows)

    def ask(self, query, typed, limit):
        match = " ".join(self._phrase(piece) for piece in pieces(typed))
        sql = "SELECT rowid FROM post WHERE post MATCH ? ORDER BY rowid DESC LIMIT ?"
        return [row[0] for row in self._connection.execute(sql, [match, limit])]

    def _cut(self, text):
        return text

    def _phrase(self, piece):
        return f'"{piece}"'


class SqliteTrigrams(Sqlite):
    """SQLite FTS5, trigram"""


class SqliteBigrams(Sqlite):
    """SQLite FTS5, text cut into bigrams"""

    tokenizer = "unicode61"

    def _cut(self, text):
        return bigrams(text)

    def _phrase(self, piece):
        # One character is the beginning of its bigrams.
        return f'"{piece}"*' if len(piece) == 1 else f'"{bigrams(piece, last_alone=False)}"'


class TantivyBase:
    def __init__(self, documents):
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("id", stored=True, fast=True)
        builder.add_text_field("text", tokenizer_name=self.tokenizer)
        self._folder = tempfile.TemporaryDirectory()
        self._index = tantivy.Index(builder.build(), path=self._folder.name)
        self._prepare()
        writer = self._index.writer(heap_size=200_000_000, num_threads=1)
        for pk, text in documents:
            writer.add_document(tantivy.Document(id=pk, text=text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def _prepare(self):
        pass

    def ask(self, query, typed, limit):
        searcher = self._index.searcher()
        wanted = " AND ".join(f'"{piece}"' for piece in pieces(typed))
        parsed, _errors = self._index.parse_query_lenient(wanted, ["text"])
        # Tantivy makes room for the whole limit.
        limit = min(limit, searcher.num_docs)
        hits = searcher.search(parsed, limit, count=False, order_by_field="id").hits
        return [searcher.doc(address)["id"][0] for _, address in hits]


class TantivyWords(TantivyBase):
    """Tantivy, default words"""

    tokenizer = "default"


class TantivyBigrams(TantivyBase):
    """Tantivy, ngram(2, 2)"""

    tokenizer = "bigrams"

    def _prepare(self):
        cut = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2)).filter(tantivy.Filter.lowercase()).build()
        self._index.register_tokenizer("bigrams", cut)


class Postgres:
    def __init__(self, documents):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE IF NOT EXISTS peer (id int8 PRIMARY KEY, text text)")
            cursor.execute("SELECT true FROM peer LIMIT 1")
            if not cursor.fetchone():
                with cursor.copy("COPY peer FROM STDIN") as copy:
                    for document in documents:
                        copy.write_row(document)
                # Past the first 100,000 lexemes of a large text nothing is kept, and past 1 MB nothing works.
                vector = "to_tsvector('simple', left(text, 200000))"
                cursor.execute(f"CREATE INDEX peer_simple ON peer USING gin ({vector})")
                cursor.execute("ANALYZE peer")

    def ask(self, query, typed, limit):
        where, params = self._condition(typed)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id FROM peer WHERE {where} ORDER BY id DESC LIMIT %s", [*params, limit])
            return [row[0] for row in cursor.fetchall()]


class Like(Postgres):
    """Postgres, ILIKE"""

    def _condition(self, typed):
        found = pieces(typed)
        return " AND ".join(["text ILIKE %s"] * len(found)), [
            f"%{re.sub('([%_])', chr(92) + chr(92) + '1', each)}%" for each in found
        ]


class Simple(Postgres):
    """Postgres, to_tsvector('simple')"""

    def _condition(self, typed):
        found = pieces(typed)
        tests = ["to_tsvector('simple', left(text, 200000)) @@ phraseto_tsquery('simple', %s)"] * len(found)
        return " AND ".join(tests), found


def pieces(typed: str) -> list[str]:
    """The words and the phrase of a query without other syntax."""
    return [typed.strip('"')] if typed.startswith('"') else typed.split()


def bigrams(text, last_alone=True):
    """A text with its runs of characters as overlapping pairs, and the last one alone, so that each begins some pair."""

    def cut(match):
        run = match[0]
        pairs = [one + other for one, other in pairwise(run)]
        return f" {' '.join([*pairs, run[-1]] if last_alone or not pairs else pairs)} "

    return _RUN.sub(cut, text)


def plainly(query: Query, folded: list[tuple[int, str]]) -> set[int]:
    groups = [[pack(term.marked) for term in group] for group in query.groups]
    return {pk for pk, text in folded if all(any(term in text for term in group) for group in groups)}


def compare(name, peer, queries, truths):
    """A line of the table."""
    times, recalls, precisions, empty = [], [], [], 0
    for (typed, query), truth in zip(queries, truths, strict=True):
        started = time.perf_counter()
        peer.ask(query, typed, _PAGE)
        times.append((time.perf_counter() - started) * 1000)
        found = set(peer.ask(query, typed, _ALL))
        if truth:
            recalls.append(len(found & truth) / len(truth))
            empty += not found
        if found:
            precisions.append(len(found & truth) / len(found))
    share = [f"{statistics.mean(each) * 100:.1f} %" if each else "–" for each in (recalls, precisions)]
    figures = [f"{value:,.1f}" for value in (statistics.median(times), p95(times), max(times))]
    print(f"| {name} | {' | '.join(figures)} | {share[0]} | {empty} | {share[1]} |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs=3)
    parser.add_argument("--number", type=int, default=35_000)
    parser.add_argument("--queries", type=int, default=100)
    arguments = parser.parse_args()
    corpus = Corpus(dict(zip(arguments.folders, _SHARES, strict=True)))
    if use_database(f"search_benchmark_{arguments.number}"):
        make_archive(corpus, arguments.number)
    made = sorted(corpus.make(arguments.number), key=lambda post: post.published_at)
    # To the peers the greatest id is the newest.
    documents = [(post.id, "\n".join([*head(post.template.front_matter), post.text])) for post in made]
    folded = [(post.id, post.search_text) for post in made]
    asked = [each.text for each in mixed_queries(corpus.posts, arguments.number) if not re.search(r"\w:| OR | -", each.text)]
    queries = [
        (text, parse_query(text, settings.SEARCH_MAX_LENGTH, settings.SEARCH_MAX_TERMS)) for text in asked[: arguments.queries]
    ]
    queries = [(text, query) for text, query in queries if not query.is_empty]
    truths = [plainly(query, folded) for _, query in queries]
    print("| | p50 | p95 | max | found of what there is | finds nothing | right of what it finds |\n|---|---|---|---|---|---|---|")
    for kind in (Archive, SqliteTrigrams, SqliteBigrams, TantivyWords, TantivyBigrams, Like, Simple):
        compare(kind.__doc__.strip("."), kind(documents), queries, truths)


def head(front_matter):
    return [front_matter.title, front_matter.author, *front_matter.tags]


if __name__ == "__main__":
    main()
