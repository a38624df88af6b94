"""check_archive: prove that what is stored agrees with the files that are kept."""

import sys

from ...importing.check import check_archive, rows_to_check
from ..base import ArchiveCommand
from ..progress import Progress


class Command(ArchiveCommand):
    help = (
        "Compare everything that is stored with the files that are kept: hashes, derived fields, addresses and counts. "
        "Exit status: 0 all well (or all mended), 1 something is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="mend what can be derived again")

    def handle(self, *, repair, **options):
        with Progress("rows", rows_to_check()) as progress:
            found, mended = check_archive(repair, lambda finding: progress.write(self.stdout, finding.what), progress.add)
        self.stdout.write(f"{found:,} found, {mended:,} mended." if found else "All is well.")
        if found > mended:
            sys.exit(1)
