"""The real posts, where they are at hand."""

import json
import re
import sqlite3
import tarfile
from collections import Counter
from hashlib import sha256
from urllib.parse import quote

import pytest
from django.core.management import call_command

from articles.importing.editing import apply_waiting, save_edit, set_hidden
from articles.importing.merging import merge_names
from articles.models import ArchivedFile, Author, Post, Revision, Tag

from .files import run_import
from .state import forget_everything, whole_state

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

ARCHIVES = ("society", "teahouse", "oped2")
# One of so many, beside those that repeat a source URL.
ONE_OF = 15


def imported(capsys, *paths):
    call_command("import_posts", *map(str, paths), "--json")
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(("name", "files"), [("society", 15_271), ("teahouse", 5_946), ("oped2", 868)])
def test_every_real_post_is_imported_once_and_then_unchanged(corpus, capsys, client, name, files):
    counts = imported(capsys, corpus / f"{name}.tar.gz")
    assert counts["failed"] == 0
    assert counts["created"] + counts["captures"] + counts["unchanged"] == files
    assert counts["created"] == Post.objects.count()
    assert imported(capsys, corpus / f"{name}.tar.gz")["unchanged"] == files
    for day, slug in ArchivedFile.objects.values_list("day", "slug").order_by("path_key")[:200]:
        assert client.get(f"/{day}/{quote(slug)}/").status_code in (200, 301)


def test_the_model_post_is_shown_at_its_old_address(corpus, capsys, client):
    assert imported(capsys, corpus / "seed")["created"] == 1
    page = client.get("/2023-09-11/俄朝确认金正恩和普京峰会-传金已动身/").content.decode()
    for part in (
        "俄朝确认金正恩和普京峰会 传金已动身",
        "大纪元",
        "https://www.epochtimes.com/gb/23/9/11/n14071528.htm",
        "保密与安全</h2>",
    ):
        assert part in page


def files_of(archive):
    with tarfile.open(archive, "r|gz") as tar:
        for member in tar:
            if member.isfile():
                yield member, tar.extractfile(member).read()


def source_of(content):
    """The file's source URL, or its bytes' hash: what other files may repeat."""
    found = re.search(rb"^from:(.*)$", content, re.MULTILINE)
    return found[1].strip() if found else sha256(content).digest()


@pytest.fixture(scope="module")
def sample(corpus, tmp_path_factory):
    """A folder with some 2,000 of the real posts: all that repeat a source URL, and others evenly."""
    folder = tmp_path_factory.mktemp("real")
    for name in ARCHIVES:
        times = Counter(source_of(content) for _, content in files_of(corpus / f"{name}.tar.gz"))
        for number, (member, content) in enumerate(files_of(corpus / f"{name}.tar.gz")):
            if number % ONE_OF == 0 or times[source_of(content)] > 1:
                path = folder / member.name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
    return folder


def edit_and_merge():
    """Do to real posts what editors do, to some of each kind."""
    posts = list(Post.objects.order_by("identity"))
    for number, post in enumerate(posts[::100]):
        changes = ({"title": f'改 \\ "{post.title}": #'}, {"body": "By hand.\n\n<p>手</p>\n"}, {"tags": ["手", "編"]})[number % 3]
        save_edit(post, changes)
    save_edit(Post.objects.get(pk=posts[0].pk), {"title": "Twice"})
    set_hidden(Post.objects.filter(pk__in=[post.pk for post in posts[50::200]]), True)
    for model in (Tag, Author):
        one, two, three = model.objects.order_by("-post_count", "slug")[:3]
        merge_names([two, three], one)


def export(folder, format="files"):
    call_command("export_posts", str(folder), "--format", format)
    return folder


def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def lived_in(sample):
    """The sample, imported, edited, and imported again after some files have changed."""
    run_import(*(sample / name for name in ARCHIVES), workers=2)
    edit_and_merge()
    edited = Revision.objects.filter(kind=Revision.Kind.EDIT).order_by("path").values_list("path", flat=True)
    changed = {path: sample.joinpath(path).read_bytes() for path in [*sorted(files_below(sample))[::90], *edited[::2]]}
    for path, content in changed.items():
        (sample / path).write_bytes(content + "\n后来补充。\n".encode())
    run_import(*(sample / name for name in ARCHIVES), workers=2)
    for post in Post.objects.filter(waiting__isnull=False).order_by("identity")[::3]:
        apply_waiting(post)
    yield sample
    for path, content in changed.items():
        (sample / path).write_bytes(content)


def test_real_posts_leave_as_they_came(sample, tmp_path):
    run_import(*(sample / name for name in ARCHIVES), workers=2)
    before = whole_state()
    assert len(before["ArchivedFile"]) > 1_500
    assert len(before["Revision"]) > len(before["Post"]) > 1_000
    left = files_below(export(tmp_path / "out"))
    del left[".newsarchive-root"]
    assert left == files_below(sample)
    forget_everything()
    assert "failed" not in run_import(tmp_path / "out", workers=2)
    assert whole_state() == before


def test_real_posts_that_were_edited_and_merged_come_back_from_an_export(lived_in, tmp_path):
    before = whole_state()
    assert Revision.objects.filter(kind=Revision.Kind.EDIT).count() > 10
    assert Post.objects.filter(waiting__isnull=False).exists()
    assert before["merged"]
    first = files_below(export(tmp_path / "first"))
    forget_everything()
    assert "failed" not in run_import(tmp_path / "first", workers=2)
    assert whole_state() == before
    call_command("check_archive")
    assert files_below(export(tmp_path / "second")) == first


def test_json_lines_and_sqlite_hold_every_state_of_every_real_post(lived_in, tmp_path):
    with open(export(tmp_path / "json", "jsonl") / "posts.jsonl", encoding="utf-8") as lines:
        posts = [json.loads(line) for line in lines]
    assert sorted((each["title"], each["address"], each["html"]) for each in posts) == sorted(
        (post.title, post.get_absolute_url(), post.body_html) for post in Post.objects.all()
    )
    states = sorted((each["kind"], each["content"].encode()) for post in posts for each in post["revisions"])
    kept = sorted((kind, bytes(content)) for kind, content in Revision.objects.values_list("kind", "content"))
    assert states == kept
    with sqlite3.connect(export(tmp_path / "sqlite", "sqlite") / "posts.sqlite") as database:
        assert sorted(database.execute("SELECT kind, content FROM revisions")) == kept
        assert sorted(database.execute("SELECT id, title, body, html FROM posts")) == sorted(
            (each["id"], each["title"], each["body"], each["html"]) for each in posts
        )
        paths = sorted(path for (path,) in database.execute("SELECT path FROM files"))
        assert paths == sorted(ArchivedFile.objects.values_list("path", flat=True))
