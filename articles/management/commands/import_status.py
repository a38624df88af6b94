"""import_status: what was imported when."""

from ...models import ImportRun
from ..base import ArchiveCommand, number_from

_COLUMNS = ["created", "updated", "captures", "unchanged", "failed", "warnings"]


class Command(ArchiveCommand):
    help = "List the latest import runs, newest first."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=number_from(1), default=20, help="how many runs (default: 20)")

    def handle(self, *, limit, **options):
        runs = ImportRun.objects.all()[:limit]
        if not runs:
            self.stdout.write("Nothing was imported yet.")
            return
        self.stdout.write(f"{'run':>5}  {'started':19}  {'status':11}" + "".join(f"{name:>11}" for name in _COLUMNS) + "  sources")
        for run in runs:
            counts = "".join(f"{getattr(run, name):>11,}" for name in _COLUMNS)
            sources = ", ".join(run.sources)
            self.stdout.write(f"{run.pk:>5}  {run.started_at:%Y-%m-%d %H:%M:%S}  {run.status:11}{counts}  {sources}")
