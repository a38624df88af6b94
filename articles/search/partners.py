"""Which names stand beside a name: the tags, categories, authors and sources that its newest posts have as well."""

from functools import cache
from typing import NamedTuple

from django.db import connections, models, router
from django.db.models import Count, F, Func

from ..compiled import CompiledQuery, Parameter
from ..kinds import KINDS, Kind
from ..models import SearchRow
from .terms import name_key, named_by

# Posts that are looked at: enough to tell, and few enough to be looked at each time.
NEWEST = 200
_NAMES_A_KIND = 8
# Posts may have a thousand tags each.
_KEYS = 1000


class Partner(NamedTuple):
    name: str
    slug: str
    post_count: int


def partners_of(kind: Kind, name_id: int) -> list[tuple[Kind, list[Partner]]]:
    """The names met most often in the newest posts of this one, by kind, most frequent first. Kinds without any are left out."""
    own = name_key(kind.number, name_id)
    ids = {each: {} for each in KINDS.values()}
    by_number = {each.number: each for each in ids}
    for key, post_count in _counts(kind).rows(name=name_id):
        number, met_id = named_by(key)
        met = ids[by_number[number]]
        if key != own and len(met) < _NAMES_A_KIND:
            met[met_id] = post_count
    names = _names_of(ids)
    partners = {
        each: [Partner(*names[each.key, met_id], post_count) for met_id, post_count in met.items() if (each.key, met_id) in names]
        for each, met in ids.items()
    }
    return [(each, met) for each, met in partners.items() if met]


@cache
def _counts(kind):
    """How many of a name's newest posts have each other name, by its key."""
    newest = kind.posts(Parameter("name", models.BigIntegerField())).newest_first().values("pk")[:NEWEST]
    keys = SearchRow.objects.filter(pk__in=newest).values(
        key=Func(F("names"), function="unnest", output_field=models.IntegerField())
    )
    counted = keys.annotate(total=Count("pk")).order_by("-total", "key")
    return CompiledQuery(lambda: counted.values_list("key", "total", named=True)[:_KEYS])


def _names_of(ids: dict[Kind, dict]) -> dict[tuple[str, int], tuple[str, str]]:
    """Name and slug of each of these, by kind and id, asked for at once."""
    sql = " UNION ALL ".join(f"SELECT '{kind.key}', id, name, slug FROM {kind.table} WHERE id = ANY(%s)" for kind in ids)
    with connections[router.db_for_read(SearchRow)].cursor() as cursor:
        cursor.execute(sql, [list(met) for met in ids.values()])
        return {(kind, pk): (name, slug) for kind, pk, name, slug in cursor.fetchall()}
