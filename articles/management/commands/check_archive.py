"""check_archive: prove that what is stored agrees with the files that are kept."""

import sys

from ...importing.check import check_archive
from ..base import ArchiveCommand


class Command(ArchiveCommand):
    help = (
        "Compare everything that is stored with the files that are kept: hashes, derived fields, addresses and counts. "
        "Exit status: 0 all well (or all mended), 1 something is wrong."
    )

    def add_arguments(self, parser):
        parser.add_argument("--repair", action="store_true", help="mend what can be derived again")

    def handle(self, *, repair, **options):
        found, mended = check_archive(repair, lambda finding: self.stdout.write(finding.what))
        self.stdout.write(f"{found:,} found, {mended:,} mended." if found else "All is well.")
        if found > mended:
            sys.exit(1)
