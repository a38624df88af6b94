"""Which files are taken from packed archives and from git, where a folder shows only in the paths of what lies in it."""

from collections.abc import Callable

from ..records import Problem, Skipped
from .names import is_entered, is_exported, is_in_posts, is_post, why_closed
from .options import ReadOptions
from .roots import PackedRoots
from .site_rules import LEFT_OUT, SiteRules, read_rules


class Filter:
    """Tells which files may be posts, and once of every file or folder that is skipped. Paths are tuples of names."""

    def __init__(self, roots: PackedRoots, options: ReadOptions, report: Callable[[Problem | Skipped], None]):
        self._roots, self._options, self._report = roots, options, report
        self._told = set()
        # {folder of a site: its rules}
        self._rules = {}

    def configure(self, parts: tuple[str, ...], content: bytes):
        """Follow the configuration of a site that lies at this path."""
        try:
            self._rules[parts[:-1]] = read_rules(content)
        except ValueError as error:
            self._report(Problem(self._roots.path_of(parts), f"{error}; what it leaves out is not left out"))

    def takes(self, parts: tuple[str, ...]) -> bool:
        if self._roots.is_export(parts):
            return is_exported(parts[-1], parts[:-1])
        root = self._roots.site_of(parts) or ()
        rules = self._rules.get(root, SiteRules())
        for depth in range(1, len(parts)):
            inside = "/".join(parts[len(root) : depth])
            if inside and rules.excludes(inside):
                return self._skip(parts[:depth], LEFT_OUT)
            parent, name = parts[depth - 2] if depth > 1 else "", parts[depth - 1]
            if not is_entered(name, parent, self._options.drafts) and not (inside and rules.includes(inside)):
                return self._skip(parts[:depth], why_closed(name))
        if not is_post(parts[-1], is_in_posts(parts[:-1])):
            return False
        return not rules.excludes("/".join(parts[len(root) :])) or self._skip(parts, LEFT_OUT)

    def _skip(self, parts, reason):
        if reason and parts not in self._told:
            self._told.add(parts)
            self._report(Skipped(self._roots.path_of(parts), reason))
        return False
