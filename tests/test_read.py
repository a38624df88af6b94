"""Finding the files of posts: folders, single files and packed archives, hostile ones included."""

import bz2
import gc
import gzip
import io
import lzma
import os
import re
import socket
import subprocess
import sys
import tarfile
import zipfile
import zlib

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from articles.importing.read import ReadError, ReadOptions, SourceError, check, paths_from, read_content, walk, zips
from articles.importing.read.names import is_doubtful, is_post, readable
from articles.importing.read.packed import parts_of
from articles.importing.records import Problem, Skipped, SourceFile

OPTIONS = ReadOptions(max_file_bytes=1000, max_unpacked_bytes=10_000_000)
NAME = "2023-09-11-夜车.md"
AS_ROOT = os.geteuid() == 0


def read(*paths, **changes):
    """Walk these paths. Returns the content of each post by path, and the problems by path."""
    options = ReadOptions(**{**vars(OPTIONS), **changes})
    problems = []
    sources = list(walk([str(path) for path in paths], options, problems.append))
    assert len({source.path for source in sources}) == len(sources)
    reasons = {each.path: each.reason for each in problems if isinstance(each, Problem)}
    return {source.path: read_content(source, options) for source in sources}, reasons


def met(*paths, **changes):
    """What a walk meets that may be no post: the paths of doubtful files, and of what is skipped."""
    skipped = []
    sources = list(walk([str(path) for path in paths], ReadOptions(**{**vars(OPTIONS), **changes}), skipped.append))
    return {source.path for source in sources if source.is_doubtful}, {each.path for each in skipped if isinstance(each, Skipped)}


def paths_of(*paths, **changes):
    found, problems = read(*paths, **changes)
    assert problems == {}
    return list(found)


def make_site(folder):
    """A Jekyll site with posts in `_posts` and `archived`, and much that is no post."""
    for path in (
        f"_posts/{NAME}",
        "_posts/no date.md",
        "_posts/2020-1-2-page.HTML",
        "_drafts/idea.md",
        "archived/2024-01-17/2024-01-17-雪.markdown",
        "archived/undated.md",
        "archived/page.html",
        "_layouts/post.html",
        "_site/2023/09/11/index.html",
        ".git/2020-01-01-x.md",
        ".hidden.md",
        "#2020-01-01-x.md",
        "~x.md",
        "README.md",
        "README.zh.md",
        "LICENSE.md",
        "archived/2020-01-01-README.md",
        "_config.yml",
        "assets/a.png",
        "node_modules/marked/a.md",
        "vendor/bundle/ruby/3.3.0/gems/jekyll-4.4.1/_posts/2020-01-01-welcome.markdown",
        "vendor/bundle/a.md",
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(path)
    return folder


IN_FOLDERS = {
    f"society/_posts/{NAME}",
    "society/_posts/no date.md",
    "society/_posts/2020-1-2-page.HTML",
    "society/archived/2024-01-17/2024-01-17-雪.markdown",
    "society/archived/undated.md",
    "society/archived/page.html",
    "society/archived/2020-01-01-README.md",
}
AT_TOP = {"society/README.md", "society/README.zh.md", "society/LICENSE.md"}
SITE = AT_TOP | IN_FOLDERS


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path / "society")


def tar_bytes(*members, mode="w", **options):
    """A tar of (name or TarInfo, content)."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, **options) as tar:
        for member, content in members:
            info = member if isinstance(member, tarfile.TarInfo) else tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def write(path, content):
    path.write_bytes(content)
    return path


def write_zip(path, *members, **options):
    with zipfile.ZipFile(path, "w", **options) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def special(name, kind, target=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


@pytest.mark.parametrize(
    ("name", "in_posts", "expected"),
    [
        ("2020-01-01-a.md", False, True),
        ("20-1-1-a.htm", False, True),
        ("2020-01-01-.md", False, True),
        ("a.md", False, True),
        ("a.html", False, True),
        ("a.html", True, True),
        ("a.txt", True, False),
        ("2020-01-01-a.textile", True, True),
        ("2020-01-01-a.textile", False, False),
        ("a.png", True, False),
        ("readme.md", False, True),
        ("readme.md", True, True),
        ("Readme first.md", False, True),
        ("_a.md", True, False),
        (".md", True, False),
        ("a.md~", True, False),
    ],
)
def test_a_name_tells_whether_a_file_is_a_post(name, in_posts, expected):
    assert is_post(name, in_posts) is expected


def test_a_folder_gives_its_posts_and_skips_what_jekyll_skips(site):
    assert set(paths_of(site)) == SITE


def test_posts_in_a_folder_called_vendor_are_read(tmp_path):
    (tmp_path / "a" / "vendor").mkdir(parents=True)
    (tmp_path / "a" / "vendor" / NAME).write_text("x")
    assert paths_of(tmp_path / "a") == [f"a/vendor/{NAME}"]


def test_drafts_are_read_only_when_asked_for(site):
    assert set(paths_of(site, drafts=True)) == SITE | {"society/_drafts/idea.md"}


def test_an_order_is_kept(site):
    assert paths_of(site) == paths_of(site)
    names = [path for path in paths_of(site) if path.startswith("society/_posts")]
    assert names == sorted(names)


def test_a_path_does_not_depend_on_how_the_archive_is_given(site, monkeypatch):
    in_posts = {path for path in SITE if "/_posts/" in path}
    assert set(paths_of(f"{site}/")) == SITE
    assert set(paths_of(site / "_posts")) == in_posts
    assert paths_of(site / "_posts" / NAME) == [f"society/_posts/{NAME}"]
    assert set(paths_of(site / "archived", site / "_posts")) == IN_FOLDERS
    assert set(paths_of(site.parent)) == SITE
    monkeypatch.chdir(site)
    assert set(paths_of(".")) == SITE
    assert set(paths_of("_posts/../_posts/")) == in_posts


@pytest.mark.parametrize(
    ("given", "expected"),
    [("society", SITE), (".", SITE), ("./society", SITE), ("_posts archived _config.yml", IN_FOLDERS)],
)
def test_a_packed_archive_gives_the_same_paths_as_the_folder(site, tmp_path, given, expected):
    folder = site.parent if "society" in given else site
    archive = tmp_path / "society.tar.gz"
    subprocess.run(["tar", "-czf", archive, "-C", folder, *given.split()], check=True)
    assert set(paths_of(archive)) == expected


def test_a_packed_archive_in_outer_folders_gives_the_same_paths(tmp_path):
    make_site(tmp_path / "srv" / "data" / "society")
    archive = tmp_path / "backup.tar"
    subprocess.run(["tar", "-cf", archive, "-C", tmp_path, "srv"], check=True)
    assert set(paths_of(archive)) == SITE


@pytest.mark.parametrize("configuration", ["_config.yml", "_config.toml"])
def test_folders_of_one_name_in_one_site_are_two(tmp_path, configuration):
    site = tmp_path / "news"
    for language in ("en", "zh"):
        (site / language / "blog" / "_posts").mkdir(parents=True)
        (site / language / "blog" / "_posts" / NAME).write_text(language)
    (site / configuration).touch()
    expected = {f"news/en/blog/_posts/{NAME}", f"news/zh/blog/_posts/{NAME}"}
    assert set(paths_of(site)) == set(paths_of(site / "zh" / "blog", site / "en")) == expected
    for packed, folder, name in (("backup.tar", tmp_path, "news"), ("news.tar", site, ".")):
        subprocess.run(["tar", "-cf", tmp_path / packed, "-C", folder, name], check=True)
        assert set(paths_of(tmp_path / packed)) == expected


def test_without_a_site_the_folders_name_comes_first(tmp_path):
    folder = tmp_path / "seed"
    folder.mkdir()
    (folder / NAME).write_text("x")
    assert paths_of(folder) == paths_of(folder / NAME) == [f"seed/{NAME}"]
    assert paths_of(write(tmp_path / "seed.tar", tar_bytes((NAME, b"x")))) == [f"seed/{NAME}"]
    assert paths_of(write(tmp_path / "other.tar", tar_bytes((f"seed/{NAME}", b"x")))) == [f"seed/{NAME}"]


def test_an_exports_paths_are_whole(tmp_path):
    export = tmp_path / "export"
    make_site(export / "society")
    (export / "_old").mkdir()
    (export / "_old" / "readme.html").write_text("x")
    (export / ".newsarchive-root").touch()
    expected = SITE | {"_old/readme.html", "society/_drafts/idea.md", "society/archived/page.html"}
    assert expected <= set(paths_of(export))
    assert f"society/_posts/{NAME}" in paths_of(export / "society" / "_posts")
    archive = tmp_path / "backup.tar"
    subprocess.run(["tar", "-cf", archive, "-C", tmp_path, "export"], check=True)
    assert set(paths_of(archive)) >= expected


def test_a_file_reached_twice_is_met_once(site):
    assert len(paths_of(site, site / "_posts", site / "_posts" / NAME, site)) == len(SITE)
    assert len(paths_of(site / "_posts" / NAME, site / "_posts" / NAME, site)) == len(SITE)


@pytest.mark.parametrize("suffix", ["tar", "tar.gz", "tgz", "tar.xz", "tar.bz2", "tar.zst", "TAR.GZ"])
def test_every_compression_is_read(tmp_path, suffix):
    compress = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress, "zst": zstandard.compress, "ar": bytes}
    data = tar_bytes((f"a/{NAME}", "列车".encode()), (f"a/archived/{NAME}", b"2"))
    packed = compress[suffix.lower()[-3:].removeprefix("t").removeprefix(".")](data)
    found, problems = read(write(tmp_path / f"x.{suffix}", packed))
    assert (found, problems) == ({f"a/{NAME}": "列车".encode(), f"a/archived/{NAME}": b"2"}, {})


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_zips_names_are_read_whatever_their_encoding(tmp_path, encoding):
    path = write_zip(tmp_path / "x.zip", ("a/" + "x" * len(NAME.encode(encoding)), b"1"))
    data = path.read_bytes().replace(b"x" * len(NAME.encode(encoding)), NAME.encode(encoding))
    assert paths_of(write(path, data)) == [f"a/{NAME}"]


def test_a_members_time_is_kept(tmp_path):
    info = tarfile.TarInfo("a/x.md")
    info.mtime = 1_694_438_773
    packed = write_zip(tmp_path / "x.zip", (zipfile.ZipInfo("a/x.md", (2023, 9, 11, 13, 26, 12)), b"1"))
    (in_tar,) = walk([str(write(tmp_path / "x.tar", tar_bytes((info, b"1"))))], OPTIONS, print)
    (in_zip,) = walk([str(packed)], OPTIONS, print)
    assert in_tar.modified_ns == 1_694_438_773_000_000_000
    assert in_zip.modified_ns == 1_694_438_772_000_000_000


@pytest.mark.parametrize("mtime", ["nan", "inf", "-inf", "1e300", "-1e300"])
def test_an_absurd_time_still_fits_the_database(tmp_path, mtime):
    info = tarfile.TarInfo("a/x.md")
    info.pax_headers = {"mtime": mtime}
    (source,) = walk([str(write(tmp_path / "x.tar", tar_bytes((info, b"1"), format=tarfile.PAX_FORMAT)))], OPTIONS, print)
    assert abs(source.modified_ns) < 2**63


@pytest.mark.parametrize("name", ["../x.md", "/etc/x.md", "a/../../x.md", "C:\\x.md", "C:/x.md", "..\\x.md"])
def test_a_path_that_leads_out_of_its_archive_is_refused(tmp_path, name):
    tar = write(tmp_path / "x.tar", tar_bytes((name, b"1"), ("a/ok.md", b"2")))
    packed = write_zip(tmp_path / "x.zip", (name, b"1"), ("a/ok.md", b"2"))
    for archive in (tar, packed):
        found, problems = read(archive)
        assert found == {"a/ok.md": b"2"}
        assert list(problems.values()) == ["its path leads out of the archive"]


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_a_member_that_is_no_file_is_told_and_the_rest_is_read(tmp_path, kind):
    tar = tar_bytes((special("a/x.md", kind, "/etc/passwd"), b""), ("a/ok.md", b"2"))
    found, problems = read(write(tmp_path / "x.tar", tar))
    assert found == {"a/ok.md": b"2"}
    assert list(problems) == ["a/x.md"]


def test_a_link_in_a_zip_is_not_followed(tmp_path):
    link = zipfile.ZipInfo("a/x.md")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    _, problems = read(write_zip(tmp_path / "x.zip", (link, "/etc/passwd")))
    assert "link" in problems["a/x.md"]


def test_an_encrypted_member_is_told(tmp_path):
    path = write_zip(tmp_path / "x.zip", ("a/x.md", b"1"))
    data = bytearray(path.read_bytes())
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert read(write(path, bytes(data))) == ({}, {"a/x.md": "is encrypted"})


def test_a_damaged_member_of_a_zip_is_told_and_the_rest_is_read(tmp_path):
    path = write_zip(tmp_path / "x.zip", ("a/x.md", b"first"), ("a/y.md", b"second"))
    found, problems = read(write(path, path.read_bytes().replace(b"first", b"fisrt")))
    assert found == {"a/y.md": b"second"}
    assert "can't be unpacked" in problems["a/x.md"]


@pytest.mark.parametrize("suffix", ["zip", "tar", "tar.gz", "tar.xz", "tar.bz2", "tar.zst"])
@pytest.mark.parametrize("content", [b"", b"no archive", b"\0" * 5000])
def test_what_is_no_archive_is_one_problem_or_holds_nothing(tmp_path, suffix, content):
    found, problems = read(write(tmp_path / f"x.{suffix}", content))
    assert found == {}
    assert list(problems) == [f"x.{suffix}"] or (suffix == "tar" and content == b"\0" * 5000)


@pytest.mark.parametrize(("suffix", "compress"), [("gz", gzip.compress), ("xz", lzma.compress), ("zst", zstandard.compress)])
def test_what_a_truncated_archive_still_holds_is_read(tmp_path, suffix, compress):
    members = [(f"a/{number}.md", os.urandom(900)) for number in range(400)]
    data = compress(tar_bytes(*members))
    found, problems = read(write(tmp_path / f"x.tar.{suffix}", data[: len(data) // 2]))
    assert 10 < len(found) < 400
    assert found.items() <= dict(members).items()
    assert list(problems) == [f"x.tar.{suffix}"]


def test_a_tar_that_ends_within_a_member_is_told(tmp_path):
    data = tar_bytes(("a/x.md", b"1"), ("a/y.md", b"2" * 900))
    found, problems = read(write(tmp_path / "x.tar", data[:1800]))
    assert found == {"a/x.md": b"1"}
    assert list(problems) == ["x.tar"]


@pytest.mark.parametrize("suffix", ["zip", "tar.gz"])
def test_a_bomb_is_stopped_at_the_limit(tmp_path, suffix):
    members = [("a/0.md", b"1"), *((f"a/{number}.md", b"\0" * 900) for number in range(1, 99))]
    path = tmp_path / f"x.{suffix}"
    if suffix == "zip":
        write_zip(path, *members, compression=zipfile.ZIP_DEFLATED)
    else:
        write(path, gzip.compress(tar_bytes(*members)))
    found, problems = read(path, max_unpacked_bytes=50_000)
    assert 1 < len(found) < 60
    assert problems == {path.name: "can't be read to its end: it unpacks to more than 50,000 bytes"}


@pytest.mark.parametrize("suffix", ["zip", "tar.gz"])
def test_a_member_that_is_too_large_is_told_and_the_rest_is_read(tmp_path, suffix):
    members = [("a/x.md", b"\0" * 5_000_000), ("a/y.md", b"2")]
    path = tmp_path / f"x.{suffix}"
    if suffix == "zip":
        write_zip(path, *members, compression=zipfile.ZIP_DEFLATED)
    else:
        write(path, gzip.compress(tar_bytes(*members)))
    found, problems = read(path)
    assert found == {"a/y.md": b"2"}
    assert "larger than 1,000 bytes" in problems["a/x.md"]


@pytest.mark.parametrize("kind", [tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.GNUTYPE_LONGNAME])
def test_a_header_bomb_is_stopped(tmp_path, kind):
    data = tar_bytes((special("x", kind), b"9" * 5_000_000), ("a/y.md", b"2"))
    found, problems = read(write(tmp_path / "x.tar.gz", gzip.compress(data)))
    assert found == {}
    assert "header has more than" in problems["x.tar.gz"]


def test_a_chain_of_headers_does_not_crash(tmp_path):
    data = b"".join(tar_bytes((special("x", tarfile.XHDTYPE), b"7 a=b\n"))[:1024] for _ in range(900))
    assert list(read(write(tmp_path / "x.tar", data))[1]) == ["x.tar"]


def test_a_size_beyond_the_end_does_not_hang(tmp_path):
    info = tarfile.TarInfo("a/x.png")
    info.size = 2**60
    data = info.tobuf(tarfile.GNU_FORMAT) + b"x" * 5000
    assert list(read(write(tmp_path / "x.tar", data))[1]) == ["x.tar"]


def test_both_of_two_members_of_one_name_come_in_their_order(tmp_path):
    path = write(tmp_path / "x.tar", tar_bytes(("a/x.md", b"1"), ("a/x.md", b"2")))
    assert [source.content for source in walk([str(path)], OPTIONS, print)] == [b"1", b"2"]


def test_a_nested_archive_is_not_opened(tmp_path):
    inner = tar_bytes(("a/x.md", b"1"))
    assert paths_of(write(tmp_path / "x.tar", tar_bytes(("a/inner.tar", inner), ("a/y.md", b"2")))) == ["a/y.md"]


def test_a_large_archive_is_read_in_little_memory(tmp_path):
    members = ((f"a/{number}.md", b"\0" * 900_000) for number in range(200))
    path = write(tmp_path / "x.tar.gz", gzip.compress(tar_bytes(*members)))
    code = (
        "import resource, sys; from articles.importing.read import *\n"
        "bound = 400 * 1024**2; resource.setrlimit(resource.RLIMIT_AS, (bound, bound))\n"
        "print(sum(1 for _ in walk([sys.argv[1]], ReadOptions(10**6, 10**9), print)))"
    )
    assert subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True).stdout == "200\n"


def test_members_that_were_read_are_forgotten(tmp_path):
    path = write(tmp_path / "x.tar", tar_bytes(*((f"a/{number}.md", b"1") for number in range(300))))
    for _ in walk([str(path)], OPTIONS, print):
        pass
    walking = walk([str(path)], OPTIONS, print)
    for _ in range(300):
        next(walking)
    gc.collect()  # What other tests left.
    assert sum(isinstance(each, tarfile.TarInfo) for each in gc.get_objects()) < 50


def write_many(path, number, before=b"", comment=b"a comment"):
    """A zip of so many posts, each another size, behind some other bytes, such as the program of one that unpacks itself."""
    write(path, before)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = comment
        for each in range(number):
            archive.writestr(f"site/_posts/2023-09-11-列车-{each:05}.md", b"x" * each)
    return path


@pytest.mark.parametrize("before", [b"", b"#!/bin/sh\n" * 1000])
@pytest.mark.parametrize("zip64", [False, True])
def test_the_directory_of_a_zip_is_read_in_pieces(tmp_path, monkeypatch, zip64, before):
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 10 if zip64 else 65535)
    path = write_many(tmp_path / "many.zip", 300, before)
    assert (b"PK\6\6" in path.read_bytes()) == zip64
    monkeypatch.setattr(zips, "_PIECE_BYTES", 1000)
    found = list(walk([str(path)], OPTIONS, pytest.fail))
    assert [each.content for each in found] == [b"x" * number for number in range(300)]
    assert found[299].path == "site/_posts/2023-09-11-列车-00299.md"


def test_a_large_zip_does_not_pile_up_in_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "_PIECE_BYTES", 1000)
    walking = walk([str(write_many(tmp_path / "many.zip", 500))], OPTIONS, print)
    for _ in range(400):
        next(walking)
    gc.collect()  # What other tests left.
    assert sum(isinstance(each, zipfile.ZipInfo) for each in gc.get_objects()) < 50


def test_a_directory_that_is_cut_off_tells_what_it_held(tmp_path, monkeypatch):
    monkeypatch.setattr(zips, "_PIECE_BYTES", 1000)
    path = write_many(tmp_path / "many.zip", 300, comment=b"")
    data = bytearray(path.read_bytes())
    entries = [at.start() for at in re.finditer(b"PK\1\2", bytes(data))]
    data[entries[200] : entries[200] + 4] = b"XXXX"
    path.write_bytes(data)
    found, problems = read(path)
    assert 150 < len(found) <= 200
    assert problems == {"many.zip": "can't be read to its end: Bad magic number for central directory"}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: entry.__setitem__(slice(6, 8), b"\xff\x00"),  # A version that nobody knows.
        lambda entry: entry.__setitem__(46, 0xFF),  # A name that says it is UTF-8 and isn't.
    ],
)
def test_an_entry_that_can_not_be_read_costs_only_itself(tmp_path, spoil):
    path = write_many(tmp_path / "many.zip", 20, comment=b"")
    data = bytearray(path.read_bytes())
    at = [found.start() for found in re.finditer(b"PK\1\2", bytes(data))][7]
    entry = data[at : at + 60]
    spoil(entry)
    data[at : at + 60] = entry
    path.write_bytes(data)
    found, problems = read(path)
    assert [len(content) for content in found.values()] == [number for number in range(20) if number != 7]
    assert len(problems) == 1
    assert "can't be unpacked: " in next(iter(problems.values()))


@pytest.mark.parametrize("claimed", [2**31, 2**32 - 2])
def test_a_directory_of_a_size_that_can_not_be_is_told(tmp_path, claimed):
    path = write_many(tmp_path / "many.zip", 3, comment=b"")
    data = bytearray(path.read_bytes())
    data[-10:-6] = claimed.to_bytes(4, "little")
    path.write_bytes(data)
    found, problems = read(path)
    assert (found, set(problems)) == ({}, {"many.zip"})


def test_an_xz_file_that_asks_for_gigabytes_is_refused(tmp_path):
    data = bytearray(lzma.compress(tar_bytes(("a/x.md", b"1"))))
    # The block's header (xz-file-format.txt, 3.1): its size, flags, filter LZMA2, one byte of properties: the dictionary's size.
    assert data[14:16] == b"\x21\x01"
    data[16] = 40  # 4 GB.
    data[20:24] = zlib.crc32(data[12:20]).to_bytes(4, "little")
    found, problems = read(write(tmp_path / "x.tar.xz", bytes(data)))
    assert found == {}
    assert "Memory usage limit" in problems["x.tar.xz"]


def test_what_can_not_be_read_is_told_and_the_rest_is_read(tmp_path):
    posts = tmp_path / "a" / "_posts"
    posts.mkdir(parents=True)
    (posts / "ok.md").write_text("1")
    (posts / "folder.md").mkdir()
    (posts / "broken.md").symlink_to("nowhere.md")
    (tmp_path / "secret.md").write_text("secret")
    (posts / "out.md").symlink_to(tmp_path / "secret.md")
    (posts / "loop.md").symlink_to("loop.md")
    os.mkfifo(posts / "pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(posts / "socket.md"))
        found, problems = read(tmp_path / "a")
    assert found == {"a/_posts/ok.md": b"1"}
    names = ("folder", "broken", "out", "loop", "pipe", "socket")
    assert set(problems) == {f"a/_posts/{name}.md" for name in names}


def test_links_inside_the_archive_are_followed_once(tmp_path):
    posts = tmp_path / "a" / "_posts"
    posts.mkdir(parents=True)
    (tmp_path / "a" / "_data").mkdir()
    (tmp_path / "a" / "_data" / "raw.txt").write_text("2")
    (posts / "ok.md").write_text("1")
    (posts / "again.md").symlink_to("ok.md")
    (posts / "up").symlink_to("..")
    (posts / "2020-01-01-raw.md").symlink_to("../_data/raw.txt")
    (posts / "2020-01-01-raw2.md").symlink_to("../_data/raw.txt")
    assert read(tmp_path / "a") == ({"a/_posts/ok.md": b"1", "a/_posts/2020-01-01-raw.md": b"2"}, {})


def test_a_link_to_a_folder_out_of_the_archive_is_told(tmp_path):
    (tmp_path / "a" / "_posts").mkdir(parents=True)
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.md").write_text("1")
    (tmp_path / "a" / "more").symlink_to("../b")
    assert read(tmp_path / "a") == ({}, {"a/more": "is a link that leads out of its archive"})


@pytest.mark.skipif(AS_ROOT, reason="root may read everything")
def test_what_is_forbidden_is_told(tmp_path):
    (tmp_path / "a" / "shut").mkdir(parents=True)
    (tmp_path / "a" / "x.md").write_text("1")
    (tmp_path / "a" / "x.md").chmod(0)
    (tmp_path / "a" / "shut").chmod(0)
    problems = []
    (source,) = walk([str(tmp_path / "a")], OPTIONS, problems.append)
    assert [each.path for each in problems] == ["a/shut"]
    with pytest.raises(ReadError, match="Permission denied"):
        read_content(source, OPTIONS)


def test_a_folder_that_can_not_be_listed_is_told(tmp_path, monkeypatch):
    make_site(tmp_path / "a")
    scandir = os.scandir

    def scan(path):
        if str(path).endswith("archived"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", scan)
    found, problems = read(tmp_path / "a")
    assert len(found) == 6
    assert problems == {"a/archived": "the folder can't be read: Permission denied"}


def test_a_name_that_is_not_utf8_is_made_readable(tmp_path):
    folder = tmp_path / "a"
    folder.mkdir()
    with open(os.path.join(os.fsencode(folder), b"2020-01-01-\xff\xfe.md"), "w") as file:
        file.write("1")
    expected = {"a/2020-01-01-\\xff\\xfe.md": b"1"}
    assert read(folder) == (expected, {})
    subprocess.run(["tar", "-cf", tmp_path / "x.tar", "-C", tmp_path, "a"], check=True)
    assert read(tmp_path / "x.tar") == (expected, {})


def test_control_characters_in_names_are_kept(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x\ny\t\x1b.md").write_text("1")
    assert paths_of(tmp_path / "a") == ["a/x\ny\t\x1b.md"]


@given(st.binary(min_size=1))
def test_every_name_can_be_stored(name):
    text = readable(os.fsdecode(name))
    assert "\0" not in text
    text.encode()


@given(st.text())
def test_the_parts_of_a_path_never_lead_out(name):
    parts = parts_of(name)
    assert parts is None or (".." not in parts and not any("/" in part for part in parts))


def content_of(path, **changes):
    return read_content(SourceFile("a/x.md", 0, 0, str(path)), ReadOptions(**{**vars(OPTIONS), **changes}))


def test_a_file_is_read_up_to_the_limit(tmp_path):
    path = write(tmp_path / "x.md", b"x" * 1000)
    assert content_of(path) == b"x" * 1000
    with pytest.raises(ReadError, match="larger than 999 bytes"):
        content_of(path, max_file_bytes=999)


def test_an_empty_path_is_refused_as_such():
    with pytest.raises(SourceError, match="'': is an empty path"):
        check([""])


def test_a_path_without_a_history_is_refused_where_one_is_needed(tmp_path):
    folder = tmp_path / "folder"
    folder.mkdir()
    with pytest.raises(SourceError, match="folder: lies in no git checkout"):
        check([str(folder)], needs_history=True)
    (folder / ".git").mkdir()
    check([str(folder)], needs_history=True)


def test_reading_never_waits_and_never_follows(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to(write(tmp_path / "x.md", b"1"))
    for path, reason in {"pipe": "neither", "link": "can't be read", "gone": "No such file", ".": "is a folder"}.items():
        with pytest.raises(ReadError, match=reason):
            content_of(tmp_path / path)
    with pytest.raises(ReadError, match="neither"):
        content_of("/dev/zero")


def test_a_path_that_can_not_be_read_at_all_is_refused_with_its_reason(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    write(tmp_path / "x.pdf", b"1")
    reasons = {"gone": "No such file", "pipe.md": "neither", "x.pdf": "known endings", "a\0b": "null"}
    for name, reason in reasons.items():
        with pytest.raises(SourceError, match=reason) as error:
            check([str(tmp_path), f"{tmp_path}/{name}"])
        assert readable(name) in str(error.value)
    check([str(tmp_path), str(write(tmp_path / "x.md", b"1")), str(write(tmp_path / "x.tar.gz", b"1"))])


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\nb c\n", ["a", "b c"]),
        (b"a\n\nb", ["a", "b"]),
        (b"a\nb\0c\0", ["a\nb", "c"]),
        (b"a b\r\nc\r\n", ["a b", "c"]),
        (b"a\r\nc\n", ["a\r", "c"]),
        (b"\xff\n", ["\udcff"]),
        (b"", []),
    ],
)
def test_paths_are_read_from_a_stream(data, expected):
    assert paths_from(io.BytesIO(data)) == expected


@pytest.mark.parametrize("name", ["society", "teahouse", "oped2"])
def test_every_real_post_is_found(corpus, name):
    path = corpus / f"{name}.tar.gz"
    with tarfile.open(path) as tar:
        expected = {info.name: info.size for info in tar if info.isfile()}
    options = ReadOptions(32 * 1024**2, 2 * 1024**3)
    problems = []
    assert {source.path: source.size for source in walk([str(path)], options, problems.append)} == expected
    assert problems == []


def test_folders_of_one_name_in_one_tree_are_two_without_a_configuration_too(tmp_path):
    tree = tmp_path / "tree"
    for language in ("en", "zh"):
        write_text(tree / language / "blog" / "_posts" / "2020-01-01-a.md", language)
    expected = {"blog/_posts/2020-01-01-a.md": b"en", "tree/zh/blog/_posts/2020-01-01-a.md": b"zh"}
    assert read(tree) == (expected, {})
    with tarfile.open(tmp_path / "any.tar", "w") as tar:
        tar.add(tree, "tree")
    assert read(tmp_path / "any.tar") == (expected, {})
    with tarfile.open(tmp_path / "one.tar", "w") as tar:
        tar.add(tree / "zh", "zh")
    assert read(tmp_path / "one.tar") == read(tree / "zh") == ({"blog/_posts/2020-01-01-a.md": b"zh"}, {})


def write_text(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@pytest.mark.parametrize(
    ("name", "in_posts", "in_site", "expected"),
    [
        ("2020-01-01-a.md", False, True, False),
        ("a.md", True, True, False),
        ("a.md", False, False, False),
        ("a.md", False, True, True),
        ("a.html", False, False, True),
        ("a.html", True, False, False),
        ("index.md", False, False, True),
        ("README.md", False, False, True),
        ("2020-01-01-a.textile", True, True, True),
    ],
)
def test_only_the_content_of_some_files_tells_whether_they_are_posts(name, in_posts, in_site, expected):
    assert is_doubtful(name, in_posts, in_site) == expected


def test_pages_of_a_site_are_doubtful_and_closed_folders_are_told_of(site, tmp_path):
    doubtful = {
        f"society/{name}" for name in ("archived/undated.md", "archived/page.html", "README.md", "README.zh.md", "LICENSE.md")
    }
    skipped = {"society/_layouts", "society/_site", "society/_drafts"}
    assert met(site) == (doubtful, skipped)
    assert met(site, drafts=True) == (doubtful, skipped - {"society/_drafts"})
    with tarfile.open(tmp_path / "any.tar", "w") as tar:
        tar.add(site, "society")
    assert met(tmp_path / "any.tar") == (doubtful, skipped)
    for command in (
        ["rm", "-r", ".git"],
        ["git", "init", "-q"],
        ["git", "add", "."],
        ["git", "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"],
    ):
        subprocess.run(command, cwd=site, check=True)
    assert met(site, history=True) == (doubtful, skipped)


CONFIGURATION = """
title: A site
exclude:
  - /archived/2024-01-17
  - "*.markdown"
  - notes/*/private
  - vendor/
include: [_pages, archived/2024-01-17/kept.md]
"""


@pytest.fixture
def excluding(tmp_path):
    site = tmp_path / "site"
    for name in (
        *("_posts/2020-01-01-a.md", "_pages/2020-01-02-b.md", "archived/2024-01-17/a.md", "archived/2024-01-17/kept.md"),
        *("old.markdown", "notes/a/private/x.md", "notes/a/open/2020-01-03-x.md", "style.css"),
    ):
        write_text(site / name, "x")
    write_text(site / "_config.yml", CONFIGURATION)
    return site


def walked(*paths, **changes):
    told = []
    sources = list(walk([str(path) for path in paths], ReadOptions(**{**vars(OPTIONS), **changes}), told.append))
    return {source.path for source in sources}, told


def test_what_a_sites_configuration_leaves_out_is_skipped(excluding, tmp_path):
    taken = {"site/_posts/2020-01-01-a.md", "site/_pages/2020-01-02-b.md", "site/notes/a/open/2020-01-03-x.md"}
    with tarfile.open(tmp_path / "any.tar", "w") as tar:
        tar.add(excluding, "site")
    for command in (["init", "-q"], ["add", "."], ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"]):
        subprocess.run(["git", *command], cwd=excluding, check=True)
    for found, told in (walked(excluding), walked(tmp_path / "any.tar"), walked(excluding, history=True)):
        excluded = {each.path for each in told}
        assert found - {"site/archived/2024-01-17/kept.md"} == taken
        assert {path for path in excluded if "2024-01-17" not in path} == {"site/old.markdown", "site/notes/a/private"}
        assert excluded & {"site/archived/2024-01-17", "site/archived/2024-01-17/a.md"}
        assert all(isinstance(each, Skipped) and "exclude" in each.reason for each in told)


def test_a_folder_that_is_named_is_read_although_its_site_leaves_it_out(excluding):
    found, told = walked(excluding / "archived" / "2024-01-17")
    assert found == {"site/archived/2024-01-17/a.md", "site/archived/2024-01-17/kept.md"}
    assert told == []


@pytest.mark.parametrize(
    ("configuration", "reason"),
    [
        ("exclude: [", "is not YAML"),
        ("exclude: archived", "has an exclude that is no list"),
        ("exclude: [" + "a, " * 1001 + "]", "more than 1,000 patterns"),
        ("deep: " + "[" * 100_000, "is not YAML"),
        ("x" * 2_000_000, "larger than"),
    ],
)
def test_a_configuration_that_can_not_be_followed_is_told(excluding, configuration, reason):
    write_text(excluding / "_config.yml", configuration)
    found, told = walked(excluding, max_file_bytes=10_000_000)
    assert "site/old.markdown" in found
    (problem,) = [each for each in told if isinstance(each, Problem)]
    assert (problem.path, reason in problem.reason) == ("site/_config.yml", True)
