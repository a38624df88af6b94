"""A query as conditions on the table of search rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models.functions import Coalesce

from ..kinds import KINDS, SITES
from .packing import pack
from .query import Named, Query, Term, fold_host
from .terms import keys_of, name_key, tells_all, title_key

KEYS = "articles_search_keys(text, day, names)"


@dataclass(slots=True)
class Conditions:
    """SQL that `AND` joins. `found` is answered by the index; `checked` looks at the row and is true of the right ones only.

    `excluded` is answered by the index, too: of what is found, whatever one of these is true of is no hit. `possible` is False
    where a name is asked for that no post has.
    """

    found: list[tuple[str, list]] = field(default_factory=list)
    excluded: list[tuple[str, list]] = field(default_factory=list)
    checked: list[tuple[str, list]] = field(default_factory=list)
    possible: bool = True


def conditions_of(query: Query, only_titles: bool = False) -> Conditions:
    """`only_titles` wants every term in the title."""
    names = keys_of_names(query.names)
    conditions = Conditions()
    required = set()
    for group in query.groups:
        if only_titles:
            group = [Term(each.marked, in_title=True) if isinstance(each, Term) else each for each in group]
        group = [each for each in group if isinstance(each, Term) or names[each]]
        if not group:
            conditions.possible = False
        elif len(group) == 1 and isinstance(group[0], Term):
            required.update(_keys(group[0]))
        else:
            conditions.found.append(_any_of(group, names))
        if not _is_told_by_keys(group):
            conditions.checked.append(joined([_check(each, names) for each in group], " OR "))
    if required:
        conditions.found.append(holds(required))
    for each in query.without:
        if isinstance(each, Term) and _is_told_by_keys([each]):
            conditions.excluded.append(holds(_keys(each)))
        elif isinstance(each, Term) or names[each]:
            sql, params = _check(each, names)
            conditions.checked.append((f"NOT ({sql})", params))
    return conditions


def _any_of(group, names):
    """One array for what a single key tells; a longer term needs all of its own."""
    single, longer = [], []
    for each in group:
        keys = names[each] if isinstance(each, Named) else _keys(each)
        if isinstance(each, Named) or len(keys) == 1:
            single += keys
        else:
            longer.append(holds(keys))
    parts = [(f"{KEYS} && %s::int4[]", [single])] if single else []
    return joined(parts + longer, " OR ")


def holds(keys) -> tuple[str, list]:
    """That the index has all these keys of a post."""
    return f"{KEYS} @> %s::int4[]", [sorted(keys)]


def joined(parts: list[tuple[str, list]], operator: str = " AND ") -> tuple[str, list]:
    """These pieces of SQL as one, and their parameters."""
    return operator.join(f"({sql})" for sql, _ in parts) or "true", [param for _, params in parts for param in params]


def _keys(term):
    keys = keys_of(term.marked)
    return [*keys, *map(title_key, keys)] if term.in_title else keys


def _is_told_by_keys(group):
    return all(isinstance(each, Named) or (tells_all(each.marked) and not each.in_title) for each in group)


def _check(wanted, names):
    if isinstance(wanted, Named):
        return "names && %s::int4[]", [names[wanted]]
    searched = "split_part(text, E'\\n', 1)" if wanted.in_title else "text"
    # What stands before the term is less than all where the term is there. strpos would count the characters up to it, which
    # takes longer than finding it.
    return f"octet_length(split_part({searched}, %s, 1)) < octet_length({searched})", [pack(wanted.marked)]


def keys_of_names(wanted: Iterable[Named]) -> dict[Named, list[int]]:
    """The keys of the names that are written so, in whatever script and case; of a site, those of its subdomains too.

    A name that was merged into another stands for that.
    """
    keys = {each: {} for each in wanted}
    for kind in KINDS.values():
        asked = {each.name: each for each in keys if each.kind == kind.key}
        for name, pk in (_sites_of(asked) if kind is SITES else _names_of(kind, asked)) if asked else ():
            keys[asked[name]][name_key(kind.number, pk)] = None
    return {each: list(found) for each, found in keys.items()}


def _names_of(kind, asked):
    names = kind.model.objects.in_use_or_merged().filter(folded__in=asked)
    return names.values_list("folded", Coalesce("merged_into", "pk"))


def _sites_of(asked):
    """Pairs of what was asked for and a site that is that or below it."""
    names = SITES.model.objects.in_use_or_merged().being_or_below([each.folded for each in asked.values()])
    for name, pk in names.values_list("name", Coalesce("merged_into", "pk")):
        host = fold_host(name)
        while host:
            if host in asked:
                yield host, pk
            host = host.partition(".")[2]
