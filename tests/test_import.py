from datetime import UTC, date, datetime

import pytest

from articles.importing.editing import save_edit, set_hidden
from articles.importing.undo import undo_import
from articles.models import ArchiveDay, ArchivedFile, ImportProblem, ImportRun, Permalink, Post, Revision, Tag

from .files import post_text, run_import, write_post

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_file_becomes_a_post(tmp_path):
    write_post(tmp_path)
    assert run_import(tmp_path) == {"created": 1}
    post = Post.objects.get()
    assert post.title == "夜车开往兰州"
    assert post.published_at == datetime(2023, 9, 11, 13, 26, 13, tzinfo=UTC)
    assert post.get_absolute_url().startswith("/2023-09-11/")
    assert (post.author.name, post.site.name) == ("林一舟", "news.example.com")
    assert [link.tag.name for link in post.post_tags.all()] == ["铁路", "旅行"]
    assert [link.category.name for link in post.post_categories.all()] == ["随笔"]
    assert post.text == "列车在黄昏离开车站。"
    assert "<p>列车在黄昏离开车站。</p>" in post.body_html


def test_the_file_is_kept_byte_for_byte(tmp_path):
    path = write_post(tmp_path)
    run_import(tmp_path)
    assert bytes(Revision.objects.get().content) == path.read_bytes()


def test_a_second_import_changes_nothing(tmp_path):
    write_post(tmp_path)
    run_import(tmp_path)
    before = list(Post.objects.values())
    assert run_import(tmp_path) == {"unchanged": 1}
    assert list(Post.objects.values()) == before
    assert Revision.objects.count() == ArchivedFile.objects.count() == 1


def test_a_touched_file_is_unchanged(tmp_path):
    path = write_post(tmp_path)
    run_import(tmp_path)
    path.touch()
    assert run_import(tmp_path) == {"unchanged": 1}
    assert ArchivedFile.objects.get().modified_ns == path.stat().st_mtime_ns


def test_a_known_path_with_new_bytes_is_updated(tmp_path):
    write_post(tmp_path)
    run_import(tmp_path)
    write_post(tmp_path, title="夜车开往敦煌", tags="[ 铁路 ]", date="2023-09-12T01:00:00Z")
    assert run_import(tmp_path) == {"updated": 1}
    post = Post.objects.get()
    assert post.title == "夜车开往敦煌"
    assert post.capture_count == 2
    assert {tag.name: tag.post_count for tag in Tag.objects.all()} == {"铁路": 1, "旅行": 0}
    assert ArchivedFile.objects.filter(is_current=True).count() == 1


def test_another_file_of_the_same_source_is_a_capture(tmp_path):
    write_post(tmp_path, "2023-09-11-夜车开往兰州.md")
    write_post(tmp_path, "2023-09-11-夜车开往敦煌.md", title="夜车开往敦煌", date="2023-09-11T15:00:00Z")
    assert run_import(tmp_path) == {"created": 1, "captures": 1}
    post = Post.objects.get()
    assert post.title == "夜车开往敦煌"
    assert {link.slug for link in Permalink.objects.filter(post=post)} == {"夜车开往兰州", "夜车开往敦煌"}


def test_an_older_capture_that_comes_later_is_not_shown(tmp_path):
    write_post(tmp_path, "2023-09-11-b.md", title="Later", date="2023-09-11T15:00:00Z")
    run_import(tmp_path)
    write_post(tmp_path, "2023-09-11-a.md", title="Earlier", date="2023-09-11T12:00:00Z")
    assert run_import(tmp_path) == {"captures": 1, "unchanged": 1}
    assert Post.objects.get().title == "Later"


def test_the_same_bytes_at_another_path_are_unchanged(tmp_path):
    write_post(tmp_path / "_posts")
    write_post(tmp_path / "archived")
    assert run_import(tmp_path) == {"created": 1, "unchanged": 1}
    assert Revision.objects.count() == 1
    assert ArchivedFile.objects.count() == 2
    assert run_import(tmp_path) == {"unchanged": 2}


def test_two_posts_that_share_an_address_are_told_apart(tmp_path):
    write_post(tmp_path / "a", source="https://one.example/x", date="2023-09-11T10:00:00Z")
    write_post(tmp_path / "b", source="https://two.example/x", date="2023-09-11T11:00:00Z")
    assert run_import(tmp_path) == {"created": 2}
    assert {post.site.name: post.slug for post in Post.objects.all()} == {
        "one.example": "夜车开往兰州",
        "two.example": "夜车开往兰州-2",
    }


@pytest.mark.parametrize("first", ["a", "b"])
def test_addresses_do_not_depend_on_which_file_came_first(tmp_path, first):
    write_post(tmp_path / "a", source="https://one.example/x", date="2023-09-11T10:00:00Z")
    write_post(tmp_path / "b", source="https://two.example/x", date="2023-09-11T11:00:00Z")
    run_import(tmp_path / first)
    run_import(tmp_path)
    assert {post.site.name: post.slug for post in Post.objects.all()} == {
        "one.example": "夜车开往兰州",
        "two.example": "夜车开往兰州-2",
    }


def test_a_suffix_gives_way_to_a_file_of_that_name(tmp_path):
    write_post(tmp_path / "a", "2023-09-11-x.md", source="https://one.example/x", date="2023-09-11T10:00:00Z")
    write_post(tmp_path / "b", "2023-09-11-x.md", source="https://two.example/x", date="2023-09-11T11:00:00Z")
    run_import(tmp_path)
    write_post(tmp_path / "c", "2023-09-11-x-2.md", source="https://three.example/x")
    run_import(tmp_path)
    assert {post.site.name: post.slug for post in Post.objects.all()} == {
        "one.example": "x",
        "two.example": "x-3",
        "three.example": "x-2",
    }


def test_posts_without_a_source_are_known_by_their_paths(tmp_path):
    write_post(tmp_path, "2023-09-11-a.md", source="", title="One")
    write_post(tmp_path, "2023-09-11-b.md", source="", title="Two")
    assert run_import(tmp_path) == {"created": 2}
    write_post(tmp_path, "2023-09-11-a.md", source="", title="One, corrected")
    assert run_import(tmp_path) == {"updated": 1, "unchanged": 1}
    assert set(Post.objects.values_list("title", flat=True)) == {"One, corrected", "Two"}


@pytest.mark.parametrize("first", ["a", "b"])
def test_a_sourceless_post_kept_twice_is_one_post_whichever_file_came_first(tmp_path, first):
    for folder in ("a", "b"):
        write_post(tmp_path / folder, source="")
    run_import(tmp_path / first)
    run_import(tmp_path / "a", tmp_path / "b")
    identities = list(Post.objects.values_list("identity", flat=True))
    Post.objects.update(current=None)
    assert len(identities) == 1


def test_counts_of_names_and_days_are_kept(tmp_path):
    write_post(tmp_path, "2023-09-11-a.md", source="https://one.example/1")
    write_post(tmp_path, "2023-09-11-b.md", source="https://one.example/2", tags="[ 铁路 ]")
    run_import(tmp_path)
    assert {tag.name: tag.post_count for tag in Tag.objects.all()} == {"铁路": 2, "旅行": 1}
    assert list(ArchiveDay.objects.values_list("day", "post_count")) == [(date(2023, 9, 11), 2)]


def test_names_that_differ_in_case_or_width_are_one(tmp_path):
    write_post(tmp_path, "2023-09-11-a.md", source="https://one.example/1", tags="[ Covid ]")
    write_post(tmp_path, "2023-09-11-b.md", source="https://one.example/2", tags="[ COVID, ｃｏｖｉｄ ]")
    run_import(tmp_path)
    tag = Tag.objects.get()
    assert (tag.name, tag.slug, tag.post_count) == ("COVID", "covid", 2)


def test_an_unpublished_post_is_hidden_and_not_counted(tmp_path):
    write_post(tmp_path, extra="published: false")
    run_import(tmp_path)
    assert Post.objects.get().hidden
    assert not Post.objects.published()
    assert not ArchiveDay.objects.exists()


def test_a_post_is_hidden_or_not_as_the_file_says_that_it_shows(tmp_path):
    write_post(tmp_path, date="2023-09-11T01:00:00Z")
    run_import(tmp_path)
    write_post(tmp_path, date="2023-09-11T02:00:00Z", extra="published: false")
    run_import(tmp_path)
    assert Post.objects.get().hidden
    assert not ArchiveDay.objects.exists()
    undo_import(ImportRun.objects.latest("pk"))
    assert not Post.objects.get().hidden
    assert ArchiveDay.objects.get().post_count == 1


@pytest.mark.parametrize("hidden", [True, False])
def test_what_an_editor_decided_on_hiding_outlives_an_import(tmp_path, hidden):
    write_post(tmp_path, date="2023-09-11T01:00:00Z", extra="" if hidden else "published: false")
    run_import(tmp_path)
    set_hidden(Post.objects.all(), hidden)
    write_post(tmp_path, date="2023-09-11T02:00:00Z", title="Newer", extra="" if hidden else "published: false")
    run_import(tmp_path)
    assert (Post.objects.get().title, Post.objects.get().hidden) == ("Newer", hidden)


def test_a_bad_file_is_reported_and_the_run_goes_on(tmp_path):
    write_post(tmp_path)
    (tmp_path / "2023-01-01-empty.md").touch()
    (tmp_path / "2023-01-01-none.md").write_text("No front matter here.")
    (tmp_path / "2023-01-01-list.md").write_text(post_text().replace('"夜车开往兰州"', "[ a, b ]", 1))
    (tmp_path / "2023-01-01-date.md").write_text(post_text(date="2023-02-30"))
    (tmp_path / "2023-01-01-binary.md").write_bytes(bytes(range(256)) * 10)
    (tmp_path / "x.md").mkdir()
    assert run_import(tmp_path) == {"created": 1, "failed": 6}
    run = ImportRun.objects.get()
    assert (run.status, run.created, run.failed) == ("finished", 1, 6)
    problems = {problem.path.rpartition("/")[2]: problem.reason for problem in ImportProblem.objects.filter(fatal=True)}
    assert len(problems) == 6
    assert "front matter" in problems["2023-01-01-none.md"]
    assert "empty" in problems["2023-01-01-empty.md"]
    assert all("\n" not in reason for reason in problems.values())


def test_a_source_that_is_no_web_address_is_reported_and_the_post_kept(tmp_path):
    write_post(tmp_path, source="javascript:alert(1)")
    assert run_import(tmp_path) == {"created": 1}
    post = Post.objects.get()
    assert post.source_url == ""
    assert "javascript" in ImportProblem.objects.get(fatal=False).reason


def test_a_dry_run_writes_nothing_and_tells_the_same(tmp_path):
    write_post(tmp_path, "2023-09-11-a.md")
    write_post(tmp_path, "2023-09-11-b.md", title="Another state")
    (tmp_path / "2023-01-01-empty.md").touch()
    told = run_import(tmp_path, dry_run=True)
    assert not ImportRun.objects.exists()
    assert not Post.objects.exists()
    assert told == run_import(tmp_path)


def test_a_date_past_the_calendar_of_the_archives_zone_costs_only_its_file(tmp_path, settings):
    settings.TIME_ZONE = "Asia/Taipei"
    write_post(tmp_path, "2023-09-11-a.md")
    write_post(tmp_path, "undated.md", date="9999-12-31T23:00:00Z", source="https://one.example/late")
    assert run_import(tmp_path) == {"created": 1, "failed": 1}
    assert "outside the calendar" in ImportProblem.objects.get().reason


def test_edited_tags_replace_the_tag_under_the_singular_key_too(tmp_path):
    write_post(tmp_path, extra="tag: 夜")
    run_import(tmp_path)
    post = Post.objects.get()
    assert [link.tag.name for link in post.post_tags.all()] == ["夜", "铁路", "旅行"]
    save_edit(post, {"tags": ["日"]})
    assert [link.tag.name for link in Post.objects.get().post_tags.all()] == ["日"]
