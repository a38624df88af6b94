"""Addresses: that every one which a file claims leads to its post, and no other leads anywhere."""

from functools import partial

from django.db import connection

from ...models import Permalink
from ..addresses import compare_deal, deal_addresses
from .finding import Check, Finding


def _check_claimed(rows):
    claimed = {(day, slug) for _, day, slug in rows}
    _, gone, new = compare_deal(claimed)
    wrong = sorted({*gone.values(), *new})
    return [Finding(f"/{day}/{slug}/: leads to the wrong post or to none", partial(deal_addresses, claimed)) for day, slug in wrong]


def _check_stray(rows):
    """Addresses that no file claims."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT day, slug FROM unnest(%(days)s::date[], %(slugs)s::text[]) AS claim (day, slug)"
            " WHERE EXISTS (SELECT FROM articles_archivedfile file WHERE (file.day, file.slug) = (claim.day, claim.slug))"
            " OR EXISTS (SELECT FROM articles_filealias alias WHERE (alias.day, alias.slug) = (claim.day, claim.slug))",
            {"days": [day for _, day, *_ in rows], "slugs": [claimed for *_, claimed, _ in rows]},
        )
        claims = set(cursor.fetchall())
    return [
        Finding(f"/{day}/{slug}/: no file claims this address", partial(_remove, pk))
        for pk, day, claimed, slug in rows
        if (day, claimed) not in claims
    ]


def _remove(pk):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM articles_permalink WHERE id = %s", [pk])


def _check_of_posts(rows):
    """A post says of itself which address it got."""
    dealt = set(Permalink.objects.filter(post__in=[pk for pk, *_ in rows]).values_list("post_id", "day", "slug", "claimed_slug"))
    return [
        Finding(f"post {pk}: /{day}/{slug}/ is not its address", partial(deal_addresses, {(day, claimed)}))
        for pk, day, slug, claimed, current in rows
        if current and (pk, day, slug, claimed) not in dealt
    ]


OF_FILES = Check(_check_claimed, "articles_archivedfile", "id, day, slug")
OF_ALIASES = Check(_check_claimed, "articles_filealias", "id, day, slug")
STRAY = Check(_check_stray, "articles_permalink", "id, day, claimed_slug, slug")
OF_POSTS = Check(_check_of_posts, "articles_post", "id, day, slug, claimed_slug, current_id")
