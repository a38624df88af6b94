import pytest

from articles.importing.check import check_archive
from articles.models import ArchiveDay, Author, NameYear, Permalink, Post, Revision, Tag

from .files import run_import, write_post
from .state import archive_state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def archive(tmp_path):
    for number in range(3):
        write_post(tmp_path, f"2023-09-1{number}-post.md", title=f"Post {number}", source=f"https://one.example/{number // 2}")
    run_import(tmp_path)


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
    "older capture shown": lambda: Post.objects.filter(capture_count=2).update(
        current=Revision.objects.filter(post__capture_count=2).order_by("published_at", "path").first()
    ),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_what_is_wrong_is_found_and_mended(archive, spoil):
    before = archive_state()
    spoil()
    assert findings()[0]
    told, mended = findings(repair=True)
    assert mended == len(told)
    assert findings() == ([], 0)
    assert archive_state() == before


def test_bytes_that_changed_are_found_and_can_not_be_mended(archive):
    Revision.objects.filter(pk=Revision.objects.first().pk).update(sha256=b"x" * 32)
    told, mended = findings(repair=True)
    assert (len(told), mended) == (1, 0)
    assert "SHA-256" in told[0]
