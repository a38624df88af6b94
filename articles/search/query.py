"""What a reader types, understood as far as possible.

    words              all of them            "a phrase"     as it stands
    -without           none of these          one OR other   either
    tag: category: author: site: title:       after:2021-03  before:2022

Nothing is an error: what can't be understood is searched for as it stands, or passed over and noted.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import urlsplit

from ..kinds import KINDS, SITES
from .fold import fold
from .terms import mark

_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "“", "「": "」", "『": "』", "«": "»", "＂": "＂"}
_TOKEN = re.compile(
    r"(?P<minus>[-－−]?)"
    rf"(?:(?P<field>{'|'.join(KINDS)}|title|after|before)[:：]\s*)?"
    rf"(?:(?P<quote>[{''.join(_QUOTES)}])|(?P<bare>[^\s{''.join(_QUOTES)}]+)|)",
    re.I,
)
_ANY_QUOTE = re.compile(f"[{''.join(_QUOTES)}]")
_DATE = re.compile(r"(?P<year>\d{4})(?:[-/.年](?P<month>\d{1,2})(?:[-/.月](?P<day>\d{1,2}))?)?[日月年]?")


class Note(StrEnum):
    """Why something that was typed was left out."""

    TOO_LONG = "too long"
    TOO_MANY_TERMS = "too many terms"
    NO_DATE = "not a date"


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of text to be found as it stands, folded and marked; see `articles.search.terms`."""

    marked: str
    in_title: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A tag, category, author or site, by its folded name. `kind` is the key of one of KINDS.

    A site's name is folded label by label, and keeps its dots: `my-example.com` is no subdomain of `example.com`.
    """

    kind: str
    name: str

    @property
    def folded(self) -> str:
        return self.name.replace(".", " ")


class Part(NamedTuple):
    """A term or name as it was typed, with no quote left open. Before it stands "-", "OR " or nothing."""

    wanted: Term | Named
    typed: str
    operator: str = ""


@dataclass(slots=True)
class Query:
    """All of `groups` must hold, each by one of its alternatives, and none of `without`. `after` is the first day and
    `before` the first day no longer wanted.

    `parts` and `typed_dates` are what was understood, as it was typed, so that the query can be written again with a change;
    `left_out` is what was not.
    """

    groups: list[list[Term | Named]] = field(default_factory=list)
    without: list[Term | Named] = field(default_factory=list)
    after: date | None = None
    before: date | None = None
    left_out: dict[Note, list[str]] = field(default_factory=dict)
    parts: list[Part] = field(default_factory=list)
    typed_dates: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.groups or self.without or self.after or self.before)

    @property
    def terms(self) -> list[Term]:
        """The terms that hits are recognized by."""
        return [each for group in self.groups for each in group if isinstance(each, Term)]

    @property
    def names(self) -> list[Named]:
        return [each for group in [*self.groups, self.without] for each in group if isinstance(each, Named)]

    def leave_out(self, note: Note, typed: str):
        self.left_out.setdefault(note, []).append(typed.strip())


def parse_query(text: str, max_length: int, max_terms: int) -> Query:
    """Understand what was typed. Read are so many characters and so many terms, each a word, a phrase or a name; dates, and
    what is told of what was left out, know no bound but the characters."""
    query = Query()
    either = False
    for token in _tokens(text):
        minus, name, value, quoted = token.minus, token.field, token.value, token.quoted
        if token.end > max_length:
            # Half a name, a date or an exclusion would be another one. Of half a text, more is found than of all of it.
            is_text = not (minus or name or query.parts or query.typed_dates)
            query.leave_out(Note.TOO_LONG, text[max_length if is_text else token.start :])
            if not is_text:
                break
            value = value[:max_length]
        if value in ("OR", "|") and not (quoted or minus or name):
            either = bool(query.groups)
        elif name in ("after", "before"):
            _add_date(query, name, value, text[token.start : token.end])
        elif wanted := _wanted(name, value):
            if len(query.parts) >= max_terms:
                query.leave_out(Note.TOO_MANY_TERMS, text[token.start : token.end])
            else:
                _add(query, Part(wanted, _typed(name, value, quoted), "-" if minus else "OR " if either else ""))
            either = False
        if token.end > max_length:
            break
    return query


class _Token(NamedTuple):
    """A piece of a query, from `start` to before `end`."""

    minus: bool
    field: str
    value: str
    quoted: bool
    start: int
    end: int


def _tokens(text):
    """A quote that isn't closed ends with the text."""
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token, start = _TOKEN.match(text, position), position
        position = max(token.end(), position + 1)
        value = token["bare"] or ""
        if token["quote"]:
            end = text.find(_QUOTES[token["quote"]], position)
            end = len(text) if end < 0 else end
            value, position = text[position:end], min(end + 1, len(text))
        yield _Token(bool(token["minus"]), (token["field"] or "").lower(), value, bool(token["quote"]), start, position)


def _add(query, part):
    query.parts.append(part)
    if part.operator == "-":
        query.without.append(part.wanted)
    elif part.operator:
        query.groups[-1].append(part.wanted)
    else:
        query.groups.append([part.wanted])


def _wanted(name, value) -> Term | Named | None:
    if name in KINDS:
        return named(name, value)
    folded = fold(value)
    return Term(mark(folded), in_title=name == "title") if folded else None


def named(kind: str, name: str) -> Named | None:
    """What finds the posts under this name; None for one of nothing that is searched."""
    folded = fold_host(name) if kind == SITES.key else fold(name)
    return Named(kind, folded) if folded else None


def fold_host(text: str) -> str:
    """The host of an address, or of what is typed for one, without port and "www.", folded label by label."""
    text = normalize("NFKC", text).strip().lower()
    if not any(map(str.isspace, text)):
        text = re.sub(r":[0-9]*\Z", "", _netloc(text) or text)
    return ".".join(filter(None, map(fold, re.split("[.。]", text.removeprefix("www.")))))


def _netloc(text):
    try:
        return urlsplit(text if "//" in text else f"//{text}").netloc
    except ValueError:
        return ""


def _typed(name, value, quoted=False):
    value = f'"{value.replace(chr(34), " ")}"' if quoted else value
    return f"{name}:{value}" if name else value


def _add_date(query, name, value, typed):
    day = parse_day(value)
    if not day:
        query.leave_out(Note.NO_DATE, typed)
        return
    query.typed_dates.append(_typed(name, value.strip()))
    if name == "after":
        query.after = max(day, query.after or day)
    else:
        query.before = min(day, query.before or day)


def parse_day(text: str) -> date | None:
    """The first day of a year, of a month, or the day itself: 2021, 2021-03, 2021-03-05, 2021年3月."""
    match = _DATE.fullmatch(text.strip())
    try:
        return match and date(*(int(match[part] or 1) for part in ("year", "month", "day")))
    except ValueError:
        return None


def without_quotes(text: str) -> str:
    """The words of a text that is to be put into a query: a quote in it would take in what comes after."""
    return _ANY_QUOTE.sub(" ", text).strip()


def narrowed(query: Query, kind: str, name: str) -> str:
    """The query with one more tag, category, author or site asked for."""
    return _written(query.parts, [*query.typed_dates, _typed(kind, name, quoted=True)])


def in_year(query: Query, year: int) -> str:
    """The query for one year only."""
    end = [_typed("before", f"{year + 1:04}")] if year < 9999 else []
    return _written(query.parts, [_typed("after", f"{year:04}"), *end])


def corrected(query: Query, meant: Term | Named, kind: str, name: str) -> str:
    """The query with this tag, category, author or site asked for in the place of what was typed; all else stays."""
    typed = _typed(kind, name, quoted=True)
    return _written([part._replace(typed=typed) if part.wanted == meant else part for part in query.parts], query.typed_dates)


def _written(parts, more):
    return " ".join([*(part.operator + part.typed for part in parts), *more])
