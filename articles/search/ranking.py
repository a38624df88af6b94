"""The most relevant hits: of the newest ones, and of the newest that hold every term in the title."""

from .finding import Hits, find
from .packing import pack
from .query import Query
from .time_limit import OutOfTime, TimeLimit

RANKED_NEWEST = 300
RANKED_TITLES = 200
# The length, in bytes as packed, at which a term counts as in BM25's average document.
_USUAL_LENGTH = 3000
# A term in the title outweighs any number of times in the text.
_TITLE_WEIGHT = 3

# OFFSET 0 and `|| ''` fetch a text once for all that looks at it.
_SCORES = f"""
    SELECT post_id, sum(
        {_TITLE_WEIGHT} * (strpos(title, term) > 0)::int
        + 2.2 * times / (times + 1.2 * (0.25 + 0.75 * octet_length(text) / {_USUAL_LENGTH}))
    )::float8
    FROM (
            SELECT post_id, text, split_part(text, E'\\n', 1) AS title
            FROM (SELECT post_id, text || '' AS text FROM articles_searchrow WHERE post_id = ANY(%s) OFFSET 0) AS hit OFFSET 0
        ) AS hit,
        unnest(%s::text[]) AS term,
        LATERAL (
            SELECT (octet_length(text) - octet_length(replace(text, term, '')))::float8 / octet_length(term) AS times
        ) AS counted
    GROUP BY post_id
"""


def rank(query: Query, time: TimeLimit) -> Hits:
    """Hits, the most relevant first. Where time ran out, some may be missing, or stand in the order of time."""
    titles = find(query, RANKED_TITLES, time, only_titles=True) if query.terms else Hits()
    newest = find(query, RANKED_NEWEST, time)
    places = sorted({*newest.places, *titles.places}, reverse=True)
    hits = Hits(places, complete=newest.complete and titles.complete)
    try:
        scores = _scores(query, places, time)
        hits.places = sorted(places, key=lambda place: (scores.get(place.id, 0), place), reverse=True)
    except OutOfTime:
        hits.complete = False
    return hits


def _scores(query, places, time) -> dict[int, float]:
    """BM25's weight of each term's number in the text, without its rarity, which the newest hits can't tell; and the title."""
    terms = list({pack(term.marked) for term in query.terms})
    if not terms or not places:
        return {}
    with time.reading() as cursor:
        cursor.execute(_SCORES, [[place.id for place in places], terms])
        return dict(cursor.fetchall())
