"""What a check is, and what it finds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection

# Rows looked at in one transaction: short enough that an editor who saves meanwhile hardly waits.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """Something stored that isn't as it should be. `mend` puts it right; None where only a backup could."""

    what: str
    mend: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """Goes through a table: `look` is given some rows at a time, with these columns, and returns what is wrong with them. The
    first column is the id. Without a table it looks once, at everything, and is given nothing.
    """

    look: Callable[..., Iterable[Finding]]
    table: str = ""
    columns: str = "id"

    def batches(self) -> Iterator[tuple[int, Iterable[Finding]]]:
        """What is found, a batch of rows at a time, with their number; the batch is read when it is asked for."""
        if not self.table:
            yield 0, self.look()
            return
        after = 0
        while rows := self._rows_behind(after):
            after = rows[-1][0]
            yield len(rows), self.look(rows)

    def count_rows(self) -> int:
        """How many rows it goes through."""
        if not self.table:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self.table}")
            return cursor.fetchone()[0]

    def _rows_behind(self, after):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {self.columns} FROM {self.table} WHERE id > %s ORDER BY id LIMIT %s", [after, _BATCH])
            return cursor.fetchall()
