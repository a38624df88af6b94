"""Hits as a list of results shows them: with the sentence they are in, and a link to that place."""

from typing import NamedTuple
from urllib.parse import quote

from django.db.models.functions import Left

from ..links import post_address
from ..models import Post
from ..querysets import Place
from ..scripts import shown
from ..search.query import Term
from ..search.snippets import Piece, highlighted, pattern_of, snippet

# Texts are looked through for the sentence to show up to this character; where the hit lies deeper, the beginning is shown.
_SNIPPET_DEPTH = 200_000


class Hit(NamedTuple):
    """A post found. `href` leads to the first hit in its text, in browsers that know text fragments."""

    post: tuple
    href: str
    title: list[Piece]
    snippet: list[Piece]


def hits_at(places: list[Place], terms: list[Term]) -> list[Hit]:
    """The posts at these places, in their order, without those that were hidden meanwhile."""
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
