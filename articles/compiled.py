"""Queries of the pages that are read most, made once.

Django needs longer to write such a query's SQL, and Postgres to plan it, than Postgres needs to answer it (docs/performance.md).
"""

from collections import namedtuple
from collections.abc import Callable
from functools import cached_property

import psycopg
from django.db import connections, models, router


class Parameter(models.Expression):
    """Stands in a queryset for a value that is known only when its query is run."""

    def __init__(self, name: str, output_field: models.Field):
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]


class _PreparedCursor(psycopg.Cursor):
    def execute(self, query, params=None):
        return super().execute(query, params, prepare=True)


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
        model, sql, params, row = self._compiled
        arguments = [values[each.name] if isinstance(each, Parameter) else each for each in params]
        connection = connections[router.db_for_read(model)]
        connection.ensure_connection()
        with connection.wrap_database_errors, _PreparedCursor(connection.connection) as prepared:
            # As `connection.cursor()` does it, so that queries are logged and counted.
            cursor = connection._prepare_cursor(prepared)
            cursor.execute(sql, arguments)
            return [row._make(each) for each in cursor.fetchall()]

    def first(self, **values):
        return next(iter(self.rows(**values)), None)
