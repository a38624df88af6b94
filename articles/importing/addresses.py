"""Who gets which address.

Every file claims the address that Jekyll gave it. Where posts share one, the post with the earliest file (by publication
time, then path) gets it and the others get "-2", "-3" and so on, past any address that is some file's own. An alias gives way
to everybody. So addresses depend on the files alone, not on the order in which they came.
"""

import re
from collections import defaultdict
from datetime import date
from typing import NamedTuple

from django.db import connection

from .copying import as_array, copy_rows

Address = tuple[date, str]

_CLAIMS = """
    SELECT DISTINCT ON (day, slug, is_alias, post_id) day, slug, is_alias, post_id, published_at, path
    FROM (
        SELECT file.day, file.slug, false AS is_alias, revision.post_id, revision.published_at, file.path
        FROM unnest(%(days)s::date[], %(slugs)s::text[]) AS base (day, slug)
        JOIN articles_archivedfile file ON (file.day, file.slug) = (base.day, base.slug)
        JOIN articles_revision revision ON revision.id = file.revision_id
        UNION ALL
        SELECT alias.day, alias.slug, true, revision.post_id, revision.published_at, file.path
        FROM unnest(%(days)s::date[], %(slugs)s::text[]) AS base (day, slug)
        JOIN articles_filealias alias ON (alias.day, alias.slug) = (base.day, base.slug)
        JOIN articles_archivedfile file ON file.id = alias.file_id
        JOIN articles_revision revision ON revision.id = file.revision_id
    ) AS claim
    ORDER BY day, slug, is_alias, post_id, published_at, path COLLATE "C"
"""
_HELD = """
    SELECT permalink.id, permalink.day, permalink.slug, claimed_slug, post_id
    FROM unnest(%(days)s::date[], %(slugs)s::text[]) AS base (day, slug)
    JOIN articles_permalink permalink ON (permalink.day, permalink.{column}) = (base.day, base.slug)
"""


class Deal(NamedTuple):
    """How the permalinks that some claims touch differ from what the claims say.

    `wanted` is who gets what, {address: (claimed slug, post)}; `gone` the ids of permalinks that have to go, `new` the addresses
    that have none yet.
    """

    wanted: dict[Address, tuple[str, int]]
    gone: dict[int, Address]
    new: list[Address]


def compare_deal(claimed: set[Address]) -> Deal:
    """Find out who should have the addresses that these claims touch, and what isn't so. Writes nothing."""
    # A suffix that was dealt out gives way to a file whose own address it is.
    bases = claimed | {(day, match[1]) for day, slug in claimed if (match := re.fullmatch(r"(.+)-\d+", slug))}
    wanted = _deal(_claims_on(bases))
    held = _held(bases, "claimed_slug") | _held(set(wanted), "slug")
    gone = {pk: address for pk, (address, *claim) in held.items() if wanted.get(address) != tuple(claim)}
    kept = {address for pk, (address, *_) in held.items() if pk not in gone}
    return Deal(wanted, gone, [address for address in wanted if address not in kept])


def deal_addresses(claimed: set[Address]):
    """Deal out again every address that these claims touch, and give the posts concerned the addresses they got."""
    wanted, gone, new = compare_deal(claimed)
    with connection.cursor() as cursor:
        if gone:
            cursor.execute("DELETE FROM articles_permalink WHERE id = ANY(%s)", [list(gone)])
        copy_rows(
            "articles_permalink",
            {"day": "date", "slug": "text", "claimed_slug": "text", "post_id": "int8"},
            [(*address, *wanted[address]) for address in new],
        )
        cursor.execute(
            "UPDATE articles_post post SET slug = permalink.slug FROM articles_permalink permalink"
            " WHERE permalink.post_id = post.id AND permalink.day = post.day AND permalink.claimed_slug = post.claimed_slug"
            " AND permalink.slug <> post.slug AND post.id = ANY(%s::bigint[])",
            [as_array(post_id for _, post_id in wanted.values())],
        )


def _claims_on(bases):
    """The claims on each address as {base: ([posts by their own files], [posts by aliases])}, the first claimant first."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIMS, _as_arrays(bases))
        rows = sorted(cursor.fetchall(), key=lambda row: (row[4], row[5].encode()))
    claims = defaultdict(lambda: ([], []))
    for day, slug, is_alias, post_id, _, _ in rows:
        claims[day, slug][is_alias].append(post_id)
    return claims


def _deal(claims) -> dict[Address, tuple[str, int]]:
    """Who gets what: {address: (claimed slug, post)}."""
    wanted = {}
    for (day, slug), (owners, _) in claims.items():
        for post_id, dealt in zip(owners, _slugs_for(day, slug, len(owners)), strict=True):
            wanted[day, dealt] = slug, post_id
    for (day, slug), (owners, by_alias) in claims.items():
        if by_alias and not owners:
            wanted.setdefault((day, slug), (slug, by_alias[0]))
    return wanted


def _slugs_for(day, slug, number):
    """The first `number` of slug, slug-2, slug-3 … without those that are some file's own."""
    if number < 2:
        return [slug][:number]
    dealt, suffix = [slug], 2
    while len(dealt) < number:
        candidates = [f"{slug}-{each}" for each in range(suffix, suffix + number)]
        suffix += number
        with connection.cursor() as cursor:
            cursor.execute("SELECT slug FROM articles_archivedfile WHERE day = %s AND slug = ANY(%s)", [day, candidates])
            taken = {row[0] for row in cursor.fetchall()}
        dealt += [each for each in candidates if each not in taken]
    return dealt[:number]


def _held(addresses, column):
    """The permalinks at these addresses, or dealt out for these claims: {id: (address, claimed slug, post)}."""
    with connection.cursor() as cursor:
        cursor.execute(_HELD.format(column=column), _as_arrays(addresses))
        return {pk: ((day, slug), claimed_slug, post_id) for pk, day, slug, claimed_slug, post_id in cursor.fetchall()}


def _as_arrays(addresses):
    return {"days": as_array(day for day, _ in addresses), "slugs": as_array(slug for _, slug in addresses)}
