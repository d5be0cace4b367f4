"""What a commit changes is forgotten in every process, before whoever wrote gets an answer.

It is the database that tells, since it knows of every commit, whoever makes it:

    SQLite       a counter that each commit moves: a look at it costs some microseconds, so each
                 process looks before it uses anything kept. What others changed has no names there:
                 all is forgotten.
    PostgreSQL   a message in the transaction itself, with the tags of what it changes. Each process
                 listens; who writes waits until all have dealt with it.
"""

import asyncio
import sqlite3
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Set
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from graphql_blog.cache import EVERYTHING, Memory, Shared
from graphql_blog.db import changes
from graphql_blog.pubsub import SEND, Channel, Connect

log = structlog.get_logger("graphql_blog.invalidation")

CHANNEL = "graphql_blog_changes"
VERSION = "graphql_blog.version"
PATIENCE_SECONDS = 2.0
"""How long a write waits for other processes to forget what it changed."""
REOPENED_SECONDS = 0.5

Told = Callable[[frozenset[str]], None]


class Invalidation(ABC):
    """Notes what this process changes, and forgets what anybody did."""

    def __init__(self, writer: AsyncEngine) -> None:
        self.memory: Memory | None = None
        self.shared: Shared | None = None
        self.told: list[Told] = []
        """Called with the tags of each commit of this process, once."""
        changes.watch(writer.sync_engine)
        event.listen(writer.sync_engine, "commit", self._committing)

    async def committed(self, connection: AsyncConnection) -> None:
        """To be called when a transaction has committed; what it changed is then in no answer."""
        assert connection.sync_connection is not None
        if tags := changes.taken(connection.sync_connection):
            await self._forget_own(connection, tags)
            for tell in self.told:
                tell(tags)

    @abstractmethod
    def listening(self) -> AbstractAsyncContextManager[None]:
        """Learns what others change, for as long as the block runs."""

    @abstractmethod
    def is_watching(self) -> bool:
        """Whether it would be told of changes: else nothing may be kept."""

    @abstractmethod
    def is_unchanged(self) -> bool:
        """Whether all that is kept is as it was a moment ago. What is not is forgotten already."""

    @abstractmethod
    def _committing(self, connection: Connection) -> None:
        """Called within each transaction, right before it commits."""

    @abstractmethod
    async def _forget_own(self, connection: AsyncConnection, tags: frozenset[str]) -> None: ...

    async def _forget(self, tags: Set[str]) -> None:
        if self.memory is None:
            return
        self.memory.drop(tags)
        if self.shared is not None:
            await self.shared.drop(tags)
            # Meanwhile an old answer may have come over from there.
            self.memory.drop(tags)

    def _forget_all(self) -> None:
        """Without waiting: what Redis has is not used before it has forgotten, too."""
        if self.memory is not None:
            self.memory.clear()
        if self.shared is not None:
            self.shared.doubt()


class SqliteInvalidation(Invalidation):
    """By `PRAGMA data_version`, on a connection that is there for nothing else.

    One look is enough for a turn of the loop: whatever a turn deals with has arrived before it.
    """

    def __init__(self, writer: AsyncEngine) -> None:
        super().__init__(writer)
        self._path = writer.url.database or ""
        self._own: sqlite3.Connection | None = None
        self._cursor: sqlite3.Cursor | None = None
        self._tried_at = 0.0
        self._known = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._has_looked = False

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        self._loop = asyncio.get_running_loop()
        try:
            yield
        finally:
            self._close()

    def is_watching(self) -> bool:
        return self._cursor is not None or self._opened()

    def is_unchanged(self) -> bool:
        if self._has_looked:
            return True
        return self._look()

    def _look(self) -> bool:
        version = self._version()
        if version and self._loop is not None:
            self._has_looked = True
            self._loop.call_soon(self._look_again)
        if version == self._known:
            return version != 0
        self._known = version
        self._forget_all()
        return False

    def _look_again(self) -> None:
        self._has_looked = False

    def _committing(self, connection: Connection) -> None:
        """Nobody else can commit now, so what the counter says is what others did so far."""
        if self.memory is not None and changes.noted(connection):
            self._look()
            connection.info[VERSION] = _version_of(connection)

    async def _forget_own(self, connection: AsyncConnection, tags: frozenset[str]) -> None:
        """The counter of the connection that wrote moves for others alone: as long as it stays,
        what the counter here tells is this commit.
        """
        if self.memory is None:
            return
        assert connection.sync_connection is not None
        before = connection.sync_connection.info.pop(VERSION, None)
        version = self._version()
        if version != self._known:
            if await connection.run_sync(_version_of) != before:
                self._forget_all()
            self._known = version
        await self._forget(tags)

    def _version(self) -> int:
        """0 when it cannot be known."""
        if self._cursor is None:
            return 0
        try:
            version: int = self._cursor.execute("PRAGMA data_version").fetchone()[0]
        except sqlite3.Error as error:
            log.warning("SQLite cannot be watched", error=str(error))
            self._close()
            return 0
        return version

    def _opened(self) -> bool:
        if time.monotonic() < self._tried_at + REOPENED_SECONDS:
            return False
        self._tried_at = time.monotonic()
        # Makes no file where none is, and waits for no lock.
        place = f"{Path(self._path).absolute().as_uri()}?mode=rw"
        with suppress(sqlite3.Error):
            self._own = sqlite3.connect(place, uri=True, timeout=0, check_same_thread=False)
            self._cursor = self._own.cursor()
            self._look()
        return self._cursor is not None

    def _close(self) -> None:
        if self._own is not None:
            self._own.close()
        self._own = self._cursor = None
        # Another connection counts anew.
        self._known, self._has_looked = 0, False
        self._forget_all()


class PostgresqlInvalidation(Invalidation):
    """By messages, which are part of the transactions."""

    def __init__(self, writer: AsyncEngine, connect: Connect) -> None:
        super().__init__(writer)
        self._channel = Channel(CHANNEL, connect, self._others_changed)
        self._sent: WeakKeyDictionary[Connection, int] = WeakKeyDictionary()
        event.listen(writer.sync_engine, "rollback", self._rolled_back)

    def listening(self) -> AbstractAsyncContextManager[None]:
        return self._channel.listening(self._forget_all)

    def is_watching(self) -> bool:
        return self._channel.is_listening

    def is_unchanged(self) -> bool:
        return self._channel.is_listening

    def _committing(self, connection: Connection) -> None:
        if tags := changes.noted(connection):
            payload, self._sent[connection] = self._message(tags)
            _directly(connection, SEND, (CHANNEL, payload))

    def _rolled_back(self, connection: Connection) -> None:
        if number := self._sent.pop(connection, None):
            self._channel.forget(number)

    def _message(self, tags: Set[str]) -> tuple[str, int]:
        """With fewer words, when all of them would be too many."""
        for wording in (tags, {tag.partition(":")[0] for tag in tags}):
            with suppress(ValueError):
                return self._channel.message(" ".join(sorted(wording)))
        return self._channel.message(EVERYTHING)

    async def _forget_own(self, connection: AsyncConnection, tags: frozenset[str]) -> None:
        assert connection.sync_connection is not None
        number = self._sent.pop(connection.sync_connection, None)
        await self._forget(tags)
        if number is not None:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            if not await self._channel.heard_by_all(number, driver, PATIENCE_SECONDS):
                log.warning("A process does not forget what changed", seconds=PATIENCE_SECONDS)

    async def _others_changed(self, messages: Iterable[str]) -> None:
        await self._forget({tag for message in messages for tag in message.split(" ")})


def _version_of(connection: Connection) -> int:
    (version,) = _directly(connection, "PRAGMA data_version", ())
    return int(version)


def _directly(connection: Connection, sql: str, parameters: tuple[Any, ...]) -> Any:
    """Past SQLAlchemy, which would begin a transaction for it, and count it among the statements of
    whoever looks at those.
    """
    cursor = connection.connection.cursor()
    try:
        cursor.execute(sql, parameters)
        return cursor.fetchone()
    finally:
        cursor.close()
