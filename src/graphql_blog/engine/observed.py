"""Tells of statements that go through SQLAlchemy's engines: writes, and what they look up."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, event

from graphql_blog.engine.readers import Observer, Sent

TRANSACTIONS = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
"""What begins so has no part in the answer."""


@contextmanager
def observed(engine: Engine, observe: Observer) -> Iterator[None]:
    """Tells of each statement, in the task that sent it, when it is answered."""
    begun: dict[Any, float] = {}

    def begin(_connection: Any, _cursor: Any, _sql: str, _arguments: Any, run: Any, _: Any) -> None:
        begun[run] = perf_counter()

    def end(_connection: Any, cursor: Any, sql: str, arguments: Any, run: Any, _: Any) -> None:
        # What others began before is not told.
        if run in begun and not sql.startswith(TRANSACTIONS):
            seconds = perf_counter() - begun.pop(run)
            columns = tuple(column[0] for column in cursor.description or ())
            # SQLAlchemy's asynchronous cursors have fetched all rows; SQLite counts none itself.
            rows = len(cursor._rows) if columns else max(cursor.rowcount, 0)
            observe(Sent(sql, arguments, columns, rows, seconds))

    event.listen(engine, "before_cursor_execute", begin)
    event.listen(engine, "after_cursor_execute", end)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", begin)
        event.remove(engine, "after_cursor_execute", end)
