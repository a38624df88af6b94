"""undo_import: take a run back."""

from django.core.management.base import CommandError

from ...importing.pipeline import only_writer
from ...importing.undo import undo_import
from ...models import ImportRun
from ..base import ArchiveCommand, counted, number_from


class Command(ArchiveCommand):
    help = "Take an import back: what the run brought goes, and what it covered is shown again. Runs are listed by import_status."

    def add_arguments(self, parser):
        parser.add_argument("run", type=number_from(1), metavar="RUN", help="the run's number")

    def handle(self, *, run, **options):
        with only_writer(lambda: self.stderr.write("An import is running; waiting for it to end.")):
            try:
                posts = undo_import(ImportRun.objects.get(pk=run))
            except ImportRun.DoesNotExist:
                raise CommandError(f"There is no run {run}; import_status lists them.", returncode=2) from None
            except ValueError as error:
                raise CommandError(f"{error}.".capitalize(), returncode=2) from None
        self.stdout.write(f"Run {run} is undone: {counted(posts['removed'], 'posts')} removed, {posts['restored']:,} restored.")
        if posts["kept"]:
            self.stdout.write(f"{counted(posts['kept'], 'posts')} edited since: left as they are.")
