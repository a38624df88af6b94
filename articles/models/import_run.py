"""The import's own records: every run is a row, every bad file another."""

from django.db import models


class ImportRun(models.Model):
    """One run of the import. Its counts are kept in the transaction of each batch, so they are right after any kill."""

    class Status(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"
        INTERRUPTED = "interrupted"
        UNDONE = "undone"

    sources = models.JSONField(default=list)
    status = models.CharField(max_length=11, choices=Status, default=Status.RUNNING)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    created = models.PositiveIntegerField(default=0, help_text="Files that became a new post.")
    updated = models.PositiveIntegerField(default=0, help_text="Known paths with new bytes.")
    unchanged = models.PositiveIntegerField(default=0, help_text="Files whose bytes were kept already.")
    captures = models.PositiveIntegerField(default=0, help_text="Files with another state of a known post.")
    failed = models.PositiveIntegerField(default=0, help_text="Files that could not be imported.")
    warnings = models.PositiveIntegerField(default=0, help_text="Files that were imported although something was wrong.")

    class Meta:
        ordering = ["-id"]

    def __str__(self):
        return f"Run {self.pk}, {self.started_at:%Y-%m-%d %H:%M}"


class ImportProblem(models.Model):
    """A line of a run's problem report."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="problems")
    path = models.TextField()
    line = models.PositiveIntegerField(null=True)
    reason = models.TextField()
    fatal = models.BooleanField(default=True, help_text="The file was not imported.")

    class Meta:
        ordering = ["path", "id"]

    def __str__(self):
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.reason}"
