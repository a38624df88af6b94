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
from urllib.parse import urlsplit

from ..kinds import KINDS
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
    """What a reader has to know about how the query was understood."""

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
    """A tag, category, author or site, by its folded name. `kind` is the key of one of KINDS."""

    kind: str
    name: str


@dataclass(slots=True)
class Query:
    """All of `groups` must hold, each by one of its alternatives, and none of `without`. `after` is the first day and
    `before` the first day no longer wanted.

    `typed` is what was understood, as it was typed, and `typed_dates` its dates: no quote is left open and no operator
    waits for its word, so that more can be added.
    """

    groups: list[list[Term | Named]] = field(default_factory=list)
    without: list[Term | Named] = field(default_factory=list)
    after: date | None = None
    before: date | None = None
    notes: set[Note] = field(default_factory=set)
    typed: list[str] = field(default_factory=list)
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


def parse_query(text: str, max_length: int, max_terms: int) -> Query:
    """Understand what was typed. Read are so many characters and so many terms, each a word, a phrase or a name."""
    query = Query()
    if len(text) > max_length:
        query.notes.add(Note.TOO_LONG)
    either = False
    for minus, name, value, quoted in _tokens(text[:max_length]):
        if value in ("OR", "|") and not (quoted or minus or name):
            either = bool(query.groups)
        elif name in ("after", "before"):
            _add_date(query, name, value)
        elif wanted := _wanted(name, value):
            if len(query.without) + sum(map(len, query.groups)) >= max_terms:
                query.notes.add(Note.TOO_MANY_TERMS)
                break
            typed = _typed(name, value, quoted)
            if minus:
                query.without.append(wanted)
                query.typed.append(f"-{typed}")
            elif either:
                query.groups[-1].append(wanted)
                query.typed += ["OR", typed]
            else:
                query.groups.append([wanted])
                query.typed.append(typed)
            either = False
    return query


def _tokens(text):
    """Yields (minus, field, value, whether it was quoted). A quote that isn't closed ends with the text."""
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token = _TOKEN.match(text, position)
        position = max(token.end(), position + 1)
        value = token["bare"] or ""
        if token["quote"]:
            end = text.find(_QUOTES[token["quote"]], position)
            end = len(text) if end < 0 else end
            value, position = text[position:end], end + 1
        yield bool(token["minus"]), (token["field"] or "").lower(), value, bool(token["quote"])


def _wanted(name, value) -> Term | Named | None:
    if name == "site":
        value = urlsplit(value if "//" in value else f"//{value}").netloc if _is_address(value) else value
        value = value.lower().removeprefix("www.")
    folded = fold(value)
    if not folded:
        return None
    return Named(name, folded) if name in KINDS else Term(mark(folded), in_title=name == "title")


def _typed(name, value, quoted=False):
    value = f'"{value.replace(chr(34), " ")}"' if quoted else value
    return f"{name}:{value}" if name else value


def _is_address(value):
    try:
        return bool(urlsplit(value if "//" in value else f"//{value}").netloc)
    except ValueError:
        return False


def _add_date(query, name, value):
    day = parse_day(value)
    if not day:
        query.notes.add(Note.NO_DATE)
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
    return " ".join([*query.typed, *query.typed_dates, _typed(kind, name, quoted=True)])


def in_year(query: Query, year: int) -> str:
    """The query for one year only."""
    end = [_typed("before", f"{year + 1:04}")] if year < 9999 else []
    return " ".join([*query.typed, _typed("after", f"{year:04}"), *end])
