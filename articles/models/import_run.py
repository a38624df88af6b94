"""The import's own records: every run is a row, every bad file another."""

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..querysets import ImportRunQuerySet


class ImportRun(models.Model):
    """One run of the import. Its counts are kept in the transaction of each batch, so they are right after any kill."""

    class Status(models.TextChoices):
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        INTERRUPTED = "interrupted", _("interrupted")
        UNDONE = "undone", _("undone")

    sources = models.JSONField(_("sources"), default=list)
    status = models.CharField(_("status"), max_length=11, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("finished"), null=True)
    created = models.PositiveIntegerField(_("created"), default=0, help_text=_("Files that became a new post."))
    updated = models.PositiveIntegerField(_("updated"), default=0, help_text=_("Known paths with new bytes."))
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0, help_text=_("Files whose bytes were kept already."))
    captures = models.PositiveIntegerField(_("captures"), default=0, help_text=_("Files with another state of a known post."))
    failed = models.PositiveIntegerField(_("failed"), default=0, help_text=_("Files that could not be imported."))
    skipped = models.PositiveIntegerField(
        _("skipped"), default=0, help_text=_("Files and folders that are no posts by the site's rules.")
    )
    warnings = models.PositiveIntegerField(
        _("warnings"), default=0, help_text=_("Files that were imported although something was wrong.")
    )

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-id"]

    def __str__(self):
        return gettext("Run %(number)s, %(started)s") % {"number": self.pk, "started": f"{self.started_at:%Y-%m-%d %H:%M}"}


class ImportProblem(models.Model):
    """A line of a run's problem report."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems", verbose_name=_("import run"))
    path = models.TextField(_("path"))
    line = models.PositiveIntegerField(_("line"), null=True)
    reason = models.TextField(_("reason"))
    fatal = models.BooleanField(_("not imported"), default=True, help_text=_("The file was not imported."))

    class Meta:
        verbose_name = _("import problem")
        verbose_name_plural = _("import problems")
        ordering = ["path", "id"]

    def __str__(self):
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.reason}"
