"""Time the search in archives of made posts of real length.

    .venv/bin/python benchmarks/search.py SOCIETY TEAHOUSE OPED [--number 1000000] [--first-touch] [--keep]

The three folders hold real posts; what is made of them is loaded into a database of its own on the server that the settings
name, and dropped at the end unless it is to be kept for the next run. 300 mixed queries are asked, each for its newest page,
for its most relevant posts, and for its counts and facets; told are milliseconds,
from Python and back, and how many queries the time limit of the page ended. `--first-touch`
restarts the embedded Postgres and empties the system's cache (as root) before each of the three, and asks every query once.
"""

import argparse
import os
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from search_corpus import Corpus, load  # noqa: E402
from search_queries import mixed_queries  # noqa: E402

from articles.search.counting import count_hits  # noqa: E402
from articles.search.facets import facets_of, years_of  # noqa: E402
from articles.search.finding import find  # noqa: E402
from articles.search.packing import pack  # noqa: E402
from articles.search.query import parse_query  # noqa: E402
from articles.search.ranking import rank  # noqa: E402
from articles.search.time_limit import TimeLimit  # noqa: E402
from articles.views.search import COUNTING_SHARE, FINDING_SHARE  # noqa: E402

# How many of the made posts are like those of each folder: so that their mean length is 1,600 characters, as that of 35,275
# real posts is.
_SHARES = (1, 3, 1)


def use_database(name: str) -> bool:
    """Connect to a database of this name, made if need be. Returns whether it was."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT true FROM pg_database WHERE datname = %s", [name])
        is_new = not cursor.fetchone()
        if is_new:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    connection.close()
    connection.settings_dict["NAME"] = name
    return is_new


def drop_database(name: str, other: str):
    connection.close()
    connection.settings_dict["NAME"] = other
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def make_archive(corpus: Corpus, number: int):
    started = time.monotonic()
    load(corpus, number)
    print(f"loaded in {time.monotonic() - started:,.0f} s", flush=True)


def forget_everything():
    """Restart the embedded Postgres with nothing in its memory nor in the system's."""
    from newsarchive.embedded_postgres.base import server_in

    server = server_in(connection.settings_dict["HOST"])
    connection.close()
    server.stop()
    os.sync()
    Path("/proc/sys/vm/drop_caches").write_text("3")
    server.start()
    connection.ensure_connection()


def newest(query):
    return find(query, settings.ARCHIVE_PAGE_SIZE + 1, _as_on_the_page(FINDING_SHARE)).complete


def relevant(query):
    return rank(query, _as_on_the_page(FINDING_SHARE)).complete


def counts(query):
    counted = count_hits(query, settings.SEARCH_COUNT_BOUND, _as_on_the_page(COUNTING_SHARE))
    years_of(counted)
    facets_of(counted)
    return counted.complete or counted.total == settings.SEARCH_COUNT_BOUND


def _as_on_the_page(share):
    return TimeLimit(settings.SEARCH_SECONDS * share)


WAYS = {"newest first": newest, "by relevance": relevant, "counts and facets": counts}


def timed(ask, queries) -> tuple[list[float], int]:
    """Milliseconds of each, and how many were ended by the page's time limit."""
    times, ended = [], 0
    for query in queries:
        started = time.perf_counter()
        ended += not ask(query)
        times.append((time.perf_counter() - started) * 1000)
    return times, ended


def p95(times):
    return statistics.quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def report(number, what, measured, asked):
    times, ended = measured
    figures = " | ".join(f"{value:.1f}" for value in (statistics.median(times), p95(times), max(times)))
    print(f"| {number:,} | {what} | {figures} | {ended} |", flush=True)
    by_kind = defaultdict(list)
    for each, milliseconds in zip(asked, times, strict=True):
        by_kind[each.kind].append((milliseconds, each.text))
    slowest = sorted(by_kind.items(), key=lambda item: -max(item[1])[0])[:5]
    told = "; ".join(
        f"{kind} p50 {statistics.median(ms for ms, _ in of):.0f} max {max(of)[0]:.0f} ({max(of)[1]})" for kind, of in slowest
    )
    print(f"  {told}", file=sys.stderr, flush=True)


def report_size():
    """Told from one text in `step`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), pg_table_size('articles_searchrow'), pg_indexes_size('articles_searchrow') FROM articles_searchrow"
        )
        number, table, indexes = cursor.fetchone()
        step = max(number // 20_000, 1)
        cursor.execute("SELECT replace(text, '|', '') FROM articles_searchrow WHERE post_id %% %s = 0", [step])
        texts = [pack(text) for (text,) in cursor.fetchall()]
    folded = sum(len(text.encode()) for text in texts) * number / len(texts)
    mean = statistics.mean(map(len, texts))
    sizes = f"table {table / 1e6:,.0f} MB, indexes {indexes / 1e6:,.0f} MB: {(table + indexes) / folded:.2f} times the text"
    print(f"folded text {folded / 1e6:,.0f} MB, {mean:,.0f} characters a post; {sizes}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs=3)
    parser.add_argument("--number", type=int, default=1_000_000)
    parser.add_argument("--first-touch", action="store_true")
    parser.add_argument("--keep", action="store_true")
    arguments = parser.parse_args()
    corpus = Corpus(dict(zip(arguments.folders, _SHARES, strict=True)))
    usual, own = connection.settings_dict["NAME"], f"search_benchmark_{arguments.number}"
    is_new = use_database(own)
    call_command("migrate", verbosity=0)
    if is_new:
        make_archive(corpus, arguments.number)
    report_size()
    asked = mixed_queries(corpus.posts, arguments.number)
    queries = [parse_query(each.text, settings.SEARCH_MAX_LENGTH, settings.SEARCH_MAX_TERMS) for each in asked]
    print("| posts | what | p50 | p95 | max | ended |\n|---|---|---|---|---|---|")
    for name, ask in WAYS.items():
        if arguments.first_touch:
            forget_everything()
            report(arguments.number, f"{name}, first touch", timed(ask, queries), asked)
        timed(ask, queries)
        report(arguments.number, f"{name}, warm", timed(ask, queries), asked)
    if not arguments.keep:
        drop_database(own, usual)


if __name__ == "__main__":
    main()
