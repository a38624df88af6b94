"""Search: hits, what they have in common, and names while they are typed."""

from functools import cached_property
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control

from ..cursors import cursor_of
from ..forms import AdvancedSearchForm, SearchForm
from ..kinds import KINDS
from ..search.counting import Counted, count_hits
from ..search.facets import facets_of, years_of
from ..search.finding import Sort, find
from ..search.query import Named, Query, corrected, in_year, narrowed, parse_query
from ..search.ranking import rank
from ..search.suggestions import names_beginning, names_near
from ..search.time_limit import OutOfTime, TimeLimit
from .hits import Hit, hits_at

# Of a search's time, what finding and what counting may take; the rest is for showing what was found.
FINDING_SHARE, COUNTING_SHARE = 0.45, 0.35
_SUGGESTIONS = 8
# So many words that nothing was found for are compared with names.
_WORDS_COMPARED = 3


class Results(NamedTuple):
    """A page of hits, with the parameters of the pages beside it; `complete` is False where time ran out.

    By relevance, `ranked` is the number of hits on all pages.
    """

    hits: list[Hit]
    previous: dict
    following: dict
    complete: bool
    ranked: int = 0


def search(request):
    advanced = AdvancedSearchForm(request.GET)
    if advanced.is_valid() and (query := advanced.query()):
        query = f"{SearchForm(request.GET).asked()['q']} {query}".strip()
        return redirect(f"{reverse('search')}?{urlencode({'q': query, 'sort': request.GET.get('sort', Sort.NEWEST)})}")
    page = SearchPage(request.GET)
    limits = {"length": settings.SEARCH_MAX_LENGTH, "terms": settings.SEARCH_MAX_TERMS}
    return page.marked(render(request, "articles/search.html", {"search": page, "limits": limits}))


def suggest(request):
    """Names that begin with `q`, as JSON: what is offered while one types."""
    typed, time = SearchForm(request.GET).asked()["q"], TimeLimit(settings.SEARCH_SECONDS)
    found = _within(time, lambda: names_beginning(typed, _SUGGESTIONS), [])
    return _marked(JsonResponse({"suggestions": [each._asdict() for each in found]}), time)


def _marked(response, time: TimeLimit):
    """The response, not to be kept where time ran out: asked again, it may tell more."""
    if time.ran_out:
        patch_cache_control(response, no_store=True)
    return response


class SearchPage:
    """What the template asks for, found when it does. All of it takes SEARCH_SECONDS in the database at most."""

    def __init__(self, query_string):
        self.form = SearchForm(query_string)
        self.asked = self.form.asked()
        self.text: str = self.asked["q"]
        self.query: Query = _parsed(self.text)
        self.sort: Sort = self.asked["sort"]
        self._time = TimeLimit(settings.SEARCH_SECONDS)

    @property
    def is_asked(self) -> bool:
        return bool(self.text.strip())

    @property
    def parameters(self) -> dict:
        """What makes the address of this search, whatever its page."""
        return {"q": self.text} | ({} if self.sort is Sort.NEWEST else {"sort": self.sort})

    @cached_property
    def results(self) -> Results:
        if self.query.is_empty:
            return Results([], {}, {}, complete=True)
        return self._ranked() if self.sort is Sort.RELEVANCE else self._in_order()

    @cached_property
    def counted(self) -> Counted:
        if self.query.is_empty:
            return Counted()
        return count_hits(self.query, settings.SEARCH_COUNT_BOUND, self._time.part(settings.SEARCH_SECONDS * COUNTING_SHARE))

    @cached_property
    def years(self):
        """Years with the search in each; an empty address where it would be too long."""
        years = [(year, in_year(self.query, year.year)) for year in years_of(self.counted)]
        return [(year, self.address(q=text) if self._is_read_whole(text) else "") for year, text in years]

    @cached_property
    def facets(self):
        """Names by kind, each with the search for it as well, as far as there is room for a name in the query."""
        facets = []
        for kind, names in facets_of(self.query, self.counted, self._time):
            searches = [(name, narrowed(self.query, kind, name.name)) for name in names]
            links = [(name, self.address(q=text)) for name, text in searches if self._is_read_whole(text)]
            facets += [(kind, links)] if links else []
        return facets

    @cached_property
    def near(self):
        """Names that may have been meant where nothing was found, with the search for each, if it finds something."""
        if self.results.hits or not self.results.complete or self.is_past_the_end:
            return []
        found = _within(self._time, self._names_near, [])
        searches = {corrected(self.query, meant, near.kind, near.name): near for meant, near in found[:_SUGGESTIONS]}
        return [(near, self.address(q=text)) for text, near in searches.items() if find(_parsed(text), 1, self._time).places]

    def _names_near(self):
        meant = [(each, each.folded, [each.kind]) for group in self.query.groups for each in group if isinstance(each, Named)]
        meant += [(term, term.marked.replace("|", ""), list(KINDS)) for term in self.query.terms[:_WORDS_COMPARED]]
        return [(wanted, near) for wanted, typed, kinds in meant for near in names_near(typed, kinds, _SUGGESTIONS)]

    @property
    def left_out(self) -> list[tuple[str, str]]:
        """What of the query isn't searched for, with the reason first."""
        return [(note, " ".join(typed)) for note, typed in self.query.left_out.items()]

    @property
    def is_past_the_end(self) -> bool:
        """Whether there are hits, but none on this page or beyond it."""
        is_first = not (self.asked["older_than"] or self.asked["newer_than"] or self.asked["page"] > 1)
        nothing = self.results.complete and not self.results.hits
        return nothing and not is_first and (self.counted.total > 0 or not self.counted.complete)

    @property
    def is_ranked_partly(self) -> bool:
        """Whether the pages by relevance end here although there are more hits."""
        if self.sort is not Sort.RELEVANCE or self.results.following or not self.results.complete:
            return False
        return not self.counted.complete or self.counted.total > self.results.ranked

    @property
    def newest_address(self) -> str:
        """The address of the same search in the order that leaves none out."""
        return f"{reverse('search')}?{urlencode({'q': self.text})}"

    @staticmethod
    def _is_read_whole(text):
        return not _parsed(text).left_out

    def address(self, **changes) -> str:
        return f"{reverse('search')}?{urlencode(self.parameters | changes)}"

    @property
    def feed_address(self) -> str:
        return f"{reverse('search-feed')}?{urlencode({'q': self.text})}"

    def marked(self, response):
        """A response with this search, marked where time ran out."""
        return _marked(response, self._time)

    def newest(self, number: int):
        """The places of the newest hits, whatever page was asked for."""
        return [] if self.query.is_empty else find(self.query, number, self._time).places

    def _ranked(self):
        size, page = settings.ARCHIVE_PAGE_SIZE, self.asked["page"]
        found = rank(self.query, self._finding_time)
        return self._results(
            found.places[size * (page - 1) : size * page],
            previous={"page": page - 1} if page > 1 and size * (page - 1) < len(found.places) else {},
            following={"page": page + 1} if len(found.places) > size * page else {},
            complete=found.complete,
            ranked=len(found.places),
        )

    def _in_order(self):
        size = settings.ARCHIVE_PAGE_SIZE
        older_than, newer_than = self.asked["older_than"], self.asked["newer_than"]
        way = Sort.OLDEST if newer_than else Sort.NEWEST if older_than else self.sort
        beyond = newer_than or older_than
        found = find(self.query, size + 1, self._finding_time, way, beyond)
        # The last place read is where the next page begins, the first one where the page before does.
        onward = found.places[size - 1] if len(found.places) > size else None if found.complete else found.unread
        places = found.places[:size]
        back = places[0] if beyond and places else None
        if way is not self.sort:
            places.reverse()
        older, newer = (onward, back) if way is Sort.NEWEST else (back, onward)
        links = [{"newer_than": cursor_of(newer)} if newer else {}, {"older_than": cursor_of(older)} if older else {}]
        previous, following = links if self.sort is Sort.NEWEST else links[::-1]
        return self._results(places, previous, following, found.complete)

    @property
    def _finding_time(self):
        return self._time.part(settings.SEARCH_SECONDS * FINDING_SHARE)

    def _results(self, places, previous, following, complete, ranked=0):
        hits = _within(self._time, lambda: hits_at(places, self.query.terms), None)
        return Results(hits or [], previous, following, complete and hits is not None, ranked)


def _parsed(text) -> Query:
    return parse_query(text, settings.SEARCH_MAX_LENGTH, settings.SEARCH_MAX_TERMS)


def _within(time: TimeLimit, ask, otherwise):
    """What `ask` gives, or else, where time runs out, the other."""
    try:
        with time.reading():
            return ask()
    except OutOfTime:
        return otherwise
