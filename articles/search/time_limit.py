"""How long a search may keep the database busy: one bound over all its statements, whoever sends them."""

from contextlib import contextmanager
from time import monotonic
from typing import Self

from django.db import OperationalError, connections, router, transaction
from psycopg.errors import QueryCanceled

from ..models import SearchRow

# The planner knows nothing of how terms go together, and would sooner compute every row's keys again; and it would compile
# queries that take a few milliseconds.
_PLANNER = "SET LOCAL enable_seqscan = off; SET LOCAL jit = off"


class OutOfTime(Exception):
    """A search took longer than it may."""


class TimeLimit:
    """So many seconds from now. Where one is made `within` another, it ends with that at the latest.

    `ran_out` tells that something wasn't answered for want of time.
    """

    def __init__(self, seconds: float, within: Self | None = None):
        end = monotonic() + seconds
        self._end = min(end, within._end) if within else end
        self._within = within
        self.ran_out = False

    def part(self, seconds: float) -> Self:
        """So many seconds from now, but none beyond this limit."""
        return TimeLimit(seconds, within=self)

    @contextmanager
    def reading(self):
        """A transaction in which every statement, those of querysets too, ends when the time is up. Gives a cursor.

        Raises OutOfTime where a statement was ended or could not begin; the transaction is over then.
        """
        connection = connections[router.db_for_read(SearchRow)]
        try:
            with transaction.atomic(connection.alias), connection.cursor() as cursor:
                cursor.execute(_PLANNER)
                with connection.execute_wrapper(self._bound):
                    yield cursor
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                self._run_out()
                raise OutOfTime from None
            raise

    def _bound(self, execute, sql, params, many, context):
        left = int((self._end - monotonic()) * 1000)
        if left <= 0:
            self._run_out()
            raise OutOfTime
        # Past the wrapper, with the driver's own cursor.
        context["cursor"].cursor.execute(f"SET LOCAL statement_timeout = {left}")
        return execute(sql, params, many, context)

    def _run_out(self):
        self.ran_out = True
        if self._within:
            self._within._run_out()
