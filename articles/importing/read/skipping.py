"""What is skipped in packed archives and in git, where a folder shows only in the paths of what lies in it."""

from collections.abc import Callable

from ..records import Problem, Skipped
from .names import closed_folder, why_closed
from .options import ReadOptions
from .roots import PackedRoots


class ClosedFolders:
    """Tells once of every folder that isn't entered, although it may hold what looks like a post."""

    def __init__(self, roots: PackedRoots, options: ReadOptions, report: Callable[[Problem | Skipped], None]):
        self._roots, self._options, self._report = roots, options, report
        self._told = set()

    def meet(self, parts: tuple[str, ...]):
        """Look at the folders of a file's path."""
        depth = None if self._roots.is_export(parts) else closed_folder(parts[:-1], self._options.drafts)
        if depth and parts[:depth] not in self._told:
            self._told.add(parts[:depth])
            self._report(Skipped(self._roots.path_of(parts[:depth]), why_closed(parts[depth - 1])))
