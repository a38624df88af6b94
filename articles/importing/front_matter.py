"""Front matter: where it begins and ends in a file, and what its YAML says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml
from frontmatter.default_handlers import YAMLHandler

from .plain_front_matter import read_plain

# Larger or deeper than any front matter that a person or a crawler writes.
_MAX_CHARACTERS = 1024 * 1024
_MAX_DEPTH = 20
_BEFORE = re.compile(r"[\s\ufeff]*")
# What YAML can't hold (YAML 1.2, section 5.1), and what it takes for a line's end where Jekyll's authors saw none.
_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")
_ODD_SPACES = re.compile("[\x0b\x0c\x1c-\x1f\x85\u2028\u2029]")
_NOT_IN_POSTGRES = re.compile("[\x00\ud800-\udfff]")
_NULLS = frozenset(["", "~", "null", "Null", "NULL"])
# Read line by line, an entry is more than YAML takes for one: a space after the colon is often forgotten, the colon Chinese.
_ENTRY = re.compile(r"(?P<key>[^\W\d][\w-]*)[ \t]*[:：](?!//)(?P<value>.*)")
_MAX_RECOVERED = 1000
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LISTS = frozenset(["tags", "tag", "categories", "category"])

Value = str | None | list | dict


class ParseError(ValueError):
    """The file is no post. `line` counts from 1 where it is known."""

    def __init__(self, reason: str, line: int | None = None):
        super().__init__(reason)
        self.reason, self.line = reason, line


class NoPost(ParseError):
    """The file doesn't even look like a post: it has no front matter, or no date."""


@dataclass(slots=True)
class Entries:
    """What front matter says: scalars are text as it is written, or None where nothing is.

    `lines` tells the line of the file in which each entry begins, `warnings` what was wrong: (reason, line).
    """

    values: dict[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    warnings: list[tuple[str, int]] = field(default_factory=list)


def read_front_matter(text: str) -> tuple[Entries, str]:
    """Read the front matter of a file whose lines end in "\\n"; returns it and the body. Raises ParseError.

    It lies between a line `---` at the top and the next line `---` or `...`, as in Jekyll.
    """
    entries, body, first_line = split_front_matter(text)
    if len(entries) > _MAX_CHARACTERS:
        raise ParseError(f"has front matter of more than {_MAX_CHARACTERS:,} characters")
    return _HANDLER.load(_ODD_SPACES.sub(" ", _UNREADABLE.sub("", entries)), first_line=first_line), body


def split_front_matter(text: str) -> tuple[str, str, int]:
    """The lines of the front matter, the body, and the line of the file in which the first begins. Raises ParseError."""
    before = _BEFORE.match(text).end()
    first_line = text.count("\n", 0, before) + 2
    text = text[before:]
    if not text.startswith("---") or not _HANDLER.detect(text):
        raise NoPost("has no front matter: it doesn't begin with a line ---")
    try:
        entries, body = _HANDLER.split(text)
    except ValueError:
        raise NoPost("has front matter that is never closed: there is no second line ---") from None
    return entries, body, first_line


class _Handler(YAMLHandler):
    """python-frontmatter's handler of YAML, with the fences that Jekyll knows and every scalar as text."""

    FM_BOUNDARY = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.M)

    def load(self, fm: str, first_line: int = 1) -> Entries:
        if plain := read_plain(fm):
            return Entries(plain, {key: line for line, key in enumerate(plain, first_line)})
        try:
            return _read(fm, first_line)
        except (yaml.YAMLError, _NotPlain) as error:
            return _recover(fm, first_line, error)


_HANDLER = _Handler()


class _NotPlain(ValueError):
    """YAML that means more than text, lists and mappings, mostly without its author's knowledge: *emphasis*, {{ liquid }}."""

    def __init__(self, problem, mark):
        super().__init__(problem)
        self.problem, self.problem_mark = problem, mark


def _read(text, first_line) -> Entries:
    """One pass over libyaml's events. Aliases, which bombs are made of, aren't followed, so the outcome is never larger."""
    entries = Entries()
    events = yaml.parse(text, Loader=_LOADER)
    next(events)
    if not isinstance(next(events), yaml.DocumentStartEvent):
        return entries
    start = next(events)
    if not isinstance(start, yaml.MappingStartEvent):
        raise _NotPlain("there is no entry like title: …", start.start_mark)
    entries.values = _mapping(events, entries, first_line, 1)
    next(events)
    if not isinstance(next(events), yaml.StreamEndEvent):
        raise _NotPlain("there is a second document", start.start_mark)
    return entries


def _value(events, event, entries, first_line, depth) -> Value:
    if isinstance(event, yaml.ScalarEvent):
        if event.anchor or not _is_plain_tag(event.tag):
            raise _NotPlain("a text begins with an unquoted & or !", event.start_mark)
        if not event.style and event.value in _NULLS:
            return None
        return _NOT_IN_POSTGRES.sub("", event.value)
    if isinstance(event, yaml.AliasEvent):
        raise _NotPlain("a text begins with an unquoted *", event.start_mark)
    if depth > _MAX_DEPTH:
        raise ParseError(f"has front matter nested more than {_MAX_DEPTH} deep", event.start_mark.line + first_line)
    if isinstance(event, yaml.MappingStartEvent):
        return _mapping(events, entries, first_line, depth)
    items = []
    while not isinstance(event := next(events), yaml.SequenceEndEvent):
        items.append(_value(events, event, entries, first_line, depth + 1))
    return items


def _is_plain_tag(tag):
    return not tag or tag == "!" or tag.startswith("tag:yaml.org,2002:")


def _mapping(events, entries, first_line, depth):
    values = {}
    while not isinstance(event := next(events), yaml.MappingEndEvent):
        if not isinstance(event, yaml.ScalarEvent):
            raise _NotPlain("a key is no text", event.start_mark)
        key, line = _NOT_IN_POSTGRES.sub("", event.value), event.start_mark.line + first_line
        if key in values:
            entries.warnings.append((f"has {key[:100]} more than once; the last counts", line))
        if depth == 1:
            entries.lines[key] = line
        values[key] = _value(events, next(events), entries, first_line, depth + 1)
    return values


def _recover(text, first_line, error) -> Entries:
    """Read front matter that isn't YAML entry by entry: those that are YAML as such, the others as they are written."""
    entries = Entries()
    for number, lines in _pieces(text.split("\n"), first_line):
        entry = _ENTRY.fullmatch(lines[0].rstrip())
        if entry and len(entries.values) < _MAX_RECOVERED:
            _recover_entry(entries, entry, lines, number)
        else:
            entries.warnings.append(("has a line in its front matter that belongs to no entry; it was left out", number))
    if "title" not in entries.values:
        mark = getattr(error, "problem_mark", None)
        raise ParseError(f"has front matter that is not YAML: {_reason(error)}", mark and mark.line + first_line)
    return entries


def _recover_entry(entries, entry, lines, number):
    key = entry["key"]
    if key in entries.values:
        entries.warnings.append((f"has {key[:100]} more than once; the last counts", number))
    entries.lines[key] = number
    try:
        alone = _read("\n".join([*lines, ""]), number)
        entries.values[key] = alone.values[key]
        entries.warnings += alone.warnings
    except (yaml.YAMLError, _NotPlain, KeyError) as error:
        reason = "no space after the colon" if isinstance(error, KeyError) else _reason(error)
        entries.values[key] = _as_written(key, entry["value"], lines[1:])
        entries.warnings.append((f"has an entry {key[:100]} that is not YAML ({reason}); it was read as it is written", number))


def _pieces(lines, first_line) -> Iterator[tuple[int, list[str]]]:
    """Each entry with the lines that continue it: indented, items of a list, empty ones, comments. Stray lines are on their own."""
    start, piece = first_line, []
    for number, line in enumerate(lines, start=first_line):
        if piece and (not line.strip() or line[0] in " \t#" or re.match(r"-(?:\s|$)", line)):
            piece.append(line)
        elif line.strip() and line[0] != "#":
            if piece:
                yield start, piece
            start, piece = number, [line]
            if not _ENTRY.fullmatch(line.rstrip()):
                yield start, piece
                piece = []
    if piece:
        yield start, piece


def _as_written(key, value, continued):
    continued = [line.strip() for line in continued if line.strip() and not line.lstrip().startswith("#")]
    items = [line[1:].strip() for line in continued if re.match(r"-(?:\s|$)", line)]
    if items and not value:
        return [_unquoted(item) for item in items]
    value = " ".join([value.strip(), *continued])
    if key in _LISTS and value.startswith("["):
        return [_unquoted(item) for item in value.strip("[] ").split(",")]
    return _unquoted(value)


def _unquoted(text):
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        quote, text = text[0], text[1:-1]
        text = text.replace('\\"', '"') if quote == '"' else text.replace("''", "'")
    return text


def _reason(error):
    return getattr(error, "problem", None) or str(error).split("\n")[0]
