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
    return list(walk([str(path) for path in paths], options, problems.append)), {each.path: each.reason for each in problems}


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
