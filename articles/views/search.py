"""Search: hits with the sentence they are in, what they have in common, and names while they are typed."""

from functools import cached_property
from typing import NamedTuple
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models.functions import Left
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from ..forms import AdvancedSearchForm, SearchForm
from ..links import post_address
from ..models import Post
from ..querysets import Place
from ..scripts import shown
from ..search.facets import facets_of, years_of
from ..search.finding import Counted, Sort, count_hits, find, rank
from ..search.query import KINDS, Query, Term, in_year, narrowed, parse_query
from ..search.snippets import Piece, highlighted, pattern_of, snippet
from ..search.suggestions import names_beginning, names_near
from .paging import cursor_of

_SUGGESTIONS = 8
# Texts are looked through for the sentence to show up to this character; where the hit lies deeper, the beginning is shown.
_SNIPPET_DEPTH = 200_000


class Hit(NamedTuple):
    """A post as a list of results shows it. `href` leads to the first hit in its text, in browsers that know text fragments."""

    post: tuple
    href: str
    title: list[Piece]
    snippet: list[Piece]


class Results(NamedTuple):
    """A page of hits, with the parameters of the pages beside it; `complete` is False where time ran out."""

    hits: list[Hit]
    previous: dict
    following: dict
    complete: bool


def search(request):
    advanced = AdvancedSearchForm(request.GET)
    if advanced.is_valid() and (query := advanced.query()):
        return redirect(f"{reverse('search')}?{urlencode({'q': query, 'sort': request.GET.get('sort', Sort.NEWEST)})}")
    page = SearchPage(request.GET)
    limits = {"length": settings.SEARCH_MAX_LENGTH, "terms": settings.SEARCH_MAX_TERMS}
    return render(request, "articles/search.html", {"search": page, "advanced": AdvancedSearchForm(), "limits": limits})


def suggest(request):
    """Names that begin with `q`, as JSON: what is offered while one types."""
    form = SearchForm(request.GET)
    form.is_valid()
    found = names_beginning(form.cleaned_data["q"], _SUGGESTIONS)
    return JsonResponse({"suggestions": [each._asdict() for each in found]})


class SearchPage:
    """What the template asks for, found when it does."""

    def __init__(self, query_string):
        self.form = SearchForm(query_string)
        self.form.is_valid()
        self.asked = self.form.cleaned_data
        self.text: str = self.asked["q"]
        self.query: Query = understood(self.text)
        self.sort: Sort = self.asked["sort"]

    @property
    def is_asked(self) -> bool:
        return bool(self.text)

    @property
    def parameters(self) -> dict:
        """What makes the address of this search, whatever its page."""
        return {"q": self.text} | ({} if self.sort is Sort.NEWEST else {"sort": self.sort})

    @cached_property
    def results(self) -> Results:
        if self.query.is_empty:
            return Results([], {}, {}, complete=True)
        return self._ranked() if self.sort is Sort.RELEVANCE else self._in_time()

    @cached_property
    def counted(self) -> Counted:
        if self.query.is_empty:
            return Counted()
        return count_hits(self.query, settings.SEARCH_COUNT_BOUND, settings.SEARCH_SECONDS)

    @cached_property
    def years(self):
        return [(year, self.address(q=in_year(self.text, year.year))) for year in years_of(self.counted)]

    @cached_property
    def facets(self):
        return [
            (facet.kind, [(name, self.address(q=narrowed(self.text, facet.kind, name.name))) for name in facet.names])
            for facet in facets_of(self.counted)
        ]

    @cached_property
    def near(self):
        """Names that may have been meant, with the search for each: asked where a name is unknown, or nothing was found."""
        unknown = [] if self.counted.total else self.query.names
        meant = [(each, names_near(each.name, [each.kind], _SUGGESTIONS)) for each in unknown]
        if not (self.counted.total or self.query.names or len(self.query.terms) != 1):
            meant = [(None, names_near(self.query.terms[0].marked.replace("|", ""), list(KINDS), _SUGGESTIONS))]
        return [(near, self.address(q=narrowed("", near.kind, near.name))) for _, names in meant for near in names]

    def address(self, **changes) -> str:
        return f"{reverse('search')}?{urlencode(self.parameters | changes)}"

    @property
    def feed_address(self) -> str:
        return f"{reverse('search-feed')}?{urlencode({'q': self.text})}"

    def _ranked(self):
        size, page = settings.ARCHIVE_PAGE_SIZE, self.asked["page"]
        places = rank(self.query, settings.SEARCH_SECONDS)
        return Results(
            hits=_hits(places[size * (page - 1) : size * page], self.query.terms),
            previous={"page": page - 1} if page > 1 else {},
            following={"page": page + 1} if len(places) > size * page else {},
            complete=True,
        )

    def _in_time(self):
        size = settings.ARCHIVE_PAGE_SIZE
        older_than, newer_than = self.asked["older_than"], self.asked["newer_than"]
        way = Sort.OLDEST if newer_than else Sort.NEWEST if older_than else self.sort
        beyond = newer_than or older_than
        found = find(self.query, size + 1, settings.SEARCH_SECONDS, way, beyond)
        places, onward = found.places[:size], found.unread
        if len(found.places) > size:
            onward = places[-1]
        back = places[0] if beyond and places else None
        if way is not self.sort:
            places.reverse()
        older, newer = (onward, back) if way is Sort.NEWEST else (back, onward)
        links = [{"newer_than": cursor_of(newer)} if newer else {}, {"older_than": cursor_of(older)} if older else {}]
        previous, following = links if self.sort is Sort.NEWEST else links[::-1]
        return Results(_hits(places, self.query.terms), previous, following, found.complete)


def understood(text: str) -> Query:
    return parse_query(text, settings.SEARCH_MAX_LENGTH, settings.SEARCH_MAX_TERMS)


def _hits(places: list[Place], terms: list[Term]) -> list[Hit]:
    ids = [place.id for place in places]
    posts = {post.id: post for post in Post.objects.published().filter(pk__in=ids).for_list()}
    texts = Post.objects.filter(pk__in=ids).values_list("pk", Left("text", _SNIPPET_DEPTH), "excerpt")
    texts = {pk: (text, excerpt) for pk, text, excerpt in texts}
    pattern = pattern_of(terms)
    return [_hit(posts[pk], *texts[pk], pattern) for pk in ids if pk in posts]


def _hit(post, text, excerpt, pattern):
    title, pieces = highlighted(post.title, pattern), snippet(text, pattern)
    return Hit(
        post=post,
        href=post_address(post.day, post.slug) + _text_fragment(pieces or title, post.language),
        title=title,
        snippet=pieces or [Piece(excerpt, False)],
    )


def _text_fragment(pieces, language):
    """What makes browsers jump to the hits and highlight them: the WICG's URL fragment text directives."""
    written = dict.fromkeys(shown(piece.text, language) for piece in pieces if piece.is_hit)
    directives = [f"text={quote(text, safe='').replace('-', '%2D')}" for text in written]
    return f"#:~:{'&'.join(directives)}" if directives else ""
