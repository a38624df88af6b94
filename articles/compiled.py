"""Queries of the pages that are read most, made once.

Django needs longer to write such a query's SQL, and Postgres to plan it, than Postgres needs to answer it.
"""

import sys
from collections import namedtuple
from collections.abc import Callable
from functools import cached_property

import psycopg
from django.db import InterfaceError, OperationalError, connections, models, router


class Parameter(models.Expression):
    """Stands in a queryset for a value that is known only when its query is run."""

    def __init__(self, name: str, output_field: models.Field):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class _PreparedCursor(psycopg.Cursor):
    def execute(self, query, params=None):
        # Read as text, a list's dates and arrays take longer than all else of its query.
        return super().execute(query, params, prepare=True, binary=True)


class CompiledQuery:
    """What `build` returns, a queryset of `values_list` with parameters in it, ready to be run again and again.

    Rows are named tuples of the values as psycopg reads them: fields that convert what the database holds aren't for this.
    """

    def __init__(self, build: Callable[[], models.QuerySet]):
        self._build = build

    @cached_property
    def _compiled(self):
        queryset = self._build()
        sql, params = queryset.query.sql_with_params()
        return queryset.model, sql, params, namedtuple("Row", queryset.query.selected)

    def rows(self, **values) -> list:
        connection = connections[router.db_for_read(self._compiled[0])]
        try:
            return self._run(connection, values)
        except (InterfaceError, OperationalError):
            # Django asks the server at each request whether it is there; here that is found out when it isn't.
            if connection.in_atomic_block or connection.is_usable():
                raise
            connection.close()
            return self._run(connection, values)

    def _run(self, connection, values):
        _, sql, params, row = self._compiled
        arguments = [values[each.name] if isinstance(each, Parameter) else each for each in params]
        connection.ensure_connection()
        # None, as Django has it, forbids to prepare even what asks for it; nothing else is run so often.
        connection.connection.prepare_threshold = sys.maxsize
        with connection.wrap_database_errors, _PreparedCursor(connection.connection) as prepared:
            # As `connection.cursor()` does it, so that queries are logged and counted.
            cursor = connection._prepare_cursor(prepared)
            cursor.execute(sql, arguments)
            return [row._make(each) for each in cursor.fetchall()]

    def first(self, **values):
        return next(iter(self.rows(**values)), None)
