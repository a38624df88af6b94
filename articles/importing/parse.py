"""parse: from a file's bytes to what its front matter says. Pure: no disk, no database."""

import html
import re
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from .dates import begins_with_a_date, parse_date, split_name, unknown_zone
from .decode import DecodeError, decode
from .front_matter import Entries, NoPost, ParseError, read_front_matter, split_front_matter
from .old_addresses import address_key, names_a_host, old_addresses
from .records import FrontMatter, Problem, SourceFile
from .slugs import before_marks, name_slug, post_slug, pretty
from .urls import normalize_url, source_host

__all__ = ["NoPost", "ParseError", "ParseOptions", "body_of", "one_line", "parse_post"]

_KNOWN = {"title", "date", "author", "from", "tags", "tag", "categories", "category", "comments", "layout", "published", "slug"}
# A tag longer than that is a paragraph in the wrong place; and Postgres indexes no text beyond 2,704 bytes.
_MAX_NAME = 200
# A page moves a few times, not a hundred.
_MAX_OLD_ADDRESSES = 100
# A file whose every line is wrong is one problem, not a thousand.
_MAX_WARNINGS = 20
# Controls, and what changes the order of letters on the page around a title: spaces that aren't seen, marks of direction.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
# Joiners shape emoji and the letters beside them, but show nothing alone.
_JOINERS = "\u200c\u200d"
# Only those with a semicolon: "?a=1&copy=2" holds none.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_WITHOUT_SCHEME = re.compile(r"(?://)?(?=www\.[\w-]+\.|(?:[\w-]+\.)+[A-Za-z]{2,}(?::\d+)?/)|//(?=\w)")


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """`time_zone` is where a date without a zone is read; titles are cut to `max_title` characters, tags to `max_tags`."""

    time_zone: str
    max_title: int
    max_tags: int


def parse_post(source: SourceFile, content: bytes, options: ParseOptions) -> tuple[FrontMatter, list[Problem]]:
    """What a file says of its post, and what was wrong with it although it is one. Raises ParseError.

    Postgres takes every text in it; title, author, tags and categories are single lines without invisible characters.
    """
    warnings, entries, body = _read(content)
    front_matter = _Parser(source.path, entries, options, warnings).parse(body)
    left_out = len(warnings) - _MAX_WARNINGS
    if left_out > 0:
        warnings[_MAX_WARNINGS:] = [(f"has {left_out:,} more problems like these", None)]
    return front_matter, [Problem(source.path, reason, line, fatal=False) for reason, line in warnings]


def body_of(content: bytes) -> str:
    """What stands below the front matter of a file that became a post, with LF at line ends."""
    return split_front_matter(_decoded(content)[0])[1]


def _decoded(content):
    if not content.strip():
        raise NoPost("is empty")
    try:
        text, warnings = decode(content)
    except DecodeError as error:
        raise ParseError(str(error)) from None
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, warnings


def _read(content):
    text, warnings = _decoded(content)
    entries, body = read_front_matter(text)
    return [*warnings, *entries.warnings], entries, body


class _Parser:
    def __init__(self, path: str, entries: Entries, options: ParseOptions, warnings: list):
        self._path, self._values, self._lines = path, entries.values, entries.lines
        self._options, self._warnings = options, warnings

    def _warn(self, reason, key):
        self._warnings.append((reason, self._lines.get(key)))

    def parse(self, body: str) -> FrontMatter:
        values = self._values
        name_day, name = split_name(self._path.rpartition("/")[2])
        title = self._title(name)
        written, published_at = self._date(name_day)
        moment = self._in_archives_zone(published_at)
        day = name_day or moment.date()
        slug_source = self._slug() or (name if name_day else title)
        slug = post_slug(slug_source)
        categories = self._names("category", "categories")
        source_url, normalized = self._source()
        return FrontMatter(
            title=title,
            published_at=published_at,
            date_written=written,
            day=day,
            slug=slug,
            author=self._author(),
            source_url=source_url,
            normalized_url=normalized,
            source_host=source_host(normalized),
            tags=self._names("tag", "tags"),
            categories=categories,
            comments=_as_bool(values.get("comments")),
            layout=one_line(values.get("layout")),
            hidden=_as_bool(values.get("published")) is False,
            other={key: value for key, value in values.items() if key not in _KNOWN},
            aliases=[(moment.date(), slug)] if moment.date() != day else [],
            old_addresses=self._old_addresses(f"{day}/{slug}", moment, slug_source, categories),
            body=body,
        )

    def _in_archives_zone(self, moment):
        """Jekyll puts the day of its site's time zone into an address."""
        try:
            return moment.astimezone(ZoneInfo(self._options.time_zone))
        except OverflowError:
            reason = f"has a date that lies outside the calendar in {self._options.time_zone}"
            raise ParseError(reason, self._lines.get("date")) from None

    def _old_addresses(self, own, moment, name, categories):
        """The addresses that the front matter names, and the one that Jekyll gave a slug too long to be kept whole."""
        day, _, slug = own.partition("/")
        permalink = self._values.get("permalink")
        if isinstance(permalink, str) and names_a_host(permalink):
            self._warn(f"has a permalink with a host; only its path is taken: {permalink[:100]}", "permalink")
        keys = old_addresses(self._values, moment, name, categories)
        if (whole := pretty(name)) and whole != slug:
            keys.append(address_key(f"{day}/{whole}"))
        keys = [key for key in dict.fromkeys(keys) if key not in ("", own)]
        if len(keys) > _MAX_OLD_ADDRESSES:
            self._warn(f"has {len(keys):,} old addresses; the first {_MAX_OLD_ADDRESSES} were kept", "redirect_from")
        return keys[:_MAX_OLD_ADDRESSES]

    def _slug(self):
        slug = one_line(self._values.get("slug"))
        return slug if pretty(slug) else ""

    def _title(self, name):
        value = self._values.get("title")
        if isinstance(value, list | dict):
            raise ParseError(f"has a {'list' if isinstance(value, list) else 'mapping'} as title", self._lines["title"])
        title = one_line(value)
        if not title:
            title = one_line(name.replace("-", " ")) or "?"
            self._warn("has no title; the file's name is taken for it", "title")
        if len(title) > self._options.max_title:
            self._warn(f"has a title of {len(title):,} characters; it was cut to {self._options.max_title:,}", "title")
            title = title[: before_marks(title, self._options.max_title - 1)] + "…"
        return title

    def _date(self, name_day):
        value = self._values.get("date")
        written = one_line(value) if isinstance(value, str) else ""
        if not written and name_day is None:
            raise self._no_date()
        try:
            zone = unknown_zone(written)
            published_at = parse_date(written.removesuffix(zone) or name_day.isoformat(), self._options.time_zone)
        except ValueError as error:
            raise ParseError(f"has a date that {error}: {written[:100]}", self._lines.get("date")) from None
        if zone:
            # As Jekyll does.
            self._warn(
                f"has a date in a time zone that is not known, {zone[:100]}; it was read in {self._options.time_zone}", "date"
            )
        if not written and "date" in self._values:
            self._warn("has a date without a value; the one in its name is taken", "date")
        return written, published_at

    def _no_date(self):
        name = self._path.rpartition("/")[2]
        if begins_with_a_date(name):
            return ParseError("has no date in the front matter, and the one in its name does not exist")
        return NoPost("has no date, neither in the front matter nor in its name")

    def _author(self):
        value = self._values.get("author")
        if isinstance(value, dict):
            value = value.get("name")
            if not one_line(value):
                self._warn("has a mapping without a name as author", "author")
        if isinstance(value, list):
            value = "、".join(name for each in value if (name := one_line(each)))
        return self._bounded(one_line(value), "author")

    def _source(self):
        """The source URL, as it is shown and as it is compared; two empty strings where there is none."""
        value = self._values.get("from")
        url = one_line(value)
        if not url:
            if isinstance(value, list | dict):
                self._warn(f"has a {'list' if isinstance(value, list) else 'mapping'} as source", "from")
            return "", ""
        if match := _WITHOUT_SCHEME.match(url):
            url = f"https://{url[match.end() :]}"
            self._warn("has a source without https:// or http://; https:// was added", "from")
        scheme, colon, rest = url.replace(" ", "%20").partition(":")
        url = f"{scheme.lower()}{colon}{rest}"
        normalized = normalize_url(url)
        if not normalized:
            self._warn(f"has a source that is no web address: {url[:100]}", "from")
            return "", ""
        return url, normalized

    def _names(self, singular, plural):
        """As Jekyll reads them: one name under the singular key, a list or a text with several under the plural one."""
        names = [*_listed(self._values.get(singular), parted_by_spaces=False), *_listed(self._values.get(plural))]
        names = [self._bounded(name, plural) for name in names]
        first_spellings = {}
        for name in names:
            if slug := name_slug(name):
                first_spellings.setdefault(slug, name)
        names = list(first_spellings.values())
        if len(names) > self._options.max_tags:
            self._warn(f"has {len(names):,} {plural}; the first {self._options.max_tags:,} were kept", plural)
        return names[: self._options.max_tags]

    def _bounded(self, name, key):
        if len(name) <= _MAX_NAME:
            return name
        self._warn(f"has a name of {len(name):,} characters in {key}; it was cut to {_MAX_NAME}", key)
        return name[: before_marks(name, _MAX_NAME - 1)] + "…"


def one_line(value) -> str:
    """A text as it is shown: entities decoded, one line, without what is never seen. Empty for anything else."""
    if not isinstance(value, str):
        return ""
    if "&" in value:
        value = _ENTITY.sub(lambda entity: html.unescape(entity[0]), value)
    line = " ".join(_INVISIBLE.sub("", value).split())
    return line if line.strip(_JOINERS) else ""


def _listed(value, parted_by_spaces=True) -> list[str]:
    """The names in a list, or in a text: parted by commas or, as in Jekyll, by spaces where there is no comma."""
    if isinstance(value, str):
        value = re.split("[,，、]", value)
        if len(value) == 1 and parted_by_spaces:
            value = value[0].split()
    elif isinstance(value, dict):
        # A name with a colon in it.
        value = [f"{key}: {each}" if isinstance(each, str) else key for key, each in value.items()]
    elif not isinstance(value, list):
        return []
    flat = (each for item in value for each in (_listed(item) if isinstance(item, list | dict) else [item]))
    return [name for each in flat if (name := one_line(each))]


def _as_bool(value):
    return {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(
        value.lower() if isinstance(value, str) else None
    )
