"""Posts in folders, and single files. No post is opened here: a run over an unchanged archive only looks."""

import os
import stat
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ..records import Met, Problem, Skipped, SourceFile
from .contents import NOT_REGULAR, read_content
from .manifest import Manifest, lines_of
from .names import is_doubtful, is_entered, is_exported, is_in_posts, is_post, may_be_folder, readable, why_closed
from .options import ReadError, ReadOptions
from .roots import EXPORT_MARKER, Root, root_at, root_of
from .site_rules import CONFIGURATIONS, LEFT_OUT, SiteRules, read_rules


@dataclass
class Walked:
    """What this walk has met, so that nothing is met twice. Folders stand for their files: a million paths would be large."""

    folders: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    # {folder of an export: its manifest}
    manifests: dict[str, Manifest] = field(default_factory=dict)

    def in_export(self, source: SourceFile, root: Root, options: ReadOptions, report: Callable[[Problem], None]) -> Iterator[Met]:
        """The file as the manifest of its export knows it, where it lies in one."""
        if not root.is_export:
            yield source
            return
        if root.folder not in self.manifests:
            with open(os.path.join(root.folder, EXPORT_MARKER), "rb") as file:
                self.manifests[root.folder] = Manifest(lines_of(file.read), EXPORT_MARKER, report)
        try:
            yield self.manifests[root.folder].resolve(source, lambda source: read_content(source, options))
        except ReadError as error:
            report(Problem(source.path, str(error)))


def walk_file(location: str, options: ReadOptions, report: Callable[[Problem], None], met: Walked) -> Iterator[Met]:
    """A single file that was named, whatever its name. `location` is its real path."""
    folder = os.path.dirname(location)
    root = root_of(folder)
    path = root.path_of(location)
    in_posts = is_in_posts(os.path.relpath(folder, root.folder).split(os.sep))
    if location in met.files or (folder in met.folders and _is_post(os.path.basename(location), in_posts, root)):
        return
    met.files.add(location)
    try:
        status = os.lstat(location)
    except OSError as error:
        report(Problem(path, f"can't be read: {error.strerror}"))
        return
    if stat.S_ISREG(status.st_mode):
        yield from met.in_export(SourceFile(path, status.st_size, status.st_mtime_ns, location), root, options, report)
    else:
        report(Problem(path, NOT_REGULAR))


def walk_folder(folder: str, options: ReadOptions, report: Callable[[Problem | Skipped], None], met: Walked) -> Iterator[Met]:
    """Every post below a folder (a real path), in the order of names. Packed archives in it are left alone.

    Links are followed last, inside the archive only, and to what wasn't met without them.
    """
    walk = _FolderWalk(folder, options, report, met)
    yield from walk.below(folder)
    while walk.links:
        yield from walk.follow(*walk.links.popleft())


def _is_post(name, in_posts, root):
    return is_exported(name) if root.is_export else is_post(name, in_posts)


def _is_doubtful(name, in_posts, root):
    return not root.is_export and is_doubtful(name, in_posts, root.is_jekylls)


class _FolderWalk:
    def __init__(self, folder, options, report, met):
        self._folder, self._root = folder, root_of(folder)
        self._options, self._report, self._met = options, report, met
        self.links = deque()
        # {folder of a site: its rules}
        self._rules = {}
        # {name of a root: the folder that goes by it}
        self._named = {}

    def below(self, folder) -> Iterator[Met]:
        pending = [(folder, self._root)]
        while pending:
            location, root = pending.pop()
            if location in self._met.folders:
                continue
            self._met.folders.add(location)
            try:
                with os.scandir(location) as scan:
                    entries = sorted(scan, key=lambda entry: entry.name)
            except OSError as error:
                self._report(Problem(root.path_of(location), f"the folder can't be read: {error.strerror}"))
                continue
            root = self._told_apart(root_at(location, {entry.name for entry in entries}, root))
            subfolders = []
            yield from self._in_folder(location, root, entries, subfolders)
            pending += [(each, root) for each in reversed(subfolders)]

    def _told_apart(self, root):
        """A root by its name, or by its whole path from the folder that is walked, where another in it has that name already."""
        if root.is_export or root.folder == self._root.folder or self._named.setdefault(root.prefix, root.folder) == root.folder:
            return root
        inside = os.path.relpath(root.folder, os.path.dirname(self._folder))
        return replace(root, prefix=f"{inside}/")

    def _rules_of(self, root) -> SiteRules:
        """What its site leaves out; nothing where the folder that is walked would be, because somebody named it."""
        if not root.is_site:
            return SiteRules()
        if root.folder not in self._rules:
            rules, named = self._read_rules(root), os.path.relpath(self._folder, root.folder)
            self._rules[root.folder] = SiteRules(include=rules.include) if rules.excludes(named) else rules
        return self._rules[root.folder]

    def _read_rules(self, root):
        location = next((at for name in CONFIGURATIONS if os.path.lexists(at := os.path.join(root.folder, name))), None)
        if not location:
            return SiteRules()
        try:
            return read_rules(read_content(SourceFile(root.path_of(location), 0, 0, location), self._options))
        except (ReadError, ValueError) as error:
            self._report(Problem(root.path_of(location), f"{error}; what it leaves out is not left out"))
            return SiteRules()

    def _in_folder(self, location, root, entries, subfolders):
        """The posts right in a folder; its subfolders that are to be entered are added to `subfolders`."""
        relative = os.path.relpath(location, root.folder)
        prefix = readable(root.prefix) if relative == "." else root.path_of(location) + "/"
        in_posts, rules = is_in_posts(relative.split(os.sep)), self._rules_of(root)
        for entry in entries:
            inside = entry.name if relative == "." else f"{relative}/{entry.name}"
            if rules.excludes(inside):
                self._tell_left_out(entry, location, root, in_posts)
            elif entry.is_symlink():
                self.links.append((entry.path, root, in_posts))
            elif entry.is_dir(follow_symlinks=False):
                if self._enters(entry.name, os.path.basename(location), root) or rules.includes(inside):
                    if _is_post(entry.name, in_posts, root) and not _is_doubtful(entry.name, in_posts, root):
                        self._report(Problem(root.path_of(entry.path), "is a folder, not a file"))
                    subfolders.append(entry.path)
                elif reason := why_closed(entry.name):
                    self._report(Skipped(root.path_of(entry.path), reason))
            elif _is_post(entry.name, in_posts, root):
                yield from self._post(entry, prefix, root, _is_doubtful(entry.name, in_posts, root))

    def _tell_left_out(self, entry, location, root, in_posts):
        is_folder = entry.is_dir(follow_symlinks=False)
        if self._enters(entry.name, os.path.basename(location), root) if is_folder else _is_post(entry.name, in_posts, root):
            self._report(Skipped(root.path_of(entry.path), LEFT_OUT))

    def _enters(self, name, parent, root):
        return name != ".git" if root.is_export else is_entered(name, parent, self._options.drafts)

    def _post(self, entry, prefix, root, doubtful):
        path = prefix + readable(entry.name)
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self._report(Problem(path, f"can't be read: {error.strerror}"))
            return
        if entry.path in self._met.files:
            return
        if stat.S_ISREG(status.st_mode):
            source = SourceFile(path, status.st_size, status.st_mtime_ns, entry.path, is_doubtful=doubtful)
            yield from self._met.in_export(source, root, self._options, self._report)
        else:
            self._report(Problem(path, NOT_REGULAR))

    def follow(self, link, root, in_posts) -> Iterator[Met]:
        """What a symbolic link leads to, unless it was met before."""
        name, path = os.path.basename(link), root.path_of(link)
        post_like = _is_post(name, in_posts, root)
        if not post_like and not (self._enters(name, os.path.basename(os.path.dirname(link)), root) and may_be_folder(name)):
            return
        try:
            target = os.path.realpath(link, strict=True)
            status = os.lstat(target)
        except OSError as error:
            if post_like:
                self._report(Problem(path, f"is a link that leads nowhere: {error.strerror}"))
            return
        inside = os.path.relpath(target, root.folder).split(os.sep)
        if inside[0] == "..":
            self._report(Problem(path, "is a link that leads out of its archive"))
        elif self._rules_of(root).excludes("/".join(inside)):
            self._report(Skipped(path, LEFT_OUT))
        elif stat.S_ISDIR(status.st_mode):
            if all(part == "." or self._enters(part, parent, root) for parent, part in zip(("", *inside), inside, strict=False)):
                yield from self.below(target)
        elif not post_like:
            return
        elif not stat.S_ISREG(status.st_mode):
            self._report(Problem(path, NOT_REGULAR))
        elif not self._was_met(target, inside, root):
            self._met.files.add(target)
            doubtful = _is_doubtful(name, in_posts, root)
            source = SourceFile(path, status.st_size, status.st_mtime_ns, target, is_doubtful=doubtful)
            yield from self._met.in_export(source, root, self._options, self._report)

    def _was_met(self, target, inside, root):
        as_post = _is_post(inside[-1], is_in_posts(inside[:-1]), root)
        return target in self._met.files or (as_post and os.path.dirname(target) in self._met.folders)
