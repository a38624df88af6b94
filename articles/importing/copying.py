"""How rows and keys in their thousands reach Postgres."""

from collections.abc import Iterable

from django.db import connection

# Column types that the values' own types don't tell.
Columns = dict[str, str]


def copy_rows(table: str, columns: Columns, rows):
    """Append rows to a table by binary COPY. `columns` maps each column to its Postgres type, in the order of the values."""
    rows = list(rows)
    if not rows:
        return
    statement = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
    # Django passes `copy` through to the driver, whose errors aren't its own.
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(list(columns.values()))
        for row in rows:
            copy.write_row(row)


def as_array(values: Iterable) -> str:
    """Values as the text of an array, to be cast in SQL ("%s::uuid[]"): psycopg takes ten times as long for a long list."""
    return "{" + ",".join(map(_as_element, values)) + "}"


def _as_element(value):
    text = f"\\x{value.hex()}" if isinstance(value, bytes) else str(value)
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def new_ids(table: str, number: int) -> list[int]:
    """Draw ids for rows that are still to be written."""
    if not number:
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, number])
        return [row[0] for row in cursor.fetchall()]
