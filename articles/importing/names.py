"""Authors, tags, categories and sites by the names that files give them."""

from django.db import connection

from ..models import Author, Category, Site, Tag
from ..models.names import Name
from ..search.fold import fold
from .records import ParsedFile
from .slugs import name_slug


class NameIds:
    """The ids of every name that some files use, made where they were missing; of one that was merged, the other's."""

    def __init__(self, files: list[ParsedFile]):
        front_matters = [file.front_matter for file in files]
        self._authors = _ids_of(Author, (each.author for each in front_matters))
        self._sites = _ids_of(Site, (each.source_host for each in front_matters))
        self._tags = _ids_of(Tag, (name for each in front_matters for name in each.tags))
        self._categories = _ids_of(Category, (name for each in front_matters for name in each.categories))

    def author(self, name: str) -> int | None:
        return self._authors.get(name_slug(name))

    def site(self, host: str) -> int | None:
        return self._sites.get(name_slug(host))

    def tags(self, names: list[str]) -> list[int]:
        return _unique(self._tags, names)

    def categories(self, names: list[str]) -> list[int]:
        return _unique(self._categories, names)


def _unique(ids, names):
    return list(dict.fromkeys(ids[slug] for name in names if (slug := name_slug(name))))


def _ids_of(model, names) -> dict[str, int]:
    """Map the slugs of these names to ids. Of several spellings, the one that sorts first by code point is kept."""
    spelling = {}
    for name in names:
        if slug := name_slug(name):
            spelling[slug] = min(name, spelling.get(slug, name))
    known = {row.slug: row for row in model.objects.filter(slug__in=list(spelling))}
    new = [model(slug=slug, name=name, folded=fold(name)) for slug, name in sorted(spelling.items()) if slug not in known]
    model.objects.bulk_create(new)
    respelled = [row for slug, row in known.items() if spelling[slug] < row.name]
    if respelled:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {model._meta.db_table} SET name = %s, folded = %s WHERE id = %s",
                [(spelling[row.slug], fold(spelling[row.slug]), row.pk) for row in respelled],
            )
    return {row.slug: row.merged_into_id or row.pk for row in [*known.values(), *new]}


def stale_names(model) -> list[Name]:
    """The names of a kind whose folded form isn't what folding makes of them now, with the right one, to be saved."""
    stale = []
    for name in model.objects.order_by("pk").iterator(2000):
        if name.folded != (folded := fold(name.name)):
            name.folded = folded
            stale.append(name)
    return stale


def restate_names(stale: list[Name]):
    if stale:
        type(stale[0]).objects.bulk_update(stale, ["folded"], batch_size=1000)
