"""parse: from a file's bytes to what its front matter says. Pure: no disk, no database."""

import html
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from .dates import parse_date, split_name
from .decode import DecodeError, decode
from .records import FrontMatter, Problem, SourceFile
from .slugs import name_slug, post_slug
from .urls import normalize_url, source_host

# Deeper or longer than any front matter that a person or a crawler writes; what is beyond is an attack on the parser.
_MAX_FRONT_MATTER = 256 * 1024
_MAX_DEPTH = 20
_FRONT_MATTER = re.compile(r"\s*---[ \t]*\r?\n(?P<entries>.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)(?P<body>.*)", re.M | re.S)
_ENTRY = re.compile(r"(?P<key>[A-Za-z_][\w-]*)[ \t]*:(?:[ \t]+(?P<value>.*))?")
_KNOWN = {"title", "date", "author", "from", "tags", "tag", "categories", "category", "comments", "layout", "published", "slug"}
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff\ud800-\udfff]")


class ParseError(ValueError):
    """The file is no post. `line` counts from 1 where it is known."""

    def __init__(self, reason: str, line: int | None = None):
        super().__init__(reason)
        self.reason, self.line = reason, line


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """`time_zone` is where a date without a zone is read; titles are cut to `max_title` characters, tags to `max_tags`."""

    time_zone: str
    max_title: int
    max_tags: int


class _TextLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
    """YAML whose plain scalars stay as they are written: a title 2020 or no is text, and a date keeps its zone."""


_TextLoader.yaml_implicit_resolvers = {}
_TextLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""])


class _Handler(YAMLHandler):
    def load(self, fm, **kwargs):
        return yaml.load(fm, Loader=_TextLoader)


def parse_post(source: SourceFile, content: bytes, options: ParseOptions) -> tuple[FrontMatter, list[Problem]]:
    """What a file says of its post, and what was wrong with it although it is one. Raises ParseError."""
    parser = _Parser(source, options)
    return parser.parse(content), [Problem(source.path, reason, line, fatal=False) for reason, line in parser.warnings]


class _Parser:
    def __init__(self, source, options):
        self._source, self._options = source, options
        self.warnings = []

    def _warn(self, reason, line=None):
        self.warnings.append((reason, line))

    def parse(self, content: bytes) -> FrontMatter:
        values, body = self._split(content)
        name_day, name = split_name(self._source.path.rpartition("/")[2])
        title = self._title(values, name)
        written, published_at = self._date(values, name_day)
        day = name_day or self._local_day(published_at)
        slug = post_slug(str(values["slug"]) if isinstance(values.get("slug"), str) else name if name_day else title)
        source_url = self._source_url(values.get("from"))
        normalized = normalize_url(source_url)
        front_matter = FrontMatter(
            title=title,
            published_at=published_at,
            date_written=written,
            day=day,
            slug=slug,
            author=self._author(values.get("author")),
            source_url=source_url,
            normalized_url=normalized,
            source_host=source_host(normalized),
            tags=self._names(values.get("tags", values.get("tag")), "tags"),
            categories=self._names(values.get("categories", values.get("category")), "categories"),
            comments=_as_bool(values.get("comments")),
            layout=_one_line(values.get("layout")),
            hidden=_as_bool(values.get("published")) is False,
            other=_as_json({key: value for key, value in values.items() if key not in _KNOWN}),
            body=body,
        )
        if (day_of_date := self._local_day(published_at)) != day:
            front_matter.aliases.append((day_of_date, slug))
        return front_matter

    def _local_day(self, moment):
        """The day that Jekyll puts into an address: that of its site's time zone."""
        try:
            return moment.astimezone(ZoneInfo(self._options.time_zone)).date()
        except OverflowError:
            raise ParseError(f"has a date that lies outside the calendar in {self._options.time_zone}") from None

    def _split(self, content):
        if not content.strip():
            raise ParseError("is empty")
        try:
            text, warnings = decode(content)
        except DecodeError as error:
            raise ParseError(str(error)) from None
        for warning in warnings:
            self._warn(warning)
        match = _FRONT_MATTER.match(text)
        if not match:
            raise ParseError("has no front matter: it doesn't begin with a line ---, or that is never closed")
        entries = match["entries"].replace("\r\n", "\n").replace("\r", "\n")
        if len(entries) > _MAX_FRONT_MATTER:
            raise ParseError(f"has front matter of more than {_MAX_FRONT_MATTER // 1024} kB")
        return self._entries(entries), match["body"].replace("\r\n", "\n").replace("\r", "\n")

    def _entries(self, entries):
        clean = _INVISIBLE.sub("", entries)
        try:
            _bound(clean)
            values = frontmatter.loads(f"---\n{clean}\n---\n", handler=_Handler()).metadata if clean.strip() else {}
            self._report_duplicates(clean)
        except ParseError:
            raise
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            values = self._recover(clean, error)
        return {str(key): value for key, value in values.items()}

    def _report_duplicates(self, entries):
        keys = re.findall(r"^([A-Za-z_][\w-]*)[ \t]*:", entries, re.M)
        for key in sorted({key for key in keys if keys.count(key) > 1}):
            self._warn(f"has {key} more than once; the last counts")

    def _recover(self, entries, error):
        """Read front matter that isn't YAML line by line: `key: value`, quotes around a value dropped, lists at commas."""
        values, key = {}, None
        for number, line in enumerate(entries.split("\n"), start=2):
            entry = _ENTRY.fullmatch(line.rstrip())
            if entry:
                key = entry["key"]
                values[key] = _recovered(key, entry["value"] or "")
            elif key and line.strip().startswith("- ") and isinstance(values[key], str | list):
                values[key] = [*(values[key] or []), _unquoted(line.strip()[2:])]
            elif line.strip() and not line.lstrip().startswith("#") and key is None:
                raise ParseError(f"has front matter that is not YAML: {_reason(error)}", number)
        if "title" not in values or not isinstance(values["title"], str):
            raise ParseError(f"has front matter that is not YAML: {_reason(error)}", _line(error))
        self._warn(f"has front matter that is not YAML ({_reason(error)}); it was read line by line", _line(error))
        return values

    def _title(self, values, name):
        value = values.get("title")
        if isinstance(value, list | dict):
            raise ParseError(f"has a {'list' if isinstance(value, list) else 'mapping'} as title")
        title = _one_line(value)
        if not title:
            title = _one_line(name.replace("-", " ")) or "?"
            self._warn("has no title; the file's name is taken for it")
        if len(title) > self._options.max_title:
            self._warn(f"has a title of {len(title):,} characters; it was cut to {self._options.max_title:,}")
            title = title[: self._options.max_title - 1] + "…"
        return title

    def _date(self, values, name_day):
        value = values.get("date")
        written = _one_line(value) if isinstance(value, str) else ""
        if not written and name_day is None:
            raise ParseError("has no date, neither in the front matter nor in its name")
        try:
            published_at = parse_date(written or name_day.isoformat(), self._options.time_zone)
        except ValueError as error:
            raise ParseError(f"has a date that {error}: {written[:100]}") from None
        if not written:
            self._warn("has no date; the one in its name is taken")
        return written, published_at

    def _author(self, value):
        if isinstance(value, list):
            return "、".join(_one_line(each) for each in value if isinstance(each, str))
        return _one_line(value.get("name")) if isinstance(value, dict) else _one_line(value)

    def _source_url(self, value):
        url = html.unescape(_one_line(value))
        if not url:
            return ""
        if not re.match("https?://", url, re.I):
            self._warn(f"has a source that is no web address: {url[:100]}")
            return ""
        url = re.sub(r"\s+", "%20", url)
        scheme, colon, rest = url.partition(":")
        url = scheme.lower() + colon + rest
        if not normalize_url(url):
            self._warn(f"has a source that is no web address: {url[:100]}")
            return ""
        return url

    def _names(self, value, what):
        names = _listed(value)
        names = list({slug: name for name in reversed(names) if (slug := name_slug(name))}.values())[::-1]
        if len(names) > self._options.max_tags:
            self._warn(f"has {len(names):,} {what}; the first {self._options.max_tags:,} were kept")
        return names[: self._options.max_tags]


def _bound(entries):
    """Refuse what would take long to load, before anything is built: aliases, which bombs are made of, and deep nesting."""
    depth = 0
    for event in yaml.parse(entries, Loader=_TextLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("has an alias")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _MAX_DEPTH:
                raise ParseError(f"has front matter nested more than {_MAX_DEPTH} deep", event.start_mark.line + 2)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _recovered(key, value):
    if key in ("tags", "categories") and value.startswith("["):
        return [_unquoted(part) for part in value.strip("[] ").split(",")]
    return _unquoted(value)


def _unquoted(value):
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        value = value[1:-1].replace('\\"', '"')
    return value


def _reason(error):
    return getattr(error, "problem", None) or str(error).split("\n")[0]


def _line(error):
    mark = getattr(error, "problem_mark", None)
    return mark.line + 1 if mark else None


def _one_line(value) -> str:
    """A scalar as it is shown: entities decoded, one line, without what is never seen."""
    if not isinstance(value, str):
        return ""
    return " ".join(_INVISIBLE.sub("", html.unescape(value)).split())


def _listed(value):
    if isinstance(value, str):
        value = re.split("[,，、]", value)
    if not isinstance(value, list):
        return []
    flat = [each for item in value for each in (_listed(item) if isinstance(item, list) else [item])]
    return [name for each in flat if (name := _one_line(each))]


def _as_bool(value):
    return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(
        value.lower() if isinstance(value, str) else None
    )


def _as_json(value):
    if isinstance(value, dict):
        return {_INVISIBLE.sub("", str(key)): _as_json(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set):
        return [_as_json(each) for each in value]
    return _INVISIBLE.sub("", value) if isinstance(value, str) else value if value is None else str(value)
