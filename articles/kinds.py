"""The kinds of names that posts are listed by and found by, with all that differs between them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .models import Author, Category, Post, Site, Tag
from .models.names import Name
from .querysets import PostQuerySet


@dataclass(frozen=True, eq=False)
class Kind:
    """`key` names it in searches, exports and the names of addresses, and `number` in the keys of the search index.

    `path` is the first part of its addresses, `post_field` the field of Post that has names of this kind; `posts_of` narrows
    posts to a name.
    """

    key: str
    number: int
    path: str
    model: type[Name]
    post_field: str
    posts_of: Callable[[PostQuerySet, Name], PostQuerySet]
    singular: str
    plural: str

    def posts(self, name: Name) -> PostQuerySet:
        return self.posts_of(Post.objects.published(), name)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def has_links(self) -> bool:
        """Whether a post may have several names of this kind: then rows of a table put posts under names."""
        return Post._meta.get_field(self.post_field).many_to_many

    @property
    def link_table(self) -> str:
        """The table that says which posts are under a name: that of posts, or one of links."""
        field = Post._meta.get_field(self.post_field)
        return (field.remote_field.through if self.has_links else Post)._meta.db_table

    @property
    def link_column(self) -> str:
        """The column of these rows that holds the name's id."""
        return f"{self.key}_id"

    @property
    def list_url_name(self) -> str:
        return f"{self.key}-list"

    @property
    def detail_url_name(self) -> str:
        return f"{self.key}-detail"

    @property
    def feed_url_name(self) -> str:
        return f"{self.key}-feed"


TAGS = Kind("tag", 0xFC, "tags", Tag, "tags", PostQuerySet.tagged, _("Tag"), _("Tags"))
CATEGORIES = Kind("category", 0xFD, "categories", Category, "categories", PostQuerySet.in_category, _("Category"), _("Categories"))
AUTHORS = Kind("author", 0xFE, "authors", Author, "author", PostQuerySet.by, _("Author"), _("Authors"))
SITES = Kind("site", 0xFF, "sources", Site, "site", PostQuerySet.from_site, _("Source"), _("Sources"))

KINDS = {kind.key: kind for kind in (TAGS, CATEGORIES, AUTHORS, SITES)}


def kind_of(name: Name) -> Kind:
    return KINDS[name._meta.model_name]
