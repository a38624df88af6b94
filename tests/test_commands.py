"""The import's commands as they are used: on a terminal, in a pipe, one after the other."""

import csv
import errno
import json
import os
import pty
import subprocess
import sys
import termios
from datetime import UTC, datetime
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from articles.importing.locks import _IMPORT_LOCK
from articles.importing.maintenance import has_search_index
from articles.management import progress
from articles.management.commands.import_posts import Teller
from articles.models import ImportRun, Post, SearchRow

from .files import write_post
from .state import archive_state

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def posts(tmp_path):
    folder = tmp_path / "sample"
    for number in range(40):
        write_post(
            folder, f"2023-09-{number % 28 + 1:02}-post-{number}.md", title=f"Post {number}", source=f"https://one.example/{number}"
        )
    (folder / "2023-01-01-broken.md").write_text("---\ntitle: Broken\ndate: 2023-02-30\n---\n")
    return folder


def database_url():
    connection.ensure_connection()
    info = connection.connection.info
    return f"postgresql://{info.user}:{info.password}@/{info.dbname}?host={info.host}&port={info.port}"


def on_terminal(*command) -> str:
    """What a command writes to a terminal on its stderr."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (24, 100))
    process = subprocess.Popen(
        [sys.executable, "manage.py", *map(str, command)],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
        stderr=slave,
    )
    os.close(slave)
    written = b""
    while True:
        try:
            piece = os.read(master, 4096)
        except OSError:  # Linux' way to say that the other end is closed.
            break
        if not piece:
            break
        written += piece
    os.close(master)
    process.wait(60)
    return written.decode()


def test_a_terminal_shows_a_bar_with_its_rate_and_the_problems_beside_it(posts):
    written = on_terminal("import_posts", posts)
    assert "41/41 [" in written
    assert "files/s]" in written
    assert "failed: sample/2023-01-01-broken.md:" in written


def test_a_pipe_gets_plain_lines(posts, monkeypatch, capfd):
    monkeypatch.setattr(progress, "_LINE_EVERY", 20)
    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts))
    out, err = capfd.readouterr()
    assert "20 files so far\n" in err
    assert "40 files so far\n" in err
    assert "failed: sample/2023-01-01-broken.md:3: has a date" in err
    assert "\r" not in err
    assert out.startswith("40 created, 0 updated, 0 captures, 0 unchanged, 1 failed; 0 with warnings. 41 files in ")


def test_a_check_tells_how_far_it_is(posts, monkeypatch, capfd):
    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts))
    written = on_terminal("check_archive")
    assert "100%" in written
    assert "rows/s]" in written
    monkeypatch.setattr(progress, "_LINE_EVERY", 100)
    call_command("check_archive")
    out, err = capfd.readouterr()
    assert "120 rows so far\n" in err
    assert out.endswith("All is well.\n")


def test_problems_are_written_to_a_file_too(posts, tmp_path):
    write_post(posts, "2023-09-29-warned.md", source="javascript:alert(1)", title="Warned")
    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts), "--report", str(tmp_path / "problems.csv"))
    with open(tmp_path / "problems.csv", encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: row["path"])
    assert [(row["path"], row["line"], row["imported"]) for row in rows] == [
        ("sample/2023-01-01-broken.md", "3", "no"),
        ("sample/2023-09-29-warned.md", "6", "yes"),
    ]
    assert all(row["reason"] for row in rows)


def test_a_report_that_can_not_be_written_stops_the_start(posts, tmp_path):
    with pytest.raises(CommandError, match="No such file") as raised:
        call_command("import_posts", str(posts), "--report", str(tmp_path / "none" / "problems.csv"))
    assert raised.value.returncode == 2
    assert not ImportRun.objects.exists()


def manage(*command, **options):
    """Run a command as a process of its own. Returns its exit status, its stdout and its stderr."""
    environment = {**os.environ, "DATABASE_URL": database_url()}
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    process = subprocess.run([sys.executable, "manage.py", *map(str, command)], cwd=ROOT, env=environment, check=False, **options)
    return process.returncode, process.stdout, (process.stderr or b"").decode()


def test_a_disk_that_has_no_room_for_the_report_stops_the_start(posts):
    status, _, told = manage("import_posts", posts, "--report", "/dev/full")
    assert (status, told) == (2, "CommandError: --report /dev/full: No space left on device\n")
    assert not ImportRun.objects.exists()


def test_a_report_that_can_not_be_completed_costs_no_file(posts, tmp_path, monkeypatch, capsys):
    (posts / "2023-01-01-broken.md").unlink()
    write_post(posts, "2023-09-29-warned.md", source="javascript:alert(1)", title="Warned")
    write = Teller._write_to_report

    def no_room(teller, *fields):
        write(teller, *fields)
        if fields[0] != "path":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Teller, "_write_to_report", no_room)
    with pytest.raises(SystemExit) as ended:
        call_command("import_posts", str(posts), "--report", str(tmp_path / "problems.csv"))
    assert ended.value.code == 1
    assert "problems.csv is not complete: No space left on device" in capsys.readouterr().err
    assert Post.objects.count() == 41


def test_nobody_reading_on_ends_a_command_in_silence(posts):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        status, _, told = manage("import_posts", posts, "--dry-run", stdout=writing)
    finally:
        os.close(writing)
    assert status == 141
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


def test_standard_input_that_can_not_be_read_is_told(tmp_path):
    with open(tmp_path / "written", "wb") as only_written:
        status, _, told = manage("import_posts", "-", stdin=only_written)
    assert (status, told) == (2, "CommandError: Standard input, from which - reads paths: Bad file descriptor\n")


def test_stopping_while_paths_are_awaited_is_told(tmp_path, monkeypatch):
    def stopped(stream):
        raise KeyboardInterrupt

    monkeypatch.setattr("articles.management.commands.import_posts.paths_from", stopped)
    with pytest.raises(CommandError, match="Interrupted") as raised:
        call_command("import_posts", "-")
    assert raised.value.returncode == 130


def test_a_file_name_does_nothing_to_a_terminal_and_ends_no_line(tmp_path, capsys):
    folder = tmp_path / "a\x1b[31mb\nc"
    folder.mkdir()
    (folder / "2023-01-01-x\x1b]0;y\x07\u202e.md").write_text("---\ntitle: x\ndate: 2023-02-30\n---\n")
    with pytest.raises(SystemExit):
        call_command("import_posts", str(folder))
    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("failed: a\\x1b[31mb\\nc/2023-01-01-x\\x1b]0;y\\x07\\u202e.md:3: ")


def test_a_path_that_is_not_utf8_is_imported_and_listed(tmp_path, capsys):
    folder = tmp_path / "s\udcffx"
    write_post(folder, "2023-09-11-post.md")
    call_command("import_posts", str(folder))
    assert ImportRun.objects.get().sources == [f"{tmp_path}/s\\xffx"]


def test_a_dry_run_tells_of_every_file_and_writes_nothing(posts, capsys):
    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts), "--dry-run")
    lines = capsys.readouterr().out.splitlines()
    assert lines.count("created: sample/2023-09-01-post-0.md") == 1
    assert lines.count("failed: sample/2023-01-01-broken.md") == 1
    assert len(lines) == 42
    assert lines[-1].startswith("Would be: 40 created")
    assert not Post.objects.exists()
    assert not ImportRun.objects.exists()


def test_a_folder_without_posts_and_an_input_without_paths_are_told(tmp_path, capsys, monkeypatch):
    call_command("import_posts", str(tmp_path))
    assert f"No posts were found in {tmp_path}." in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO()))
    call_command("import_posts", "-")
    assert "No posts were found in standard input, which names no path." in capsys.readouterr().err


def test_history_of_a_folder_without_git_is_wrong_usage(posts):
    with pytest.raises(CommandError, match="lies in no git checkout") as raised:
        call_command("import_posts", str(posts), "--history")
    assert raised.value.returncode == 2


def test_json_is_one_object_on_stdout(posts, capsys):
    with pytest.raises(SystemExit) as ended:
        call_command("import_posts", str(posts), "--json")
    assert ended.value.code == 1
    told = json.loads(capsys.readouterr().out)
    assert told.pop("seconds") > 0
    assert told == {"created": 40, "updated": 0, "captures": 0, "unchanged": 0, "failed": 1, "skipped": 0, "warnings": 0}


def test_a_path_that_is_not_there_is_wrong_usage():
    with pytest.raises(CommandError, match="No such file") as raised:
        call_command("import_posts", "/nowhere/at/all")
    assert raised.value.returncode == 2


def test_runs_that_found_nothing_new_are_not_listed(tmp_path, capsys, admin_client):
    write_post(tmp_path, "2023-09-11-post.md")
    call_command("import_posts", str(tmp_path))
    call_command("import_posts", str(tmp_path))
    second, first = ImportRun.objects.all()
    capsys.readouterr()
    call_command("import_status")
    _, listed, last = capsys.readouterr().out.splitlines()
    assert listed.split()[0] == str(first.pk)
    assert last.startswith(f"Run {second.pk}, ")
    shown = [admin_client.get(f"/admin/articles/importrun/{query}").context["cl"].queryset for query in ("", "?news=some")]
    assert [list(runs) for runs in shown] == [[second, first], [first]]


def test_a_run_that_was_killed_is_not_shown_as_running(tmp_path, capsys, admin_client):
    run = ImportRun.objects.create(started_at=datetime.now(UTC))
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_IMPORT_LOCK])
        call_command("import_status")
        assert f"  {ImportRun.Status.RUNNING.value} " in capsys.readouterr().out
    finally:
        other.close()
    call_command("import_status")
    assert f"  {ImportRun.Status.INTERRUPTED.value} " in capsys.readouterr().out
    for page, place in (("", 'class="field-status_now"'), (f"{run.pk}/change/", 'class="readonly"')):
        text = admin_client.get(f"/admin/articles/importrun/{page}", headers={"accept-language": "en"}).text
        assert f"{place}>interrupted<" in text


def test_runs_are_listed_and_taken_back(posts, capsys):
    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts))
    before = archive_state()
    write_post(posts, "2023-09-01-post-0.md", title="Changed", source="https://one.example/0")
    write_post(posts, "2023-09-30-new.md", title="New", source="https://one.example/new")
    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts))
    first, second = ImportRun.objects.order_by("pk").values_list("pk", flat=True)
    capsys.readouterr()
    call_command("import_status")
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed[1:]] == [str(second), str(first)]
    assert listed[1].split()[3:9] == ["finished", "1", "1", "0", "39", "1"]
    call_command("undo_import", str(second))
    assert "1 post removed, 1 restored" in capsys.readouterr().out
    assert archive_state() == before
    with pytest.raises(CommandError, match="undone already"):
        call_command("undo_import", str(second))
    with pytest.raises(CommandError, match="no run 999999"):
        call_command("undo_import", "999999")


def test_a_check_says_what_is_wrong_and_mends_it(posts, capsys):
    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts))
    SearchRow.objects.filter(pk=Post.objects.first().pk).delete()
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        call_command("check_archive")
    assert ended.value.code == 1
    assert "search row can't be derived from its file\n1 found, 0 mended." in capsys.readouterr().out
    call_command("check_archive", "--repair")
    call_command("check_archive")
    assert capsys.readouterr().out.splitlines()[-1] == "All is well."


@pytest.mark.parametrize("run", ["0", "-1", "x", "9" * 30])
def test_a_run_that_is_no_number_is_wrong_usage(run):
    with pytest.raises(CommandError, match="no whole number"):
        call_command("undo_import", run)


@pytest.mark.parametrize(
    ("command", "work"), [("check_archive", "check_archive"), ("export_posts", "export_files"), ("import_posts", "import_posts")]
)
def test_ctrl_c_ends_a_command_with_a_line(command, work, tmp_path, monkeypatch):
    def interrupted(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(f"articles.management.commands.{command}.{work}", interrupted)
    with pytest.raises(CommandError, match=r"(?i)^Interrupted\. .*run the same command again") as error:
        call_command(command, *([] if command == "check_archive" else [str(tmp_path)]))
    assert error.value.returncode == 130


@pytest.mark.parametrize("limit", ["-1", "0", "x", "1.5", "9" * 5000])
def test_a_limit_that_is_none_is_told(limit):
    with pytest.raises(CommandError, match="is no whole number from 1 to"):
        call_command("import_status", f"--limit={limit}")


def test_a_rebuild_that_was_killed_goes_on_while_the_site_is_read(posts, client, monkeypatch, capfd):
    from articles.importing import rebuild

    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts))
    before = archive_state()
    SearchRow.objects.update(text="an older rule's text")
    monkeypatch.setattr(rebuild, "_BATCH", 10)
    show, shown = rebuild._rebuild, []

    def killed_in_the_third(batch):
        shown.append(list(batch))
        taken = show(batch)
        assert client.get("/").status_code == 200
        if len(shown) == 3:
            raise KeyboardInterrupt
        return taken

    monkeypatch.setattr(rebuild, "_rebuild", killed_in_the_third)
    with pytest.raises(SystemExit) as ended:
        call_command("rebuild_posts")
    assert ended.value.code == 130
    last = shown[1][-1]
    assert f"To go on: rebuild_posts --after {last}" in capfd.readouterr().err
    monkeypatch.setattr(rebuild, "_rebuild", show)
    call_command("rebuild_posts", "--after", str(last))
    assert "20 posts derived again." in capfd.readouterr().out
    assert archive_state() == before


def test_stopping_a_first_import_leaves_the_search_index_to_the_next(posts, monkeypatch):
    def stopped(self, path, outcome):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Teller, "outcome", stopped)
        with pytest.raises(CommandError, match="Interrupted"):
            call_command("import_posts", str(posts))
    assert Post.objects.exists()
    assert not has_search_index()
    with pytest.raises(SystemExit):
        call_command("import_posts", str(posts))
    assert has_search_index()


@pytest.fixture
def site(tmp_path):
    """A Jekyll site: a post, pages of any kind, a post that can't be read, and an attachment."""
    site = tmp_path / "site"
    write_post(site / "_posts", "2023-09-11-post.md")
    (site / "_config.yml").touch()
    (site / "_recipes").mkdir()
    for name, text in {
        "about.md": "---\ntitle: About\n---\nUs.\n",
        "index.html": "---\n---\n{{ content }}\n",
        "README.md": "# A site\n",
        "_posts/2023-09-12-picture.png": "PNG",
        "_recipes/soup.md": "---\ntitle: Soup\n---\n",
        "news/index.md": "---\ntitle: News\ndate: 2023-09-13\n---\nText.\n",
    }.items():
        (site / name).parent.mkdir(exist_ok=True)
        (site / name).write_text(text)
    return site


def test_pages_of_a_site_are_skipped_and_no_failure(site, capsys):
    call_command("import_posts", str(site))
    assert capsys.readouterr().out.startswith(
        "2 created, 0 updated, 0 captures, 0 unchanged, 0 failed; 0 with warnings, 5 skipped (--dry-run tells why). 2 files in "
    )
    run = ImportRun.objects.get()
    assert (run.created, run.failed, run.skipped) == (2, 0, 5)
    call_command("import_posts", str(site), "--json")
    assert json.loads(capsys.readouterr().out)["skipped"] == 5


def test_a_dry_run_and_the_report_tell_why_a_file_is_skipped(site, tmp_path, capsys):
    call_command("import_posts", str(site), "--dry-run", "--report", str(tmp_path / "problems.csv"))
    told = {line for line in capsys.readouterr().out.splitlines() if line.startswith("skipped: ")}
    assert told == {
        "skipped: site/README.md: is taken for a page: it has no front matter: it doesn't begin with a line ---",
        "skipped: site/about.md: is taken for a page: it has no date, neither in the front matter nor in its name",
        "skipped: site/index.html: is taken for a page: it has no date, neither in the front matter nor in its name",
        "skipped: site/_posts/2023-09-12-picture.png: is taken for an attachment: it has no front matter",
        "skipped: site/_recipes: is a folder with an underscore, in which only _posts holds posts",
    }
    with open(tmp_path / "problems.csv", encoding="utf-8", newline="") as file:
        assert [row["imported"] for row in csv.DictReader(file)] == ["skipped"] * 5


def test_a_post_in_another_format_is_reported(site, capsys):
    (site / "_posts" / "2023-09-12-old.textile").write_text("---\ntitle: Old\n---\nh1. Text\n")
    with pytest.raises(SystemExit):
        call_command("import_posts", str(site))
    assert "failed: site/_posts/2023-09-12-old.textile: is a post in a format that is not read: .textile" in capsys.readouterr().err


def test_an_undated_file_that_lies_in_no_site_fails(tmp_path, capsys):
    (tmp_path / "about.md").write_text("---\ntitle: About\n---\n")
    with pytest.raises(SystemExit):
        call_command("import_posts", str(tmp_path))
    assert "about.md: has no date" in capsys.readouterr().err
