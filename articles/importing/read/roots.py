"""Where an archive begins.

A post's path inside its archive may be its identity, so it must not depend on how the archive was given: as a folder, one of its
subfolders, a single file, packed, or with another spelling of the path. So the archive's root is the nearest folder, at or
above the file, that holds Jekyll's configuration; where there is none, the nearest that holds `_posts` or `.git`. The
configuration goes first because a site may have many `_posts`: `en/blog/_posts/a.md` and `zh/blog/_posts/a.md` are two files.
Paths begin with the root's name; where a tree holds several roots of one name, all but the first go by their whole path in it, so
that the two are two files without a configuration, too. An export has the file `.newsarchive-root` at its top; below it paths are
whole already, and nothing is put before them.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from .names import readable

# jekyllrb.com/docs/configuration
SITE_MARKERS = frozenset({"_config.yml", "_config.yaml", "_config.toml"})
POSTS = "_posts"
FOLDER_MARKERS = frozenset({POSTS, ".git"})
EXPORT_MARKER = ".newsarchive-root"


@dataclass(frozen=True, slots=True)
class Root:
    """An archive's root on disk. `prefix` goes before the paths below `folder`: its name and "/", or nothing in an export.

    `is_site`: Jekyll's configuration lies in it. `has_posts`: `_posts` does.
    """

    folder: str
    prefix: str
    is_export: bool = False
    is_site: bool = False
    has_posts: bool = False

    @property
    def is_jekylls(self) -> bool:
        return self.is_site or self.has_posts

    def path_of(self, location: str) -> str:
        return readable(self.prefix + os.path.relpath(location, self.folder))


def root_at(folder: str, names: Iterable[str], above: Root | None = None) -> Root | None:
    """The root that files right in a folder holding these names lie in; `above` is the one that the folder lies in."""
    if above and above.is_export:
        return above
    if EXPORT_MARKER in names:
        return Root(folder, "", is_export=True)
    if not SITE_MARKERS.isdisjoint(names):
        return _named(folder, is_site=True)
    if above and above.is_site:
        return above
    return _named(folder, has_posts=POSTS in names) if not FOLDER_MARKERS.isdisjoint(names) else above


def root_of(folder: str) -> Root:
    """The root that a folder (a real path) lies in; the folder itself where there is none."""
    root = None
    for here in (*reversed(list(_above(folder))), folder):
        names = [name for name in (EXPORT_MARKER, *SITE_MARKERS, *FOLDER_MARKERS) if os.path.lexists(os.path.join(here, name))]
        root = root_at(here, names, root)
    return root or _named(folder)


def _above(folder):
    while (parent := os.path.dirname(folder)) != folder:
        yield parent
        folder = parent


def _named(folder, **facts):
    name = os.path.basename(folder)
    return Root(folder, f"{name}/" if name else "", **facts)


class PackedRoots:
    """The same rule for paths that aren't on disk: the members of a packed archive, the files in git.

    `name` is the root's name for members that lie in no folder. `add()` is given every member's path before the first
    `path_of()`. Paths are tuples of names.
    """

    def __init__(self, name: str):
        self._name = name
        self._sites = set()
        self._folders = set()
        self._with_posts = set()
        self._exports = set()
        self._firsts = {}

    def add(self, parts: tuple[str, ...]):
        for depth, part in enumerate(parts):
            if part in SITE_MARKERS:
                self._sites.add(parts[:depth])
            elif part in FOLDER_MARKERS:
                self._folders.add(parts[:depth])
                if part == POSTS:
                    self._with_posts.add(parts[:depth])
            elif part == EXPORT_MARKER:
                self._exports.add(parts[:depth])

    def is_export(self, parts: tuple[str, ...]) -> bool:
        return self.export_of(parts) is not None

    def export_of(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """The path of the export that a member lies in."""
        if not self._exports:
            return None
        return next((parts[:depth] for depth in range(len(parts)) if parts[:depth] in self._exports), None)

    def path_of(self, parts: tuple[str, ...]) -> str:
        return readable("/".join(self._below_root(parts)))

    def _below_root(self, parts):
        if (export := self.export_of(parts)) is not None:
            return parts[len(export) :]
        root = self._root_of(parts)
        if root:
            return parts[len(root) - 1 :] if self._first_named(root) == root else parts
        lies_at_top = root == () or len(parts) == 1
        return (self._name, *parts) if lies_at_top and self._name else parts

    def _root_of(self, parts):
        above = [parts[:depth] for depth in range(len(parts) - 1, -1, -1)]
        return next((each for roots in (self._sites, self._folders) for each in above if each in roots), None)

    def site_of(self, parts: tuple[str, ...]) -> tuple[str, ...] | None:
        """The folder with the configuration that a member lies below."""
        root = self._root_of(parts)
        return root if root in self._sites else None

    def is_in_jekylls(self, parts: tuple[str, ...]) -> bool:
        """Whether a member's archive is one of Jekyll's sites."""
        root = self._root_of(parts)
        return root in self._sites or root in self._with_posts

    def _first_named(self, root):
        """The first of the roots that have the name of this one, in the order in which a folder is walked."""
        if not self._firsts:
            for each in sorted(self._sites | self._folders):
                lies_in_site = any(each[:depth] in self._sites for depth in range(len(each)))
                if each and (each in self._sites or not lies_in_site):
                    self._firsts.setdefault(each[-1], each)
        return self._firsts[root[-1]]
