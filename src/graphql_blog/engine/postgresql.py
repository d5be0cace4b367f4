"""Reads from PostgreSQL through a pool of asyncpg."""

import asyncio
import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import asyncpg
from sqlalchemy.engine import URL

from graphql_blog.engine.readers import DatabaseAway, Reader

MAX_CONNECTIONS = 10
KEPT_STATEMENTS = 200
"""Prepared ones of each connection, which the database keeps plans for."""
PATIENCE_SECONDS = 30
"""How long to wait for a connection when all are busy."""
FAREWELL_SECONDS = 5
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


class Connection(asyncpg.Connection):  # type: ignore[misc]
    """A connection that carries nothing from one statement to the next."""

    def get_reset_query(self) -> str:
        # Single SELECTs leave no setting, lock or cursor behind; undoing them is a round trip.
        return ""


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
        self._max_connections = max_connections
        self._patience_seconds = patience_seconds
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()

    async def close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            # Connections that do not end when they are asked to are cut off.
            with suppress(TimeoutError):
                async with asyncio.timeout(FAREWELL_SECONDS):
                    await pool.close()

    async def _answer(self, sql: str, arguments: Sequence[Any]) -> Sequence[Sequence[Any]]:
        pool = self._pool or await self._opened()
        try:
            return await self._try(pool, sql, arguments)
        except Lost:
            # The others in the pool are likely as old: reading again on a new one does no harm.
            await pool.expire_connections()
        try:
            return await self._try(pool, sql, arguments)
        except Lost as lost:
            raise DatabaseAway from lost.__cause__

    async def _try(
        self, pool: asyncpg.Pool, sql: str, arguments: Sequence[Any]
    ) -> Sequence[Sequence[Any]]:
        connection = await self._acquired(pool)
        try:
            answer: Sequence[Sequence[Any]] = await connection.fetch(sql, *arguments)
            return answer
        except LOST as error:
            raise Lost from error
        except asyncpg.InterfaceError as error:
            if connection.is_closed():
                raise Lost from error
            raise
        finally:
            await pool.release(connection)

    async def _acquired(self, pool: asyncpg.Pool) -> Any:
        try:
            async with asyncio.timeout(self._patience_seconds):
                return await pool.acquire()
        # Whatever PostgreSQL says to somebody who connects, there is no reading from it.
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise DatabaseAway from error

    async def _opened(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    **_options(self.url, self.dialect),
                    min_size=0,
                    max_size=self._max_connections,
                    max_cached_statement_lifetime=0,
                    connection_class=Connection,
                    init=_prepare,
                    timeout=self._patience_seconds,
                )
        return self._pool


async def _prepare(connection: asyncpg.Connection) -> None:
    # SQLAlchemy's JSON types leave reading and writing to the driver.
    for name in ("json", "jsonb"):
        await connection.set_type_codec(
            name, schema="pg_catalog", encoder=str, decoder=json.loads, format="text"
        )


def _options(url: URL, dialect: Any) -> dict[str, Any]:
    """What the address says, in the driver's words."""
    _, options = dialect.create_connect_args(url)
    kept = options.pop("prepared_statement_cache_size", KEPT_STATEMENTS)
    return {**options, "statement_cache_size": kept, "server_settings": SERVER_SETTINGS}
