"""Posts related to one: their titles share rare terms with its own, or they share its rare tags.

Nothing is stored for it. Two terms side by side are looked up in the search index, which intersects their lists, and a post's
rare terms are few: a handful of posts is read. What is rare is known from a sample of titles.
"""

import math
from collections import Counter
from datetime import date
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import NamedTuple

from django.db.models import Sum

from ..kinds import TAGS
from ..models import ArchiveDay, Post, Tag
from .conditions import KEYS
from .fold import fold
from .packing import pack
from .terms import keys_of, mark, name_key, title_key
from .time_limit import OutOfTime, TimeLimit

_SECONDS = 0.2
# The sample takes longer, once a day in each process.
_SAMPLE_SECONDS = 2
# Ids whose titles tell how common a term is. One that more than a two-hundredth of them have says nothing of what a post is
# about.
_SAMPLE = 3_000
_COMMON = 200
# In a small archive, so many titles or posts are few all the same.
_FEW = 5
# A tag with more posts, or with more than a tenth of all, relates nothing; of the others, the rarest are enough.
_RARE_TAG = 100
_TAGS = 4
# Pairs of terms that are looked up, and posts that are read.
_PAIRS = 24
_CANDIDATES = 200


class _Frequencies(NamedTuple):
    """How many of `titles` titles hold a term, by its key, and how many posts there are."""

    titles: int
    of_term: Counter
    posts: int

    def weight(self, key) -> float:
        """A term's inverse document frequency; 0 for a common one."""
        frequency = max(self.of_term[key], 1)
        return math.log(1 + self.titles / frequency) if frequency <= max(self.titles / _COMMON, _FEW) else 0


def related_to(post_id: int, title: str, limit: int) -> list[int] | None:
    """The ids of the posts that have most in common with this one, the closest first. None where it took too long to tell."""
    try:
        frequencies = _frequencies()
        with TimeLimit(_SECONDS).reading() as cursor:
            terms = {key: weight for key in keys_of(mark(fold(title))) if (weight := frequencies.weight(key))}
            tags = _rare_tags(post_id, frequencies.posts)
            conditions, params = _conditions(terms, tags)
            if not conditions:
                return []
            cursor.execute(
                "SELECT post_id, day, names, split_part(text, E'\\n', 1) FROM articles_searchrow"
                f" WHERE ({' OR '.join(conditions)}) AND post_id <> %s LIMIT %s",
                [*params, post_id, _CANDIDATES],
            )
            scored = [
                (_score(names, pack(packed_title), terms, tags), day, pk) for pk, day, names, packed_title in cursor.fetchall()
            ]
    except OutOfTime:
        return None
    return [pk for score, _, pk in sorted(scored, reverse=True)[:limit] if score]


def _conditions(terms, tags):
    pairs = sorted(pairwise(terms), key=lambda pair: terms[pair[0]] + terms[pair[1]], reverse=True)[:_PAIRS]
    conditions = [f"{KEYS} @> %s::int4[]"] * len(pairs)
    params = [[title_key(key) for key in pair] for pair in pairs]
    if tags:
        conditions.append(f"{KEYS} && %s::int4[]")
        params.append(list(tags))
    return conditions, params


def _score(names, marked_title, terms, tags) -> float:
    """The weights of all that is shared; 0 for a single term, which may be chance. The index' title keys may be others' as well."""
    shared = terms.keys() & keys_of(marked_title)
    shared_tags = tags.keys() & names
    if len(shared) < 2 and not shared_tags:
        return 0
    return sum(terms[key] for key in shared) + sum(tags[key] for key in shared_tags)


def _rare_tags(post_id, posts) -> dict[int, float]:
    most = max(min(_RARE_TAG, posts // 10), _FEW)
    rare = Tag.objects.filter(post_tags__post=post_id, post_count__range=(2, most)).order_by("post_count", "pk")
    return {name_key(TAGS.number, pk): math.log(1 + posts / number) for pk, number in rare.values_list("pk", "post_count")[:_TAGS]}


def _frequencies() -> _Frequencies:
    """Known anew each day in each process, and whenever the archive has doubled."""
    with TimeLimit(_SAMPLE_SECONDS).reading():
        last = Post.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        return _sampled(date.today(), last.bit_length())


@lru_cache(maxsize=1)
def _sampled(day, magnitude) -> _Frequencies:
    """From the titles of some posts, by ids below 2 to the power of `magnitude`: as many of an early year as of a late one."""
    ids = range(1, 1 << magnitude)
    drawn = Random(day.toordinal()).sample(ids, _SAMPLE) if len(ids) > _SAMPLE else ids
    titles = list(Post.objects.published().filter(pk__in=drawn).values_list("title", flat=True))
    of_term = Counter(key for title in titles for key in keys_of(mark(fold(title))))
    return _Frequencies(len(titles), of_term, ArchiveDay.objects.aggregate(posts=Sum("post_count", default=0))["posts"])
