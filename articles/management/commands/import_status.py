"""import_status: what was imported when."""

from ...importing.locks import is_importing, status_of
from ...importing.maintenance import has_search_index
from ...models import ImportRun
from ..base import ArchiveCommand, number_from

_COLUMNS = ["created", "updated", "captures", "unchanged", "failed", "warnings", "skipped"]


class Command(ArchiveCommand):
    help = "List the latest import runs that brought something or met problems, newest first, and tell when the last one was."

    def add_arguments(self, parser):
        parser.add_argument("--limit", type=number_from(1), default=20, help="how many runs (default: 20)")

    def handle(self, *, limit, **options):
        last = ImportRun.objects.first()
        if not last:
            self.stdout.write("Nothing was imported yet.")
            return
        runs = ImportRun.objects.with_news()[:limit]
        self.stdout.write(f"{'run':>5}  {'started':19}  {'status':11}" + "".join(f"{name:>11}" for name in _COLUMNS) + "  sources")
        for run in runs:
            counts = "".join(f"{getattr(run, name):>11,}" for name in _COLUMNS)
            sources = ", ".join(run.sources)
            self.stdout.write(f"{run.pk:>5}  {run.started_at:%Y-%m-%d %H:%M:%S}  {status_of(run):11}{counts}  {sources}")
        if last not in runs:
            self.stdout.write(f"Run {last.pk}, {last.started_at:%Y-%m-%d %H:%M:%S}, was the last, and found nothing new.")
        if not has_search_index() and not is_importing():
            self.stdout.write(
                "The search index is missing, as after a first import that was killed: searches are slow until the next import, or "
                "until check_archive --repair makes it."
            )
