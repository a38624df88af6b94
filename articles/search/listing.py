"""What a search finds, as scripts are told of it."""

from django.conf import settings

from ..models import Post
from .counting import count_hits
from .finding import find
from .query import Note, parse_query
from .time_limit import OutOfTime, TimeLimit

# Beyond every archive's number of posts, with room for one more than it.
_NO_BOUND = 2**31 - 2
_NOTES = {
    Note.TOO_LONG: "The query is too long. Left out:",
    Note.TOO_MANY_TERMS: "The query has too many words. Left out:",
    Note.NO_DATE: "No date that is understood. Left out:",
}


def notes_on(text: str) -> list[str]:
    """What has to be known of how a query was understood."""
    query = _parsed(text)
    nothing_left = ["Nothing in this query can be searched for."] if query.is_empty else []
    return [*(f"{_NOTES[note]} {' '.join(query.left_out[note])}" for note in Note if note in query.left_out), *nothing_left]


def newest_found(text: str, limit: int, time: TimeLimit) -> tuple[int, list[Post]]:
    """The number of all hits, and the newest of them, with their authors. Raises OutOfTime rather than tell half."""
    query = _parsed(text)
    if query.is_empty:
        return 0, []
    counted = count_hits(query, _NO_BOUND, time)
    found = find(query, limit, time)
    if not (counted.complete and found.complete):
        raise OutOfTime
    fields = "day", "slug", "source_url", "title", "published_at", "author__name"
    posts = Post.objects.select_related("author").only(*fields).in_bulk([place.id for place in found.places])
    # A post may be gone since it was found.
    return counted.total, [posts[place.id] for place in found.places if place.id in posts]


def _parsed(text):
    return parse_query(text, settings.SEARCH_MAX_LENGTH, settings.SEARCH_MAX_TERMS)
