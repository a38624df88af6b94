import json
import sqlite3

import pytest
from django.core.management import CommandError, call_command

from articles.importing.editing import save_edit
from articles.models import Post

from .files import run_import, write_post
from .state import archive_state, forget_everything

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sample(tmp_path):
    folder = tmp_path / "sample"
    write_post(folder / "_posts", "2023-09-11-夜车 开往？.md")
    write_post(folder / "_posts", "2023-09-12-other.md", source="https://one.example/2")
    write_post(folder / "archived", "2023-09-13-other.md", source="https://one.example/2", title="Another state")
    write_post(folder / "_posts", "2023-09-14-homeless.md", source="")
    run_import(folder)
    return folder


def test_what_leaves_is_byte_for_byte_what_came(sample, tmp_path):
    call_command("export_posts", str(tmp_path / "out"))
    for path in sample.rglob("*.md"):
        assert (tmp_path / "out" / path.relative_to(tmp_path)).read_bytes() == path.read_bytes()


def test_import_export_import_gives_the_same_archive(sample, tmp_path):
    before = archive_state()
    call_command("export_posts", str(tmp_path / "out"))
    forget_everything()
    run_import(tmp_path / "out")
    assert archive_state() == before


def test_an_edited_file_changes_only_where_it_was_edited(sample, tmp_path):
    save_edit(Post.objects.get(title="夜车开往兰州", day="2023-09-11"), {"title": "改过的标题"})
    call_command("export_posts", str(tmp_path / "out"))
    came = (sample / "_posts" / "2023-09-11-夜车 开往？.md").read_text().splitlines()
    left = (tmp_path / "out" / "sample" / "_posts" / "2023-09-11-夜车 开往？.md").read_text().splitlines()
    assert [line for line in left if line not in came] == ['title: "改过的标题"']
    assert len(came) == len(left)


def test_json_lines_and_sqlite_hold_every_post(sample, tmp_path):
    call_command("export_posts", str(tmp_path / "json"), "--format", "jsonl")
    posts = [json.loads(line) for line in (tmp_path / "json" / "posts.jsonl").read_text().splitlines()]
    assert len(posts) == Post.objects.count() == 3
    call_command("export_posts", str(tmp_path / "sqlite"), "--format", "sqlite")
    with sqlite3.connect(tmp_path / "sqlite" / "posts.sqlite") as database:
        assert database.execute("SELECT count(*) FROM posts").fetchone() == (3,)
        assert database.execute("SELECT count(*) FROM revisions").fetchone() == (4,)


def test_a_folder_with_something_in_it_is_refused(sample, tmp_path):
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_posts", str(sample))
