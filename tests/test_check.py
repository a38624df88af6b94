import re
from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import connection

from articles.importing.check import check_archive
from articles.importing.editing import save_edit
from articles.importing.locks import _IMPORT_LOCK
from articles.importing.maintenance import has_search_index, settle_search_index, update_statistics
from articles.importing.rebuild import rebuild_posts
from articles.importing.undo import undo_import
from articles.models import (
    ArchiveDay,
    ArchivedFile,
    Author,
    FileAlias,
    ImportRun,
    NameYear,
    OldAddress,
    Permalink,
    Post,
    PostTag,
    Revision,
    SearchRow,
    Tag,
)

from .files import run_import, write_post
from .state import archive_state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(tmp_path):
    for number in range(3):
        write_post(tmp_path, f"2023-09-1{number}-post.md", title=f"Post {number}", source=f"https://one.example/{number // 2}")
    write_post(
        tmp_path,
        "2023-09-20-edited.md",
        source="https://one.example/edited",
        date="2023-09-21T00:00:00Z",
        extra="redirect_from: /old/edited/",
    )
    run_import(tmp_path)
    save_edit(edited(), {"title": "By hand &amp; eye"})
    write_post(tmp_path, "2023-09-20-edited.md", source="https://one.example/edited", title="Newer", date="2023-09-22T00:00:00Z")
    run_import(tmp_path)


def edited():
    return Post.objects.get(source_url="https://one.example/edited")


def findings(repair=False):
    told = []
    found, mended = check_archive(repair, lambda finding: told.append(finding.what))
    assert found == len(told)
    return told, mended


def test_an_archive_as_imported_is_well(archive):
    assert findings() == ([], 0)


SPOILED = {
    "counter of a name": lambda: Tag.objects.update(post_count=7),
    "author's counter": lambda: Author.objects.update(post_count=0),
    "year of a name": lambda: NameYear.objects.update(post_count=7),
    "lost year of a name": lambda: NameYear.objects.filter(kind="tag").delete(),
    "year of no name": lambda: NameYear.objects.create(kind="tag", name_id=99, year=1999, post_count=1),
    "lost day": lambda: ArchiveDay.objects.first().delete(),
    "derived text": lambda: Post.objects.filter(pk=Post.objects.first().pk).update(text="something else"),
    "lost tag": lambda: Post.objects.first().post_tags.all().delete(),
    "lost address": lambda: Permalink.objects.first().delete(),
    "address of nobody": lambda: Permalink.objects.create(day="2020-01-01", slug="x", claimed_slug="x", post=Post.objects.first()),
    "number of captures": lambda: Post.objects.update(capture_count=9),
    "identity": lambda: Post.objects.filter(pk=Post.objects.first().pk).update(identity=UUID(int=1)),
    "search text": lambda: SearchRow.objects.filter(pk=Post.objects.first().pk).update(text="something else"),
    "search keys": lambda: SearchRow.objects.filter(pk=Post.objects.first().pk).update(names=[1]),
    "search day": lambda: SearchRow.objects.filter(pk=Post.objects.first().pk).update(day="2020-01-01"),
    "lost search row": lambda: SearchRow.objects.filter(pk=Post.objects.first().pk).delete(),
    "search row of a hidden post": lambda: Post.objects.filter(pk=Post.objects.first().pk).update(hidden=True),
    "place of a tag": lambda: PostTag.objects.filter(post=Post.objects.first()).update(day="2020-01-01"),
    "folded name": lambda: Tag.objects.filter(pk=Tag.objects.first().pk).update(folded="x"),
    "title of a revision": lambda: Revision.objects.filter(pk=Revision.objects.first().pk).update(title="x"),
    "date of a revision": lambda: Revision.objects.filter(kind="capture").update(published_at=datetime(2020, 1, 1, tzinfo=UTC)),
    "path of a revision": lambda: Revision.objects.filter(pk=edited().waiting_id).update(path="a"),
    "lost alias": lambda: FileAlias.objects.all().delete(),
    "claim of a file": lambda: ArchivedFile.objects.filter(path__endswith="edited.md").update(slug="x"),
    "lost old address": lambda: OldAddress.objects.all().delete(),
    "old address of nobody": lambda: OldAddress.objects.create(file=ArchivedFile.objects.first(), key="x"),
    "key of a path": lambda: ArchivedFile.objects.filter(path__endswith="11-post.md").update(path_key=UUID(int=1)),
    "path of a file": lambda: ArchivedFile.objects.filter(path__endswith="11-post.md").update(path="a"),
    "slug of a post": lambda: Post.objects.filter(pk=Post.objects.first().pk).update(slug="x"),
    "edit of another post shown": lambda: Post.objects.filter(source_url="https://one.example/0").update(
        current=Revision.objects.get(kind="edit")
    ),
    "nothing shown": lambda: Post.objects.filter(source_url="https://one.example/0").update(current=None),
    "nothing waits": lambda: Post.objects.update(waiting=None),
    "what waits": lambda: Post.objects.filter(pk=edited().pk).update(waiting=Revision.objects.order_by("pk").first()),
    "older capture shown": lambda: Post.objects.filter(source_url="https://one.example/0").update(
        current=Revision.objects.filter(post__source_url="https://one.example/0").order_by("published_at", "path").first()
    ),
}

# Counts, paths, waiting captures, whose an edit is and addresses that no file claims are no rule's outcome, and
# `check_archive --repair` mends them.
NOT_REBUILT = {
    *("counter of a name", "author's counter", "lost day", "lost year of a name", "year of a name", "year of no name", "lost tag"),
    *("address of nobody", "search row of a hidden post"),
    *("path of a revision", "nothing waits", "what waits"),
    *("key of a path", "path of a file", "edit of another post shown"),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_is_wrong_is_found_and_mended(archive, spoil):
    before = archive_state() if spoil is not SPOILED["search row of a hidden post"] else None
    spoil()
    assert findings()[0]
    told, mended = findings(repair=True)
    assert mended == len(told)
    assert findings() == ([], 0)
    assert before is None or archive_state() == before


def test_a_capture_whose_file_is_lost_keeps_its_address(archive):
    file = ArchivedFile.objects.get(path__endswith="10-post.md")
    told = {"path": file.path, "path_key": file.path_key, "size": file.size, "is_current": True, "run": file.run}
    address = {"revision": file.revision, "day": file.day, "slug": file.slug}
    file.delete()
    assert findings()[0][0].endswith("10-post.md): lies in no file")
    told_of, mended = findings(repair=True)
    assert mended == len(told_of)
    assert findings() == ([], 0)
    assert ArchivedFile.objects.filter(**told, **address).exists()
    assert Permalink.objects.filter(post=file.revision.post, day=file.day, slug=file.slug).exists()


def test_a_post_without_a_capture_is_told_and_not_mended(archive):
    post = Post.objects.get(source_url="https://one.example/1")
    Post.objects.filter(pk=post.pk).update(current=None)
    ArchivedFile.objects.filter(revision__post=post).delete()
    Revision.objects.filter(post=post).delete()
    findings(repair=True)
    assert findings(repair=True)[0] == [f"post {post.pk}: has no capture"]


@pytest.mark.parametrize("what", sorted(SPOILED.keys() - NOT_REBUILT))
def test_a_rebuild_derives_everything_again(archive, what):
    before = archive_state()
    SPOILED[what]()
    assert sum(number for _, number in rebuild_posts(print)) == Post.objects.count()
    assert archive_state() == before


def test_a_rebuild_gives_an_identity_that_another_post_leaves(archive):
    before = archive_state()
    identity = UUID(int=1)
    for post in Post.objects.order_by("-pk"):
        Post.objects.filter(pk=post.pk).update(identity=identity)
        identity = post.identity
    told = []
    list(rebuild_posts(told.append))
    assert (archive_state(), told) == (before, [])


def test_an_undone_run_leaves_posts_known_by_the_paths_that_are_left(tmp_path):
    for folder in ("b", "a"):
        write_post(tmp_path / "sample" / folder, source="")
        run_import(tmp_path / "sample")
        if folder == "b":
            before = archive_state()
    assert archive_state()["Post"] != before["Post"]
    undo_import(ImportRun.objects.latest("pk"))
    assert archive_state() == before
    assert findings() == ([], 0)


@pytest.fixture
def two_pages(tmp_path, monkeypatch):
    """Two posts whose sources differ in a parameter that doesn't count any more."""
    for number in (1, 2):
        write_post(tmp_path, f"2023-09-1{number}-page.md", source=f"https://one.example/a?page={number}")
    run_import(tmp_path)
    monkeypatch.setattr("articles.importing.urls._TRACKING", re.compile("page"))
    return tmp_path


def test_after_a_change_of_the_rules_the_next_capture_is_still_its_posts(two_pages):
    assert any("isn't known by what its files say" in told for told in findings()[0])
    list(rebuild_posts(print))
    write_post(two_pages, "2023-09-11-page.md", source="https://one.example/a?page=3", title="Another state")
    assert run_import(two_pages) == {"updated": 1, "unchanged": 1}
    assert Post.objects.count() == 2


def test_posts_that_became_one_by_the_rules_are_told_and_stay(two_pages):
    told = []
    list(rebuild_posts(told.append))
    first, second = Post.objects.order_by("pk")
    assert told == findings()[0]
    assert len(told) == 1
    assert told[0].startswith(f"post {second.pk}: ")
    assert f"that is post {first.pk} by now" in told[0]
    assert findings(repair=True)[1] == 0


def test_bytes_that_changed_are_found_and_can_not_be_mended(archive):
    Revision.objects.filter(pk=Revision.objects.first().pk).update(sha256=b"x" * 32)
    told, mended = findings(repair=True)
    assert (len(told), mended) == (1, 0)
    assert "SHA-256" in told[0]


@pytest.fixture
def without_search_index(archive):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX search_keys")
    yield
    settle_search_index()


def test_a_missing_search_index_is_found_and_made(without_search_index):
    assert findings() == (["the search index is missing: searches read every post"], 0)
    assert findings(repair=True)[1] == 1
    assert has_search_index()
    assert findings() == ([], 0)


def test_a_rebuild_makes_a_missing_search_index(without_search_index):
    list(rebuild_posts(print))
    assert has_search_index()


def test_import_status_tells_of_a_missing_search_index(without_search_index, capsys):
    call_command("import_status")
    assert "The search index is missing" in capsys.readouterr().out
    settle_search_index()
    call_command("import_status")
    assert "search index" not in capsys.readouterr().out


def test_the_search_index_is_not_missed_while_an_import_runs(without_search_index):
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_IMPORT_LOCK])
        assert findings() == ([], 0)
    finally:
        other.close()


def analyzed_tables():
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname IN ('articles_post', 'articles_revision') AND reltuples > 0")
        return {table for (table,) in cursor.fetchall()}


@pytest.mark.parametrize("how", [lambda: findings(repair=True), lambda: list(rebuild_posts(print)), update_statistics])
def test_tables_get_the_statistics_that_a_kill_left_them_without(archive, how):
    with connection.cursor() as cursor:
        for table in ("articles_post", "articles_revision"):
            cursor.execute(f"UPDATE pg_class SET reltuples = -1, relpages = 0 WHERE relname = '{table}'")
        cursor.execute("SELECT pg_stat_reset()")
    assert analyzed_tables() == set()
    how()
    assert analyzed_tables() == {"articles_post", "articles_revision"}
