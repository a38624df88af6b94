"""What posts are listed by: authors, tags, categories and the sites they came from."""

from django.db import models
from django.db.models.functions import Reverse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..querysets import NameQuerySet


class Name(models.Model):
    """A name shared by posts.

    Names whose `slug` agrees are one name: see `articles.importing.slugs.name_slug`. Shown is the spelling that sorts first
    of those met, so that the order of an import doesn't matter. `post_count` counts published posts only; it is kept in the
    transaction that changes a post and proven by `check_archive`. A name that editors merged into another has no posts: files
    that give it put their posts under the other.
    """

    name = models.TextField(_("name"))
    slug = models.TextField(unique=True, editable=False)
    # Collated by code point, so that the indexes below serve LIKE in every database.
    folded = models.TextField(editable=False, db_collation="C", help_text="The name as articles.search.fold folds it.")
    post_count = models.PositiveIntegerField(_("number of posts"), default=0, editable=False)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", editable=False, verbose_name=_("merged into")
    )

    objects = NameQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="%(class)s_has_a_name"),
            models.CheckConstraint(condition=~models.Q(slug=""), name="%(class)s_has_a_slug"),
            models.CheckConstraint(
                condition=models.Q(merged_into=None) | models.Q(post_count=0), name="%(class)s_merged_has_no_posts"
            ),
        ]
        indexes = [
            models.Index(fields=["-post_count", "slug"], name="%(class)s_most_used"),
            models.Index(fields=["folded"], name="%(class)s_beginning"),
            models.Index(Reverse("folded"), name="%(class)s_ending"),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse(f"{self._meta.model_name}-detail", args=[self.slug])


class Author(Name):
    class Meta(Name.Meta):
        verbose_name = _("author")
        verbose_name_plural = _("authors")


class Tag(Name):
    class Meta(Name.Meta):
        verbose_name = _("tag")
        verbose_name_plural = _("tags")


class Category(Name):
    class Meta(Name.Meta):
        verbose_name = _("category")
        verbose_name_plural = _("categories")


class Site(Name):
    """A source: the host of the source URL, without "www."."""

    class Meta(Name.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")


class NameYear(models.Model):
    """How many published posts a name has in a year: kept as `post_count` is, and gone where there are none."""

    pk = models.CompositePrimaryKey("kind", "name_id", "year")
    kind = models.TextField(help_text="The name's model: author, category, site or tag.")
    name_id = models.BigIntegerField()
    year = models.SmallIntegerField()
    post_count = models.PositiveIntegerField()

    def __str__(self):
        return f"{self.kind} {self.name_id}, {self.year}: {self.post_count}"
