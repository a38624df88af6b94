import json
import resource
import sqlite3
import subprocess
import tarfile
from pathlib import Path
from threading import Thread

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection

from articles.importing.editing import apply_waiting, keep_edit, save_edit, set_hidden
from articles.importing.merging import merge_names
from articles.models import ArchivedFile, ImportProblem, Post, Revision, Tag

from .files import run_import, write_post
from .state import archive_state, forget_everything, whole_state

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


def exported(folder: Path) -> Path:
    call_command("export_posts", str(folder))
    return folder


def test_what_leaves_is_byte_for_byte_what_came(sample, tmp_path):
    out = exported(tmp_path / "out")
    for path in sample.rglob("*.md"):
        assert (out / path.relative_to(tmp_path)).read_bytes() == path.read_bytes()


def test_import_export_import_gives_the_same_archive(sample, tmp_path):
    before = whole_state()
    out = exported(tmp_path / "out")
    forget_everything()
    run_import(out)
    assert whole_state() == before


def post_of(source):
    return Post.objects.get(source_url=f"https://one.example/{source}")


@pytest.fixture
def lived_in(tmp_path):
    """An archive in which everything happened that can happen to posts."""
    editor = get_user_model().objects.create_user("陈编辑")
    folder = tmp_path / "sample"
    (folder / "_posts").mkdir(parents=True)

    def write(name, source, **fields):
        write_post(folder / "_posts", f"2023-09-{name}.md", source=source and f"https://one.example/{source}", **fields)

    for name in ("there-and-back", "changed", "edited", "edited-twice", "waiting", "applied", "kept", "hidden", "moved-edit"):
        write(f"11-{name}", name, tags="[ 铁路, 鐵道 ]")
    write("12-unpublished", "unpublished", extra="published: false")
    write("12-named", "named", extra="redirect_from: /old/named/")
    write("13-homeless", "", title="Homeless")
    write("14-other-day", "other-day", date="2023-09-15T01:00:00Z")
    run_import(folder)
    for name in ("edited", "waiting", "applied", "kept"):
        save_edit(post_of(name), {"title": f"{name} by hand"}, editor)
    save_edit(post_of("edited-twice"), {"title": "Once"}, editor)
    save_edit(post_of("edited-twice"), {"tags": ["铁路"], "body": "Twice.\n"})
    save_edit(post_of("moved-edit"), {"source_url": "https://two.example/moved"}, editor)
    save_edit(Post.objects.get(title="Homeless"), {"title": "Homeless by hand"})
    set_hidden(Post.objects.filter(pk=post_of("hidden").pk), True)
    set_hidden(Post.objects.filter(pk=post_of("unpublished").pk), False)
    merge_names([Tag.objects.get(name="鐵道")], Tag.objects.get(name="铁路"))
    for name in ("there-and-back", "changed", "waiting", "applied", "kept"):
        write(f"11-{name}", name, title="Second state")
    run_import(folder)
    apply_waiting(post_of("applied"))
    keep_edit(post_of("kept"))
    write("11-there-and-back", "there-and-back", tags="[ 铁路, 鐵道 ]")
    write_post(folder / "copies", "2023-09-11-changed.md", source="https://one.example/changed", title="Second state")
    run_import(folder)
    return folder


@pytest.mark.parametrize("packed", [False, True])
def test_what_editors_did_and_when_files_came_survives_an_export(lived_in, tmp_path, packed):
    # A tar's times are no whole numbers to Python.
    without = ["modified_ns"] if packed else []
    before = whole_state(*without)
    out = exported(tmp_path / "out")
    forget_everything()
    if packed:
        with tarfile.open(tmp_path / "out.tar.gz", "w:gz", format=tarfile.PAX_FORMAT) as tar:
            tar.add(out, "out")
    source = tmp_path / "out.tar.gz" if packed else out
    assert "failed" not in run_import(source)
    assert whole_state(*without) == before
    call_command("check_archive")
    assert set(run_import(source)) == {"unchanged"}
    assert whole_state(*without) == before


def everything_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_an_archive_that_was_exported_and_imported_is_exported_the_same_again(lived_in, tmp_path):
    first = everything_below(exported(tmp_path / "first"))
    assert any(path.startswith("superseded/") for path in first)
    forget_everything()
    run_import(tmp_path / "first")
    assert everything_below(exported(tmp_path / "second")) == first


def test_the_past_that_git_told_survives_an_export(tmp_path):
    folder = tmp_path / "sample"
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@example.com"]
    for name, title in (("2023-09-11-a.md", "One"), ("2023-09-11-a.md", "Two"), ("2023-09-11-b.md", "Two")):
        for old in folder.rglob("*.md"):
            old.unlink()
        write_post(folder / "_posts", name, source="", title=title)
        subprocess.run(["git", "init", "-q", str(folder)], check=True)
        subprocess.run([*git, "add", "-A"], check=True)
        subprocess.run([*git, "commit", "-qm", "x"], check=True)
    assert run_import(folder, history=True)["created"] == 1
    assert ArchivedFile.objects.filter(is_current=False).exists()
    call_command("check_archive")
    before = whole_state()
    out = exported(tmp_path / "out")
    forget_everything()
    run_import(out)
    assert whole_state() == before


def test_an_edit_that_was_made_here_goes_before_one_that_is_imported(lived_in, tmp_path):
    out = exported(tmp_path / "out")
    save_edit(post_of("edited"), {"title": "Edited again"})
    run_import(out)
    assert post_of("edited").title == "Edited again"


def test_a_hidden_post_that_was_shown_again_here_stays_shown(lived_in, tmp_path):
    out = exported(tmp_path / "out")
    set_hidden(Post.objects.filter(pk=post_of("hidden").pk), False)
    run_import(out)
    assert not post_of("hidden").hidden


def test_a_file_that_was_changed_after_the_export_is_a_capture(lived_in, tmp_path):
    out = exported(tmp_path / "out")
    forget_everything()
    edited = out / "sample" / "_posts" / "2023-09-11-edited.md"
    edited.write_text(edited.read_text().replace("edited by hand", "Changed in the export"))
    run_import(out)
    assert post_of("edited").title == "Changed in the export"


def test_a_line_that_no_export_writes_costs_only_itself(sample, tmp_path):
    out = exported(tmp_path / "out")
    forget_everything()
    with open(out / ".newsarchive-root", "ab") as file:
        file.write(b'{"path": 1}\n[]\n\xff\n{"edit": "x", "sha256": "zz"}\n' + b"[" * 100_000 + b"\n")
    assert run_import(out) == {"created": 3, "captures": 1, "failed": 5}
    assert sorted(ImportProblem.objects.values_list("line", flat=True)) == [5, 6, 7, 8, 9]


def test_an_edited_file_changes_only_where_it_was_edited(sample, tmp_path):
    save_edit(Post.objects.get(title="夜车开往兰州", day="2023-09-11"), {"title": "改过的标题"})
    out = exported(tmp_path / "out")
    came = (sample / "_posts" / "2023-09-11-夜车 开往？.md").read_text().splitlines()
    left = (out / "sample" / "_posts" / "2023-09-11-夜车 开往？.md").read_text().splitlines()
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


@pytest.mark.parametrize("format", ["files", "jsonl", "sqlite"])
def test_what_is_saved_during_an_export_is_not_in_it(sample, tmp_path, format):
    call_command("export_posts", str(tmp_path / "before"), "--format", format)
    editing = Thread(target=edit_all)

    def edit_after_the_first_query(execute, sql, *rest):
        result = execute(sql, *rest)
        if "SELECT" in sql and not editing.ident:
            editing.start()
            editing.join()
        return result

    with connection.execute_wrapper(edit_after_the_first_query):
        call_command("export_posts", str(tmp_path / "meanwhile"), "--format", format)
    assert Revision.objects.filter(kind=Revision.Kind.EDIT).count() == 3
    assert contents(tmp_path / "meanwhile") == contents(tmp_path / "before")


def edit_all():
    for post in Post.objects.all():
        save_edit(post, {"title": "Edited meanwhile"})
    connection.close()


def contents(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("packed", [False, True])
def test_files_that_no_walk_would_take_for_posts_survive_an_export(tmp_path, packed):
    for number, name in enumerate((".kept/2023-09-11-a.md", "b/_b.md", "c/#c.md", "d/~d.html")):
        path = write_post(tmp_path / "given", name, source=f"https://one.example/{number}", date="2023-09-11T00:00:00Z")
        run_import(path)
    before = archive_state("modified_ns")
    out = exported(tmp_path / "out")
    (out / "b" / "._b.md").write_bytes(b"What macOS keeps beside a file")
    if packed:
        subprocess.run(["tar", "-cf", tmp_path / "out.tar", "-C", tmp_path, "out"], check=True)
        out = tmp_path / "out.tar"
    forget_everything()
    assert "failed" not in run_import(out)
    assert archive_state("modified_ns") == before
    assert Post.objects.count() == 4


def test_a_folder_with_something_in_it_is_refused(sample, tmp_path):
    with pytest.raises(CommandError, match="not empty"):
        call_command("export_posts", str(sample))


@pytest.mark.parametrize("format", ["jsonl", "sqlite"])
def test_a_disk_that_is_full_ends_an_export_with_a_line(sample, tmp_path, format):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1024, hard))
    try:
        with pytest.raises(CommandError, match="not the whole archive") as error:
            call_command("export_posts", str(tmp_path / "export"), format=format)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert error.value.returncode == 1
