"""Where an archive begins.

A post's path inside its archive may be its identity, so it must not depend on how the archive was given: as a folder, one of its
subfolders, a single file, packed, or with another spelling of the path. So the archive's root is the nearest folder, at or
above the file, that holds `_posts`, `_config.yml` or `.git`, and paths begin with the root's name. An export has the file
`.newsarchive-root` at its top; below it paths are whole already, and nothing is put before them.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from .names import readable

MARKERS = frozenset({"_posts", "_config.yml", ".git"})
EXPORT_MARKER = ".newsarchive-root"


@dataclass(frozen=True, slots=True)
class Root:
    """An archive's root on disk. `prefix` goes before the paths below `folder`: its name and "/", or nothing in an export."""

    folder: str
    prefix: str
    is_export: bool = False

    def path_of(self, location: str) -> str:
        return readable(self.prefix + os.path.relpath(location, self.folder))


def root_at(folder: str, names: Iterable[str]) -> Root | None:
    """The root that a folder holding these names is, if it is one."""
    if EXPORT_MARKER in names:
        return Root(folder, "", is_export=True)
    return _named(folder) if not MARKERS.isdisjoint(names) else None


def root_of(folder: str) -> Root:
    """The root that a folder (a real path) lies in: an export's, else the nearest one, else the folder itself."""
    nearest, here = None, folder
    while True:
        root = root_at(here, [name for name in (EXPORT_MARKER, *MARKERS) if os.path.lexists(os.path.join(here, name))])
        if root and root.is_export:
            return root
        nearest = nearest or root
        parent = os.path.dirname(here)
        if parent == here:
            return nearest or _named(folder)
        here = parent


def _named(folder):
    name = os.path.basename(folder)
    return Root(folder, f"{name}/" if name else "")


class PackedRoots:
    """The same rule for paths that aren't on disk: the members of a packed archive, the files in git.

    `name` is the root's name for members that lie in no folder. `add()` is given every member's path before the first
    `path_of()`. Paths are tuples of names.
    """

    def __init__(self, name: str):
        self._name = name
        self._roots = set()
        self._exports = set()

    def add(self, parts: tuple[str, ...]):
        for depth, part in enumerate(parts):
            if part in MARKERS:
                self._roots.add(parts[:depth])
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
        for depth in range(len(parts) - 1, 0, -1):
            if parts[:depth] in self._roots:
                return parts[depth - 1 :]
        lies_at_top = () in self._roots or len(parts) == 1
        return (self._name, *parts) if lies_at_top and self._name else parts
