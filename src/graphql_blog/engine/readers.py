"""Runs compiled statements on a database's own driver, each on its own and read-only.

Reader               what the graph reads from
├─ PostgresqlReader    postgresql.py: asyncpg, on connections.py
└─ SqliteReader        sqlite.py: sqlite3 in the loop's thread, long statements in another
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import orjson
from sqlalchemy import Dialect
from sqlalchemy.engine import URL

from graphql_blog.engine.statements import Statement, Statements


class DatabaseAway(Exception):
    """The database cannot be reached; what the driver says of it is the cause."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One statement that was sent, and what came back."""

    sql: str
    arguments: Sequence[Any]
    """May be private: nothing for a log."""
    columns: tuple[str, ...]
    rows: int
    seconds: float
    graphql_type: str | None = None
    """The type that its rows are objects of."""


Observer = Callable[[Sent], None]


class Reader(ABC):
    """Reads rows from one database. It opens on first use, and never waits while idle."""

    def __init__(self, url: URL) -> None:
        self.url = url
        dialect: Any = url.get_dialect()
        self.dialect: Dialect = dialect(json_serializer=_json)
        self.statements = Statements(self.dialect)
        self.observers: list[Observer] = []
        """Told of each statement in the task that asked for it, when it is answered."""

    async def fetch(
        self, statement: Statement, values: Mapping[str, Any], *, found_by: str | None = None
    ) -> list[Any]:
        """The rows of the statement with these values. Those for many keys say in the column
        `found_by` which of the keys they belong to.

        Raises `DatabaseAway`, or what the driver says of a statement that is wrong. Cancelling the
        task that waits ends the statement in the database too.
        """
        return await self._read(statement, values)

    async def _read(self, statement: Statement, values: Mapping[str, Any]) -> list[Any]:
        arguments = statement.arguments(values)
        if not self.observers:
            return statement.rows(await self._answer(statement.sql, arguments))
        started = perf_counter()
        rows = statement.rows(await self._answer(statement.sql, arguments))
        seconds = perf_counter() - started
        type_ = getattr(statement.row, "graphql_type", None)
        sent = Sent(statement.sql, arguments, statement.names, len(rows), seconds, type_)
        for observer in self.observers:
            observer(sent)
        return rows

    @abstractmethod
    async def close(self) -> None:
        """Ends what is running, and lets go of every connection."""

    @abstractmethod
    async def _answer(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        """What the driver answers."""


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()
