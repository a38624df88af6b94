"""Which state the archive is in: what pages that were kept are told by."""

from django.db import models


class ArchiveVersion(models.Model):
    """One row. `version` becomes another with every change to what readers see, in the same transaction: a trigger of each
    table does it (migration 0002), whoever writes."""

    version = models.UUIDField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="archive_has_one_version")]

    def __str__(self):
        return str(self.version)
