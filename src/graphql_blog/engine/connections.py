"""A few connections to PostgreSQL, each lent to one statement at a time.

asyncpg's own pool asks each connection for its state, wraps it, and starts a task to take it back:
more than a short statement costs. Connections that only read single statements need none of that.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg

FAREWELL_SECONDS = 5

Connect = Callable[[], Awaitable[asyncpg.Connection]]


class Connections:
    """Opens so many connections at most, each when it is needed and none is idle."""

    def __init__(self, connect: Connect, *, most: int) -> None:
        self._connect = connect
        self._most = most
        self._open = 0
        self._idle: list[asyncpg.Connection] = []
        self._all: set[asyncpg.Connection] = set()
        self._waiting: deque[asyncio.Future[asyncpg.Connection | None]] = deque()
        self._farewells: set[asyncio.Task[None]] = set()

    async def take(self, patience_seconds: float) -> asyncpg.Connection:
        """An idle connection, or a new one. Raises `TimeoutError` when all stay busy that long."""
        while True:
            if self._idle:
                return self._idle.pop()  # the latest used: its caches are warm
            if self._open < self._most:
                return await self._opened()
            if connection := await self._handed_over(patience_seconds):
                return connection

    def take_idle(self) -> asyncpg.Connection | None:
        """An idle connection, if there is one: no need to wait, nor to be asked twice."""
        return self._idle.pop() if self._idle else None

    def give_back(self, connection: asyncpg.Connection) -> None:
        """Takes back a connection whose statement has ended."""
        if connection.is_closed():
            self._forget(connection)
        elif not self._wake(connection):
            self._idle.append(connection)

    def dismiss(self, connection: asyncpg.Connection) -> None:
        """Closes a connection, after what is still running on it was cancelled."""
        farewell = asyncio.create_task(self._farewell(connection))
        self._farewells.add(farewell)
        farewell.add_done_callback(self._farewells.discard)

    def dismiss_idle(self) -> None:
        """Closes those that nobody uses: they are likely as broken as the one that was found so."""
        idle, self._idle = self._idle, []
        for connection in idle:
            self.dismiss(connection)

    async def close(self) -> None:
        """Closes those that are idle, and breaks off the others."""
        self.dismiss_idle()
        while self._farewells:
            await asyncio.wait(self._farewells)
        for connection in self._all:
            connection.terminate()

    async def _opened(self) -> asyncpg.Connection:
        self._open += 1
        try:
            connection = await self._connect()
        except BaseException:
            self._open -= 1
            self._wake(None)
            raise
        self._all.add(connection)
        return connection

    async def _handed_over(self, patience_seconds: float) -> asyncpg.Connection | None:
        """What somebody gives back; none when there is room for a new one instead."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[asyncpg.Connection | None] = loop.create_future()
        self._waiting.append(waiter)
        # A fifth of what `asyncio.timeout` costs, and this is where a busy server spends its time.
        timer = loop.call_later(patience_seconds, _give_up, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                # It came at the very moment: somebody else is waiting for it.
                given = waiter.result()
                self._wake(None) if given is None else self.give_back(given)
            raise
        finally:
            timer.cancel()

    def _wake(self, connection: asyncpg.Connection | None) -> bool:
        """Gives the connection, or the room for one, to whoever has waited longest."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return True
        return False

    async def _farewell(self, connection: asyncpg.Connection) -> None:
        # One that does not end when it is asked to is cut off, which `close` does itself.
        with suppress(TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            await connection.close(timeout=FAREWELL_SECONDS)
        self._forget(connection)

    def _forget(self, connection: asyncpg.Connection) -> None:
        self._all.discard(connection)
        self._open -= 1
        self._wake(None)


def _give_up(waiter: "asyncio.Future[asyncpg.Connection | None]") -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())
