"""The post as readers see it, and the addresses under which it is found."""

from django.db import models
from django.db.models import Deferrable, F, Q
from django.db.models.functions import ExtractDay, ExtractMonth
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..querysets import PostQuerySet
from .names import Author, Category, Site, Tag

# Foreign keys whose column already begins an index get none of their own (`db_index=False`). All others have one: without it, each
# row that is deleted at the other end costs Postgres a look at the whole table.


class Post(models.Model):
    """One article: the state that is shown now of everything captured from one source URL.

    `identity` follows from the files of its captures, `waiting` and the counts from which revisions there are, and all else but
    `hidden` from `current`, the revision that is shown. It can be derived again from the kept bytes (`rebuild_posts`).
    """

    identity = models.UUIDField(
        unique=True, editable=False, help_text="What makes two files one post; see articles.importing.urls.identity_of."
    )
    title = models.TextField(_("title"))
    published_at = models.DateTimeField(_("published"))
    date_written = models.TextField(_("date as written"), blank=True)
    day = models.DateField(_("day"), editable=False, help_text=_("The day in the post’s address."))
    slug = models.TextField(editable=False)
    claimed_slug = models.TextField(editable=False, help_text="The slug of its file, where another post may have it.")
    author = models.ForeignKey(
        Author, models.PROTECT, null=True, blank=True, related_name="posts", db_index=False, verbose_name=_("author")
    )
    source_url = models.TextField(_("source URL"), blank=True)
    normalized_url = models.TextField(_("normalized source URL"), blank=True, editable=False)
    site = models.ForeignKey(
        Site,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="posts",
        editable=False,
        db_index=False,
        verbose_name=_("source"),
    )
    tags = models.ManyToManyField(Tag, through="PostTag", related_name="posts", verbose_name=_("tags"))
    categories = models.ManyToManyField(Category, through="PostCategory", related_name="posts", verbose_name=_("categories"))
    comments = models.BooleanField(_("comments allowed"), null=True, blank=True)
    layout = models.TextField(blank=True)
    language = models.TextField(
        _("language"), blank=True, editable=False, help_text=_("BCP 47: zh-Hans, zh-Hant, zh or en; empty if unknown.")
    )
    other = models.JSONField(_("other front matter"), default=dict, blank=True)
    hidden = models.BooleanField(_("hidden"), default=False, help_text=_("Hidden posts are in the admin only."))

    body_html = models.TextField(_("sanitized HTML"), blank=True, editable=False)
    text = models.TextField(blank=True, editable=False)
    excerpt = models.TextField(blank=True, editable=False)
    lead_image = models.TextField(blank=True, editable=False)
    video = models.TextField(blank=True, editable=False)
    reading_seconds = models.PositiveIntegerField(default=0, editable=False)

    current = models.ForeignKey(
        "Revision",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        editable=False,
        help_text="The revision that is shown.",
    )
    waiting = models.ForeignKey(
        "Revision",
        models.DO_NOTHING,
        null=True,
        related_name="+",
        editable=False,
        db_index=False,
        help_text="A capture newer than the edit that is shown: apply it, or keep the edit.",
    )
    capture_count = models.PositiveIntegerField(_("captures"), default=1, editable=False)
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False, help_text=_("When another capture came last."))

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["-day", "-published_at", "-id"]
        constraints = [
            # Deferred: two posts may trade addresses within a transaction.
            models.UniqueConstraint(fields=["day", "slug"], name="post_address_is_unique", deferrable=Deferrable.DEFERRED),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="post_has_a_title"),
            models.CheckConstraint(condition=Q(slug__regex=r"^[^/]+$"), name="post_slug_is_one_path_segment"),
            models.CheckConstraint(condition=Q(source_url="") | Q(source_url__regex="^https?://"), name="post_source_is_http"),
            models.CheckConstraint(
                condition=Q(normalized_url="") | Q(normalized_url__regex="^https?://"), name="post_normalized_is_http"
            ),
            models.CheckConstraint(condition=Q(lead_image="") | Q(lead_image__regex="^https?://"), name="post_image_is_http"),
            models.CheckConstraint(
                condition=Q(video="") | Q(video__regex="^(youtube|vimeo):[A-Za-z0-9_-]+$"), name="post_video_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-day", "-published_at", "-id"], name="post_newest"),
            models.Index(fields=["author", "-day", "-published_at", "-id"], name="post_by_author"),
            models.Index(fields=["site", "-day", "-published_at", "-id"], name="post_by_site"),
            models.Index(fields=["waiting"], name="post_waiting", condition=Q(waiting__isnull=False)),
            models.Index(fields=["-day", "-published_at", "-id"], name="post_hidden", condition=Q(hidden=True)),
            models.Index(fields=["-changed_at", "-id"], name="post_changed", condition=Q(changed_at__isnull=False, hidden=False)),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("post-detail", args=[self.day, self.slug])


class PostName(models.Model):
    """A post under a name. Carries the post's place in time, so that a name's list is one walk along an index."""

    position = models.PositiveSmallIntegerField()
    day = models.DateField()
    published_at = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["position"]


class PostTag(PostName):
    pk = models.CompositePrimaryKey("post", "tag")
    post = models.ForeignKey(Post, models.CASCADE, related_name="post_tags", db_index=False)
    tag = models.ForeignKey(Tag, models.PROTECT, related_name="post_tags", db_index=False)

    class Meta(PostName.Meta):
        indexes = [models.Index(fields=["tag", "-day", "-published_at", "-post"], name="post_by_tag")]

    def __str__(self):
        return f"{self.post_id}: {self.tag}"


class PostCategory(PostName):
    pk = models.CompositePrimaryKey("post", "category")
    post = models.ForeignKey(Post, models.CASCADE, related_name="post_categories", db_index=False)
    category = models.ForeignKey(Category, models.PROTECT, related_name="post_categories", db_index=False)

    class Meta(PostName.Meta):
        indexes = [models.Index(fields=["category", "-day", "-published_at", "-post"], name="post_by_category")]

    def __str__(self):
        return f"{self.post_id}: {self.category}"


class Permalink(models.Model):
    """An address that leads to a post: its own one, and that of every other file captured from the same source.

    `claimed_slug` is the slug that Jekyll gave the file. It differs from `slug` where another post has that address.
    """

    day = models.DateField()
    slug = models.TextField()
    claimed_slug = models.TextField()
    post = models.ForeignKey(Post, models.CASCADE, related_name="permalinks", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "slug"], name="permalink_is_unique", deferrable=Deferrable.DEFERRED),
            models.UniqueConstraint(
                fields=["post", "day", "claimed_slug"], name="permalink_claimed_once", deferrable=Deferrable.DEFERRED
            ),
        ]
        indexes = [models.Index(fields=["day", "claimed_slug"], name="permalink_claimed")]

    def __str__(self):
        return f"/{self.day}/{self.slug}/"


class ArchiveDay(models.Model):
    """How many published posts a day has: the stored counts behind years, months and the calendar."""

    day = models.DateField(primary_key=True)
    post_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["day"]
        indexes = [models.Index(ExtractMonth("day"), ExtractDay("day"), F("day").desc(), name="day_of_any_year")]

    def __str__(self):
        return f"{self.day}: {self.post_count}"
