"""Which files are posts, by their names alone, and how their paths are written.

The rules are Jekyll's (jekyllrb.com/docs/posts, /docs/structure, and `EntryFilter` in its source) with one difference: files are
posts outside `_posts`, too, if they have a date, because the archives keep most of theirs elsewhere. To Jekyll what lies there is
a page if it has front matter. So where neither place nor name tells, the content does, and what is no post is skipped.
"""

import os.path
import re
from collections.abc import Sequence

MARKDOWN = frozenset({".md", ".markdown", ".mkd", ".mkdn", ".mkdown"})
HTML = frozenset({".html", ".htm"})
EXTENSIONS = MARKDOWN | HTML

_DATED = re.compile(r"\d{2,4}-\d{1,2}-\d{1,2}-.")
# What a repository says about itself, and a site's own pages, mostly. Only where the name has no date.
_PAGES = frozenset({"readme", "license", "licence", "changelog", "contributing", "code_of_conduct", "security", "index", "404"})
# Other people's code in `vendor/`, which Jekyll leaves out by default (`exclude`, jekyllrb.com/docs/configuration/options).
_IN_VENDOR = frozenset({"bundle", "cache", "gems", "ruby"})


def is_post(name: str, in_posts: bool) -> bool:
    """Whether a file of this name may be a post. `in_posts`: it lies somewhere below `_posts` or `_drafts`."""
    if name[0] in "._#~" or name[-1] == "~":
        return False
    return _extension(name) in EXTENSIONS or (in_posts and bool(_DATED.match(name)))


def is_doubtful(name: str, in_posts: bool, in_site: bool) -> bool:
    """Whether only its content tells if a file of this name is a post. `in_site`: its archive is one of Jekyll's sites, where a
    file outside of `_posts` may be a page.
    """
    extension = _extension(name)
    if extension not in EXTENSIONS:
        return True
    if in_posts or _DATED.match(name):
        return False
    return in_site or extension in HTML or name.partition(".")[0].lower() in _PAGES


def _extension(name):
    return os.path.splitext(name)[1].lower()


def is_exported(name: str, folders: Sequence[str] = ()) -> bool:
    """Whether a file in these folders of an export is a post's. An archive has files that were named, whatever they were called;
    beside them lies only what git and macOS add.
    """
    return os.path.splitext(name)[1].lower() in EXTENSIONS and not name.startswith("._") and ".git" not in folders


def is_entered(name: str, parent: str, drafts: bool) -> bool:
    """Whether a folder of this name, in a folder named `parent`, may hold posts."""
    if name == "_drafts":
        return drafts
    if name == "node_modules" or (parent == "vendor" and name in _IN_VENDOR):
        return False
    return name == "_posts" or name[:1] not in "._#~"


def are_entered(folders: Sequence[str], drafts: bool) -> bool:
    """Whether a folder that lies in these, one in the other, may hold posts."""
    return all(is_entered(name, parent, drafts) for parent, name in zip(("", *folders), folders, strict=False))


def why_closed(name: str) -> str:
    """Why a folder of this name is not entered, where it may hold what looks like a post; else empty."""
    if name == "_drafts":
        return "holds drafts, which --drafts imports"
    return "is a folder with an underscore, in which only _posts holds posts" if name[:1] == "_" else ""


def may_be_folder(name: str) -> bool:
    """Whether a link of this name may lead to a folder, as far as a name tells: it has no file's extension."""
    return not re.search(r"\.[A-Za-z]\w{0,4}$", name)


def is_in_posts(folders) -> bool:
    return "_posts" in folders or "_drafts" in folders


def readable(path: str) -> str:
    """The path as it is stored and shown: Postgres takes neither lone surrogates nor NUL, so these bytes are written `\\xff`."""
    try:
        path.encode()
    except UnicodeEncodeError:
        path = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return path.replace("\0", "\\x00")
