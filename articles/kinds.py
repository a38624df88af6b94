"""The kinds of names that posts are listed by, as pages, feeds and sitemaps speak of them."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .models import Author, Category, Post, Site, Tag
from .models.names import Name
from .querysets import PostQuerySet


@dataclass(frozen=True)
class Kind:
    """`path` is the first part of the addresses, `key` the first part of their URL names; `posts_of` narrows posts to a name."""

    key: str
    path: str
    model: type[Name]
    posts_of: Callable[[PostQuerySet, Name], PostQuerySet]
    singular: str
    plural: str

    def posts(self, name: Name) -> PostQuerySet:
        return self.posts_of(Post.objects.published(), name)

    @property
    def list_url_name(self):
        return f"{self.key}-list"

    @property
    def detail_url_name(self):
        return f"{self.key}-detail"

    @property
    def feed_url_name(self):
        return f"{self.key}-feed"


TAGS = Kind("tag", "tags", Tag, PostQuerySet.tagged, _("Tag"), _("Tags"))
CATEGORIES = Kind("category", "categories", Category, PostQuerySet.in_category, _("Category"), _("Categories"))
AUTHORS = Kind("author", "authors", Author, PostQuerySet.by, _("Author"), _("Authors"))
SITES = Kind("site", "sources", Site, PostQuerySet.from_site, _("Source"), _("Sources"))

KINDS = [TAGS, CATEGORIES, AUTHORS, SITES]
