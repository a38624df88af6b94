"""Every state a post ever had, byte for byte, and the files it was found in."""

from django.conf import settings
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ..querysets import RevisionQuerySet
from .import_run import ImportRun
from .post import Post

# SQL of the two rules about captures. Of several, the first is the one to show:
NEWEST_FIRST = 'revision.published_at DESC, revision.arrived_at DESC, revision.path COLLATE "C" DESC'
# and one that lies at several paths goes by the greatest of them. Takes the ids of captures.
GREATEST_PATHS = """
    SELECT revision_id, max(path COLLATE "C") AS greatest FROM articles_archivedfile
    WHERE revision_id = ANY(%s) GROUP BY revision_id
"""


class Revision(models.Model):
    """A state of a post: a capture that an import brought, or an edit made in the admin.

    `content` is the file verbatim. Files with the same bytes are one capture, so a capture's SHA-256 is unique.
    Which capture is newest: later `published_at`, then later `arrived_at`, then greater `path` (NEWEST_FIRST).
    """

    class Kind(models.TextChoices):
        CAPTURE = "capture", _("capture")
        EDIT = "edit", _("edit")

    post = models.ForeignKey(Post, models.CASCADE, related_name="revisions", db_index=False)
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.CAPTURE)
    sha256 = models.BinaryField(max_length=32, help_text="SHA-256 of the content.")
    content = models.BinaryField()
    title = models.TextField()
    published_at = models.DateTimeField()
    arrived_at = models.DateTimeField(help_text="The commit's time where git tells it, else the start of the run that brought it.")
    path = models.TextField(blank=True, help_text="The greatest of the paths it was found at.")
    run = models.ForeignKey(ImportRun, models.PROTECT, null=True, related_name="revisions", db_index=False)
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False)
    based_on = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        related_name="+",
        db_index=False,
        help_text="The newest capture that the editor had in view.",
    )

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-arrived_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["sha256"], condition=Q(kind="capture"), name="capture_is_kept_once"),
        ]
        indexes = [
            models.Index(fields=["post", "kind"], name="revision_of_post"),
            models.Index(fields=["post"], name="revision_edited", condition=Q(kind="edit")),
            models.Index(fields=["based_on"], name="revision_based_on", condition=Q(based_on__isnull=False)),
            models.Index(fields=["editor"], name="revision_editor", condition=Q(editor__isnull=False)),
            # A run's rows lie together: the smallest index there is finds them.
            BrinIndex(fields=["run"], name="revision_of_run"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.pk}: {self.title}"

    def get_absolute_url(self):
        return reverse("capture", args=[bytes(self.sha256)])


class ArchivedFile(models.Model):
    """A file in which a capture was found: one row each time that the bytes at a path became others.

    The last row of a path, marked `is_current`, is what lies there now. `day` and `slug` are the address that Jekyll gave the
    file; permalinks are dealt out from these claims.
    """

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="files")
    run = models.ForeignKey(ImportRun, models.PROTECT, related_name="files", db_index=False)
    path = models.TextField()
    path_key = models.UUIDField(help_text="The first 128 bits of the path's SHA-256: paths may be too long for an index.")
    size = models.BigIntegerField()
    modified_ns = models.BigIntegerField(help_text="Modification time in nanoseconds since 1970.")
    is_current = models.BooleanField(default=True)
    day = models.DateField()
    slug = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["path_key"], condition=Q(is_current=True), name="path_has_one_current_file"),
        ]
        indexes = [
            models.Index(fields=["day", "slug"], name="file_address"),
            models.Index(fields=["path_key"], name="file_path"),
            BrinIndex(fields=["run"], name="file_of_run"),
        ]

    def __str__(self):
        return self.path


class FileAlias(models.Model):
    """A further address under which Jekyll may have published a file; it gives way to a file whose own address it is."""

    file = models.ForeignKey(ArchivedFile, models.CASCADE, related_name="aliases")
    day = models.DateField()
    slug = models.TextField()

    class Meta:
        verbose_name_plural = "file aliases"
        indexes = [models.Index(fields=["day", "slug"], name="alias_address")]

    def __str__(self):
        return f"/{self.day}/{self.slug}/"


class OldAddress(models.Model):
    """An address of any shape that a file's front matter names. It gives way to every page of the archive.

    `key` is what articles.importing.old_addresses.address_key makes of it. Where several files name one, the post with the earliest
    file (by publication time, then path) has it.
    """

    file = models.ForeignKey(ArchivedFile, models.CASCADE, related_name="old_addresses")
    key = models.TextField()

    class Meta:
        verbose_name_plural = "old addresses"
        indexes = [models.Index(fields=["key"], name="old_address_key")]

    def __str__(self):
        return f"/{self.key}"
