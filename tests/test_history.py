"""Reading every version of a post from the commits of a git checkout."""

import os
import shutil
import subprocess
from datetime import UTC, datetime

import psutil
import pytest

from articles.importing.options import parse_options
from articles.importing.read import ReadOptions, walk
from articles.importing.read.history import checkout_of
from articles.importing.records import Problem
from articles.importing.urls import identity_of
from articles.importing.work import process_file
from articles.models import Permalink, Post

from .files import post_text, run_import

OPTIONS = ReadOptions(max_file_bytes=10_000, max_unpacked_bytes=10_000_000, history=True)
POST = "_posts/2020-01-01-a.md"
DAY = 86_400
LONG = "列车在黄昏离开车站，开往西北。\n" * 20

pytestmark = pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")


class Repository:
    """A git repository made for a test. Commit times are seconds since 1970."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments, at=DAY):
        names = {f"GIT_{who}_{what}": "a" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        times = {"GIT_AUTHOR_DATE": "@0 +0000", "GIT_COMMITTER_DATE": f"@{at} +0800"}
        nowhere = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        command = ["git", "-C", str(self.folder), "-c", "commit.gpgSign=false", *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **names, **times, **nowhere})

    def commit(self, files, at=DAY):
        """Commit these contents by path; None removes a file."""
        for path, content in files.items():
            target = self.folder / path
            if content is None:
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "x", "--allow-empty", at=at)

    def move(self, old, new, at=DAY):
        (self.folder / new).parent.mkdir(parents=True, exist_ok=True)
        self.git("mv", old, new)
        self.git("commit", "-q", "-m", "x", at=at)


@pytest.fixture
def repository(tmp_path):
    return Repository(tmp_path / "society")


def read(*paths, **changes):
    problems = []
    options = ReadOptions(**{**vars(OPTIONS), **changes})
    sources = list(walk([str(path) for path in paths], options, problems.append))
    return sources, {each.path: each.reason for each in problems if isinstance(each, Problem)}


def versions(*paths, **changes):
    sources, problems = read(*paths, **changes)
    assert problems == {}
    return [(source.path, source.content) for source in sources]


def test_every_committed_version_is_read_with_its_commits_time(repository):
    repository.commit({POST: "1", "_layouts/x.md": "no post"}, at=10 * DAY)
    repository.commit({POST: "2"}, at=20 * DAY)
    repository.commit({POST: None}, at=30 * DAY)
    sources, problems = read(repository.folder)
    assert problems == {}
    assert [(each.path, each.content, each.size) for each in sources] == [
        (f"society/{POST}", b"1", 1),
        (f"society/{POST}", b"2", 1),
    ]
    assert [each.captured_at for each in sources] == [datetime(1970, 1, 11, tzinfo=UTC), datetime(1970, 1, 21, tzinfo=UTC)]
    assert [each.modified_ns for each in sources] == [10 * DAY * 10**9, 20 * DAY * 10**9]


def test_commits_of_one_second_keep_their_order(repository):
    for content in "123":
        repository.commit({POST: content}, at=10 * DAY)
    sources, _ = read(repository.folder)
    assert [each.content for each in sources] == [b"1", b"2", b"3"]
    assert [each.captured_at.microsecond for each in sources] == [0, 1, 2]
    assert [each.modified_ns - 10 * DAY * 10**9 for each in sources] == [0, 1000, 2000]


def test_a_state_that_came_back_is_read_again(repository):
    for at, content in enumerate("121", 1):
        repository.commit({POST: content}, at=at * DAY)
    assert [content for _, content in versions(repository.folder)] == [b"1", b"2", b"1"]


def test_renames_are_followed_to_the_latest_path(repository):
    names = [f"_posts/2020-01-0{number}-a.md" for number in (1, 2, 3)]
    repository.commit({names[0]: LONG}, at=DAY)
    repository.move(names[0], names[1], at=2 * DAY)
    repository.commit({names[1]: LONG + "x"}, at=3 * DAY)
    repository.move(names[1], names[2], at=4 * DAY)
    sources, _ = read(repository.folder)
    paths = [f"society/{names[number]}" for number in (0, 1, 1, 2)]
    assert [each.path for each in sources] == paths
    assert [each.latest_path for each in sources] == [paths[-1]] * 3 + [None]


def test_files_that_swapped_their_names_are_not_confused(repository):
    a, b, c = (f"_posts/2020-01-01-{name}.md" for name in "abc")
    repository.commit({b: LONG}, at=DAY)
    repository.move(b, c, at=2 * DAY)
    repository.commit({a: LONG[::-1]}, at=3 * DAY)
    repository.move(a, b, at=4 * DAY)
    sources, _ = read(repository.folder)
    assert [(each.path[-4], (each.latest_path or each.path)[-4]) for each in sources] == [
        ("b", "c"),
        ("c", "c"),
        ("a", "b"),
        ("b", "b"),
    ]


@pytest.mark.parametrize("source_url", ["", "https://news.example.com/night-train"])
def test_a_post_stays_one_post_through_a_rename_and_keeps_its_old_address(repository, source_url):
    old, new = "_posts/2020-01-01-old.md", "_posts/2020-01-02-new.md"
    repository.commit({old: post_text(source=source_url, body=LONG)}, at=DAY)
    repository.move(old, new, at=2 * DAY)
    sources, _ = read(repository.folder)
    files = [process_file(source, None, OPTIONS, parse_options()) for source in sources]
    assert len({file.identity for file in files}) == 1
    slugs = {slug for file in files for _, slug in [(file.front_matter.day, file.front_matter.slug), *file.front_matter.aliases]}
    assert {"old", "new"} <= slugs
    if not source_url:
        assert files[0].identity == identity_of("", f"society/{new}")


def test_a_merge_adds_only_what_its_parents_lack(repository):
    repository.commit({POST: "1\n2\n3\n", "_posts/b.md": "b"}, at=DAY)
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({POST: "side\n2\n3\n"}, at=2 * DAY)
    repository.git("checkout", "-q", "main")
    repository.commit({POST: "1\n2\nmain\n"}, at=3 * DAY)
    repository.git("merge", "-q", "side", "-m", "x", at=4 * DAY)
    assert [content for path, content in versions(repository.folder) if path.endswith("a.md")] == [
        b"1\n2\n3\n",
        b"side\n2\n3\n",
        b"1\n2\nmain\n",
        b"side\n2\nmain\n",
    ]


def test_a_merge_may_hold_what_neither_side_wrote(repository):
    other = "_posts/2020-01-02-b.md"
    repository.commit({POST: "1\n2\n3\n"}, at=DAY)
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({"_posts/2020-01-03-c.md": "side"}, at=2 * DAY)
    repository.git("checkout", "-q", "main")
    repository.commit({"_posts/2020-01-04-d.md": "main"}, at=3 * DAY)
    repository.git("merge", "-q", "--no-commit", "side")
    repository.commit({POST: "by the merge", other: "also", "_posts/2020-01-04-d.md": None}, at=4 * DAY)
    sources, problems = read(repository.folder)
    assert [(each.path[-4], each.content, each.captured_at.timestamp()) for each in sources] == [
        ("a", b"1\n2\n3\n", DAY),
        ("c", b"side", 2 * DAY),
        ("d", b"main", 3 * DAY),
        ("a", b"by the merge", 4 * DAY),
        ("b", b"also", 4 * DAY + 0),
    ]
    assert not problems


def test_a_file_that_was_changed_on_both_sides_of_a_merge_has_every_state(repository):
    repository.commit({POST: "one\n"}, at=DAY)
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({POST: "side\n"}, at=2 * DAY)
    repository.git("checkout", "-q", "main")
    repository.commit({POST: "main\n"}, at=3 * DAY)
    repository.git("merge", "-q", "-s", "ours", "--no-commit", "side")
    repository.commit({POST: "settled\n"}, at=4 * DAY)
    assert [content for _, content in versions(repository.folder)] == [b"one\n", b"side\n", b"main\n", b"settled\n"]


def test_a_merge_of_many_branches_is_read(repository):
    repository.commit({POST: "0"}, at=DAY)
    for number in (1, 2, 3):
        repository.git("checkout", "-q", "-b", f"b{number}", "main")
        repository.commit({f"_posts/2020-01-0{number}-x.md": str(number)}, at=(1 + number) * DAY)
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-commit", "b1", "b2", "b3")
    repository.commit({POST: "all"}, at=9 * DAY)
    assert [content for _, content in versions(repository.folder)] == [b"0", b"1", b"2", b"3", b"all"]


@pytest.mark.parametrize("renamed_first", [True, False])
def test_a_file_that_was_renamed_on_one_side_and_changed_on_the_other_is_one(repository, renamed_first):
    old, new = "_posts/2020-01-01-old.md", "_posts/2020-01-01-new.md"
    rename_at, change_at = (2 * DAY, 3 * DAY) if renamed_first else (3 * DAY, 2 * DAY)
    repository.commit({old: LONG}, at=DAY)
    repository.git("checkout", "-q", "-b", "side")
    repository.move(old, new, at=rename_at)
    repository.git("checkout", "-q", "main")
    repository.commit({old: LONG + "x"}, at=change_at)
    repository.git("merge", "-q", "side", "-m", "x", at=4 * DAY)
    sources, _ = read(repository.folder)
    assert {each.latest_path or each.path for each in sources} == {f"society/{new}"}
    assert LONG.encode() + b"x" in [each.content for each in sources]


def test_a_file_that_was_deleted_and_came_back_is_read_again(repository):
    repository.commit({POST: "1"}, at=DAY)
    repository.commit({POST: None}, at=2 * DAY)
    repository.commit({POST: "2"}, at=3 * DAY)
    sources, problems = read(repository.folder)
    assert [(each.path, each.latest_path, each.content) for each in sources] == [
        (f"society/{POST}", None, b"1"),
        (f"society/{POST}", None, b"2"),
    ]
    assert not problems


def test_a_new_file_of_an_old_name_is_not_the_renamed_one(repository):
    new = "_posts/2020-01-01-b.md"
    repository.commit({POST: LONG}, at=DAY)
    repository.move(POST, new, at=2 * DAY)
    repository.commit({POST: "another"}, at=3 * DAY)
    sources, _ = read(repository.folder)
    assert [(each.latest_path or each.path, each.content) for each in sources] == [
        (f"society/{new}", LONG.encode()),
        (f"society/{new}", LONG.encode()),
        (f"society/{POST}", b"another"),
    ]


def test_a_file_that_was_renamed_to_and_fro_is_followed(repository):
    a, b = "_posts/2020-01-01-a.md", "_posts/2020-01-01-b.md"
    repository.commit({a: LONG}, at=DAY)
    for number in range(6):
        repository.move(*((a, b) if number % 2 == 0 else (b, a)), at=(2 + number) * DAY)
    repository.move(a, "_posts/2020-01-01-c.md", at=9 * DAY)
    sources, _ = read(repository.folder)
    assert len(sources) == 8
    assert {each.latest_path or each.path for each in sources} == {"society/_posts/2020-01-01-c.md"}


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([1, 2, 3, 4], [1, 2, 3, 4]),
        ([1, 2, 0, 4, 5], [1, 2, 2, 4, 5]),
        ([1, 2, 9000, 3, 4], [1, 2, 2, 3, 4]),
        ([8000, 1, 2, 3], [1, 1, 2, 3]),
        ([1, 2, 3, 0], [1, 2, 3, 3]),
    ],
)
def test_a_wrong_clock_does_not_turn_round_what_followed_what(repository, days, expected):
    for number, day in enumerate(days):
        repository.commit({POST: f"state {number}"}, at=day * DAY)
    sources, _ = read(repository.folder)
    assert [each.content for each in sources] == [f"state {number}".encode() for number in range(len(days))]
    assert [each.captured_at.timestamp() // DAY for each in sources] == expected
    assert len({each.captured_at for each in sources}) == len(days)
    assert sorted(sources, key=lambda each: each.captured_at) == sources


ODD_NAMES = [
    *(b'"quoted".md', b"it's.md", b"new\nline.md", b"\nfirst.md", b"tab\tin.md", b"back\\slash.md", b"\\n.md", b"\xff\xfe.md"),
    *(
        b"commit",
        b":100644 100644.md",
        b"commit 5.md",
        b"\xe2\x80\xae.md",
        b"\xcd\xeb.md",
        b" .md",
        b"*.md",
        b"%00.md",
        b"e\xcc\x81.md",
    ),
]


@pytest.mark.parametrize("renamed", [False, True])
def test_odd_names_are_read_as_a_folder_reads_them(repository, renamed):
    folder = os.fsencode(repository.folder)
    os.makedirs(folder + b"/_posts")
    for number, name in enumerate(ODD_NAMES):
        for place in (b"", b"_posts/2020-01-01-"):
            with open(b"/".join((folder, place + (b"x" if renamed else b"") + name)), "wb") as file:
                file.write(LONG.encode() + place + b"%d" % number)
    repository.commit({})
    if renamed:
        for name in ODD_NAMES:
            for place in (b"", b"_posts/2020-01-01-"):
                os.rename(folder + b"/" + place + b"x" + name, folder + b"/" + place + name)
        repository.commit({}, at=2 * DAY)
    by_history, problems = read(repository.folder)
    in_folder, _ = read(repository.folder, history=False)
    expected = {each.path: (repository.folder.parent / os.fsdecode(each.location)).read_bytes() for each in in_folder}
    assert {each.path: each.content for each in by_history if not each.latest_path} == expected
    assert len(expected) > len(ODD_NAMES)
    if renamed:
        assert {each.latest_path for each in by_history} - {None} == expected.keys()
    assert not problems


def test_a_merge_with_odd_names_is_read(repository):
    folder = os.fsencode(repository.folder)
    name = b'\n\xff\t"\\.md'

    def write(content, at):
        with open(folder + b"/" + name, "wb") as file:
            file.write(content)
        repository.commit({}, at=at)

    write(b"1", DAY)
    repository.git("checkout", "-q", "-b", "side")
    write(b"2", 2 * DAY)
    repository.git("checkout", "-q", "main")
    write(b"3", 3 * DAY)
    repository.git("merge", "-q", "-s", "ours", "--no-commit", "side")
    write(b"4", 4 * DAY)
    sources, problems = read(repository.folder)
    assert [(each.path, each.content) for each in sources] == [
        ('society/\n\\xff\t"\\.md', content) for content in (b"1", b"2", b"3", b"4")
    ]
    assert not problems


def test_bytes_are_those_that_were_committed(repository):
    repository.git("config", "core.autocrlf", "false")
    repository.commit({"_posts/2020-01-01-crlf.md": b"a\r\nb\r\n", "_posts/2020-01-01-lf.md": b"a\nb\n$Id$\n"})
    (repository.folder / ".git" / "info").mkdir(exist_ok=True)
    (repository.folder / ".git" / "info" / "attributes").write_text("*.md text eol=crlf ident working-tree-encoding=UTF-16\n")
    repository.git("config", "core.autocrlf", "true")
    assert [content for _, content in versions(repository.folder)] == [b"a\r\nb\r\n", b"a\nb\n$Id$\n"]


def test_a_submodules_own_checkout_has_its_own_history(repository, tmp_path):
    other = Repository(tmp_path / "other")
    other.commit({"_posts/2020-01-01-x.md": "1"})
    other.commit({"_posts/2020-01-01-x.md": "2"}, at=2 * DAY)
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.folder), "sub")
    repository.commit({POST: "own"})
    assert versions(repository.folder) == [(f"society/{POST}", b"own")]
    assert versions(repository.folder / "sub") == [("sub/_posts/2020-01-01-x.md", b"1"), ("sub/_posts/2020-01-01-x.md", b"2")]


def test_another_working_tree_has_the_history_of_what_it_shows(repository, tmp_path):
    repository.commit({POST: "1"})
    repository.git("worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    repository.commit({POST: "2"}, at=2 * DAY)
    assert versions(tmp_path / "tree") == [("tree/" + POST, b"1")]


@pytest.mark.parametrize(
    "setting",
    [
        "log.showRoot=false",
        "diff.renames=false",
        "diff.renameLimit=1",
        "color.ui=always",
        "diff.relative=true",
        "log.diffMerges=off",
    ],
)
def test_no_setting_of_a_checkout_changes_what_is_read(repository, setting):
    repository.commit({POST: LONG, "_posts/2020-01-01-y.md": LONG[::-1]})
    repository.git("checkout", "-q", "-b", "side")
    repository.move(POST, "_posts/2020-01-02-b.md", at=2 * DAY)
    repository.git("checkout", "-q", "main")
    repository.commit({POST: LONG + "x"}, at=3 * DAY)
    repository.git("merge", "-q", "side", "-m", "x", at=4 * DAY)
    before = read(repository.folder)
    repository.git("config", *setting.split("="))
    assert read(repository.folder) == before


def test_the_number_of_git_processes_does_not_grow_with_the_commits(repository, monkeypatch):
    started = []

    class Counted(subprocess.Popen):
        def __init__(self, *arguments, **options):
            started.append(arguments)
            super().__init__(*arguments, **options)

    def number():
        started.clear()
        with monkeypatch.context() as patched:
            patched.setattr("articles.importing.read.history.subprocess.Popen", Counted)
            read(repository.folder)
        return len(started)

    repository.commit({POST: "0"})
    once = number()
    for content in range(1, 20):
        repository.commit({POST: str(content)}, at=content * DAY)
    assert number() == once


def test_paths_are_those_of_the_folder(repository):
    files = {POST: "1", "archived/2024-01-17/x y.md": "2", "docs/_posts/z.md": "3", "a\nb.md": "4", "列车.md": "5"}
    repository.commit(files)
    from_commits = {path for path, _ in versions(repository.folder)}
    assert from_commits == {source.path for source in read(repository.folder, history=False)[0]}
    assert len(from_commits) == len(files)


def test_a_name_that_is_not_utf8_is_made_readable(repository):
    repository.commit({os.fsdecode(b"_posts/\xff.md"): "1"})
    assert versions(repository.folder) == [("society/_posts/\\xff.md", b"1")]


def test_a_part_of_the_checkout_gives_its_own_posts(repository):
    repository.commit({"a/x.md": LONG, "b/y.md": "2"})
    repository.move("a/x.md", "b/x.md", at=2 * DAY)
    assert [path for path, _ in versions(repository.folder / "b")] == ["society/a/x.md", "society/b/y.md", "society/b/x.md"]
    assert [path for path, _ in versions(repository.folder / "b" / "y.md")] == ["society/b/y.md"]


def test_what_was_not_committed_is_not_read(repository):
    repository.commit({POST: "1"})
    (repository.folder / POST).write_text("2")
    assert versions(repository.folder) == [(f"society/{POST}", b"1")]


def test_without_history_a_checkout_is_a_folder(repository):
    repository.commit({POST: "1"})
    (source,), _ = read(repository.folder, history=False)
    assert (source.path, source.content, source.captured_at) == (f"society/{POST}", None, None)


def test_a_folder_that_is_no_checkout_is_read_as_it_is(tmp_path):
    (tmp_path / "seed").mkdir()
    (tmp_path / "seed" / "x.md").write_text("1")
    if checkout_of(str(tmp_path)):
        pytest.skip("the folder for temporary files lies in a git checkout")
    (source,), _ = read(tmp_path / "seed")
    assert source.path == "seed/x.md"


def test_a_bare_repository_has_only_its_history(repository, tmp_path):
    repository.commit({POST: "1"})
    bare = tmp_path / "b" / "society.git"
    repository.git("clone", "-q", "--bare", str(repository.folder), str(bare))
    assert versions(bare) == [(f"society/{POST}", b"1")]
    sources, problems = read(bare, history=False)
    assert (sources, list(problems)) == ([], ["society.git"])


def test_a_shallow_clone_is_read_and_told(repository, tmp_path):
    repository.commit({POST: "1"}, at=DAY)
    repository.commit({POST: "2"}, at=2 * DAY)
    clone = tmp_path / "b" / "society"
    repository.git("clone", "-q", "--depth=1", f"file://{repository.folder}", str(clone))
    sources, problems = read(clone)
    assert [each.content for each in sources] == [b"2"]
    assert "shallow" in problems["society"]


def test_a_repository_without_commits_is_told(repository):
    assert read(repository.folder) == ([], {"society": "its history can't be read: it has no commits"})


def test_a_broken_repository_is_told(repository):
    repository.commit({POST: "1"})
    (repository.folder / ".git" / "HEAD").write_text("nonsense")
    sources, problems = read(repository.folder)
    assert sources == []
    assert problems["society"].startswith("its history can't be read: ")


def test_a_lost_version_is_told_and_the_others_are_read(repository):
    repository.commit({POST: "1"})
    repository.commit({POST: "2"}, at=2 * DAY)
    blob = repository.git("rev-parse", f"HEAD~1:{POST}").stdout.strip()
    (repository.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    sources, problems = read(repository.folder)
    assert [each.content for each in sources] == [b"2"]
    assert blob in problems[f"society/{POST}"]


def test_links_submodules_and_large_versions_are_told_and_the_rest_is_read(repository, tmp_path):
    other = Repository(tmp_path / "other")
    other.commit({"x.md": "1"})
    repository.git("-c", "protocol.file.allow=always", "submodule", "add", "-q", str(other.folder), "sub.md")
    (repository.folder / "_posts").mkdir()
    (repository.folder / "_posts" / "link.md").symlink_to("/etc/passwd")
    repository.commit({"_posts/large.md": "x" * 200_000, "_posts/z.md": "2"})
    sources, problems = read(repository.folder)
    assert [(each.path, each.content) for each in sources] == [("society/_posts/z.md", b"2")]
    assert {path: reason.split()[2] for path, reason in problems.items()} == {
        "society/sub.md": "submodule;",
        "society/_posts/link.md": "link,",
        "society/_posts/large.md": "than",
    }


def test_a_missing_git_is_told(repository, monkeypatch, tmp_path):
    repository.commit({POST: "1"})
    monkeypatch.setenv("PATH", str(tmp_path))
    assert read(repository.folder) == ([], {"society": "its history can't be read: git is not installed"})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a checkout to somebody else")
def test_a_checkout_of_somebody_else_is_read(repository):
    repository.commit({POST: "1"})
    for folder, _, files in os.walk(repository.folder):
        for name in (".", *files):
            os.lchown(os.path.join(folder, name), 12345, 12345)
    assert versions(repository.folder) == [(f"society/{POST}", b"1")]


def test_a_checkouts_configuration_runs_nothing(repository, tmp_path):
    repository.commit({POST: "1", ".gitattributes": "* diff=x filter=x"})
    proof = tmp_path / "proof"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {proof}\n")
    script.chmod(0o755)
    names = ("core.fsmonitor", "core.pager", "diff.external", "diff.x.textconv", "diff.x.command", "filter.x.smudge", "gpg.program")
    for name in names:
        repository.git("config", name, str(script))
    repository.git("config", "log.showSignature", "true")
    proof.unlink(missing_ok=True)
    assert versions(repository.folder) == [(f"society/{POST}", b"1")]
    assert not proof.exists()


def test_an_import_that_stops_early_leaves_no_git_behind(repository):
    for content in "123":
        repository.commit({POST: content})
    walking = walk([str(repository.folder)], OPTIONS, print)
    next(walking)
    walking.close()
    # Other tests of this process may have children of their own, such as a browser.
    assert not [child for child in psutil.Process().children() if child.name() == "git"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("source_url", ["", "https://news.example.com/night-train"])
def test_history_and_later_imports_of_the_folder_make_one_post(repository, source_url):
    old, new = "_posts/2020-01-01-old.md", "_posts/2020-01-02-new.md"
    repository.commit({old: post_text(source=source_url, body=LONG)}, at=DAY)
    repository.move(old, new, at=2 * DAY)
    repository.commit({new: post_text(source=source_url, body=f"{LONG}<p>x</p>")}, at=3 * DAY)
    assert run_import(repository.folder, history=True) == {"created": 1, "captures": 1, "unchanged": 1}
    assert run_import(repository.folder, history=True) == {"unchanged": 3}
    assert run_import(repository.folder) == {"unchanged": 1}
    (repository.folder / new).write_text(post_text(source=source_url, body=f"{LONG}<p>y</p>"))
    assert run_import(repository.folder) == {"updated": 1}
    post = Post.objects.get()
    assert post.text.endswith("y")
    assert {"old", "new"} <= set(Permalink.objects.filter(post=post).values_list("slug", flat=True))
