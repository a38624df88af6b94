"""The database of those who name none: a real Postgres under `var/`, started on the first connection.

`server.py` runs it; `base.py` is the Django database backend that asks for it. See docs/decisions/embedded-postgres.md.
"""
