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
from ..search.query import Query, in_year, narrowed, parse_query
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
    """A page of hits, with the parameters of the pages beside it; `complete` is False where time ran out."""

    hits: list[Hit]
    previous: dict
    following: dict
    complete: bool


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
        self.query: Query = parse_query(self.text, settings.SEARCH_MAX_LENGTH, settings.SEARCH_MAX_TERMS)
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
        return [(year, self.address(q=in_year(self.query, year.year))) for year in years_of(self.counted)]

    @cached_property
    def facets(self):
        return [
            (facet.kind, [(name, self.address(q=narrowed(self.query, facet.kind, name.name))) for name in facet.names])
            for facet in _within(self._time, lambda: facets_of(self.counted), [])
        ]

    @cached_property
    def near(self):
        """Names that may have been meant, with the search for each: asked where nothing was found."""
        if self.results.hits or not self.results.complete:
            return []
        meant = [(each.name, [each.kind]) for each in self.query.names]
        meant += [(term.marked.replace("|", ""), list(KINDS)) for term in self.query.terms[:_WORDS_COMPARED]]
        names = _within(self._time, lambda: [near for name, kinds in meant for near in names_near(name, kinds, _SUGGESTIONS)], [])
        return [(near, self.address(q=narrowed(Query(), near.kind, near.name))) for near in dict.fromkeys(names)][:_SUGGESTIONS]

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
            previous={"page": page - 1} if page > 1 else {},
            following={"page": page + 1} if len(found.places) > size * page else {},
            complete=found.complete,
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

    def _results(self, places, previous, following, complete):
        hits = _within(self._time, lambda: hits_at(places, self.query.terms), None)
        return Results(hits or [], previous, following, complete and hits is not None)


def _within(time: TimeLimit, ask, otherwise):
    """What `ask` gives, or else, where time runs out, the other."""
    try:
        with time.reading():
            return ask()
    except OutOfTime:
        return otherwise
