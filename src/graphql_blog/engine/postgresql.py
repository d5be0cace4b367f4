"""Reads from PostgreSQL with asyncpg."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from graphql_blog.engine.connections import Connections
from graphql_blog.engine.readers import DatabaseAway, Reader
from graphql_blog.engine.sharing import SharedReads
from graphql_blog.engine.statements import Statement

MAX_CONNECTIONS = 10
KEPT_STATEMENTS = 200
"""Prepared ones of each connection, which the database keeps plans for."""
PATIENCE_SECONDS = 30
"""How long to wait for a connection when all are busy."""
SERVER_SETTINGS = {
    # Integer ids and short keys gain nothing from the compiler, which costs a second at first use.
    "jit": "off",
    "default_transaction_read_only": "on",
}

LOST = (
    OSError,
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    # What the driver says when the farewell of the database has come and was not read yet.
    asyncpg.InternalClientError,
)


class Lost(Exception):
    """The connection ended before the answer came, as when the database starts anew."""


class PostgresqlReader(Reader):
    """Each statement stands alone on a connection, in no transaction, and is prepared there."""

    def __init__(
        self,
        url: URL,
        *,
        max_connections: int = MAX_CONNECTIONS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        super().__init__(url)
        self._patience_seconds = patience_seconds
        self._options = _options(url, self.dialect)
        self._connections = Connections(self._connect, most=max_connections)
        self._shared = SharedReads(self._read)

    async def fetch(
        self, statement: Statement, values: Mapping[str, Any], *, found_by: str | None = None
    ) -> list[Any]:
        # Who counts statements wants to see the own ones alone.
        if self.observers or not statement.is_kept:
            return await self._read(statement, values)
        return await self._shared.rows(statement, values, found_by)

    async def close(self) -> None:
        self._shared.close()
        await self._connections.close()

    async def _answer(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        try:
            return await self._try(sql, arguments)
        except Lost:
            # Reading again on a new connection does no harm.
            self._connections.dismiss_idle()
        try:
            return await self._try(sql, arguments)
        except Lost as lost:
            raise DatabaseAway from lost.__cause__

    async def _try(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        connections = self._connections
        connection = connections.take_idle() or await self._taken()
        try:
            answer: Sequence[Sequence[Any]] = await connection.fetch(sql, *arguments)
        except Exception as error:
            if isinstance(error, LOST) or connection.is_closed():
                connections.dismiss(connection)
                raise Lost from error
            connections.give_back(connection)
            raise
        except BaseException:
            connections.dismiss(connection)
            raise
        connections.give_back(connection)
        return answer

    async def _taken(self) -> asyncpg.Connection:
        try:
            return await self._connections.take(self._patience_seconds)
        # Whatever PostgreSQL says to somebody who connects, there is no reading from it.
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseAway from error

    async def _connect(self) -> asyncpg.Connection:
        connection = await asyncpg.connect(**self._options, timeout=self._patience_seconds)
        try:
            # SQLAlchemy's JSON types leave reading and writing to the driver.
            for name in ("json", "jsonb"):
                await connection.set_type_codec(
                    name, schema="pg_catalog", encoder=str, decoder=json.loads, format="text"
                )
        except BaseException:
            connection.terminate()
            raise
        return connection


async def connected(url: URL) -> asyncpg.Connection:
    """A connection that belongs to no pool, with the settings that the address has."""
    _, options = url.get_dialect()().create_connect_args(url)
    options.pop("prepared_statement_cache_size", None)
    return await asyncpg.connect(**options, statement_cache_size=0, timeout=PATIENCE_SECONDS)


def _options(url: URL, dialect: Any) -> dict[str, Any]:
    """What the address says, in the driver's words."""
    _, options = dialect.create_connect_args(url)
    kept = options.pop("prepared_statement_cache_size", KEPT_STATEMENTS)
    return {
        **options,
        "statement_cache_size": kept,
        "max_cached_statement_lifetime": 0,
        "server_settings": SERVER_SETTINGS,
    }
