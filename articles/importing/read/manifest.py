"""What an export tells beside its files: where each one lay, when it came, and what editors did.

It is the file `.newsarchive-root` at the export's top, of JSON Lines, written by articles.exporting.manifest. A line is one of

    {"path": P, "of": Q, "superseded": true, "arrived_at": T, "aliases": [[DAY, SLUG], ...]}
        the file at P came from the path Q (without "of": from P) at the time T. "superseded": other bytes lay there since.
    {"edit": P, "sha256": H, "of": Q, "capture": H, "based_on": H, "arrived_at": T, "editor": NAME, "shown": true}
        the file at P is an edit of the post with this capture; the file that it was made from lay at Q
    {"capture": H, "hidden": true}
        the post with this capture is hidden, or shown although its file says that it isn't published
    {"merged": NAME, "into": NAME, "kind": "tag"}
        a name was merged into another

in which H is a SHA-256 in hexadecimal and T a time in ISO 8601. Only an edit's line is believed without a look at the file.
"""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

from ..records import Edit, Hiding, Merge, Problem, SourceFile

# More than any line that an export writes.
_LONGEST_LINE = 1_000_000


class Manifest:
    """A manifest that was read. `decisions` are an editor's, other than edits."""

    def __init__(self, lines: Iterable[bytes], name: str, report: Callable[[Problem], None]):
        # By the hash of the path: an export may have a million.
        self._arrivals: dict[int, datetime] = {}
        self._moved: dict[str, dict] = {}
        self._edits: dict[str, dict] = {}
        self.decisions: list[Hiding | Merge] = []
        times: dict[str, datetime] = {}
        for number, line in enumerate(lines, start=1):
            try:
                self._note(json.loads(line), times)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                report(Problem(name, "is no line that an export writes", number))

    def _note(self, entry, times):
        if "path" in entry:
            self._note_file(entry, times)
        elif "edit" in entry:
            self._edits[str(entry["edit"])] = {
                "path": str(entry["of"]),
                "sha256": bytes.fromhex(entry["sha256"]),
                "capture": bytes.fromhex(entry["capture"]),
                "based_on": bytes.fromhex(entry["based_on"]) if entry.get("based_on") else None,
                "arrived_at": _time(entry["arrived_at"]),
                "editor": str(entry.get("editor") or ""),
                "shown": bool(entry.get("shown")),
            }
        elif "merged" in entry:
            self.decisions.append(Merge(str(entry["kind"]), str(entry["merged"]), str(entry["into"])))
        else:
            self.decisions.append(Hiding(bytes.fromhex(entry["capture"]), bool(entry["hidden"])))

    def _note_file(self, entry, times):
        path, written = str(entry["path"]), entry["arrived_at"]
        # A run's files came at one time, of which there is one object.
        arrived_at = times.get(written) or times.setdefault(written, _time(written))
        self._arrivals[hash(path)] = arrived_at
        if "of" in entry or "aliases" in entry:
            self._moved[path] = {
                "path": str(entry.get("of", path)),
                "superseded": bool(entry.get("superseded")),
                "aliases": tuple((date.fromisoformat(day), str(slug)) for day, slug in entry.get("aliases", ())),
            }

    def resolve(self, source: SourceFile, read: Callable[[SourceFile], bytes]) -> SourceFile | Edit:
        """What a file of the export is. `read` returns a file's bytes; what it raises passes through."""
        edit = self._edits.get(source.path)
        if edit:
            content = read(source)
            if hashlib.sha256(content).digest() == edit["sha256"]:
                return Edit(content=content, **{name: value for name, value in edit.items() if name != "sha256"})
            # Somebody changed the file since: it is a file like others.
        return replace(source, arrived_at=self._arrivals.get(hash(source.path)), **self._moved.get(source.path, {}))


def _time(written):
    time = datetime.fromisoformat(written)
    if time.tzinfo is None:
        raise ValueError("no zone")
    return time


def lines_of(read: Callable[[int], bytes]) -> Iterable[bytes]:
    """The lines that `read(size)` gives in pieces; one that is too long is cut."""
    rest = b""
    while piece := read(64 * 1024):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
        rest = rest[:_LONGEST_LINE]
    if rest:
        yield rest
