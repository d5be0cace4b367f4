"""A few connections to PostgreSQL, each lent to one statement at a time.

asyncpg's own pool asks each connection for its state, wraps it, and starts a task to take it back:
more than a short statement costs. Connections that only read single statements need none of that.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

FAREWELL_SECONDS = 5

Connect = Callable[[], Awaitable[asyncpg.Connection]]
Waiter = asyncio.Future[asyncpg.Connection | None]
"""Gets a connection, or None: the place of one that is gone, for a new one."""


class Connections:
    """Opens so many connections at most, each when it is needed and none is idle."""

    def __init__(self, connect: Connect, *, most: int) -> None:
        self._connect = connect
        self._most = most
        self._places = 0
        """How many are taken: by connections that are open, being opened or being closed."""
        self._idle: list[asyncpg.Connection] = []
        self._all: set[asyncpg.Connection] = set()
        self._waiting: deque[Waiter] = deque()
        self._background: set[asyncio.Task[Any]] = set()
        self._closed = False

    async def take(self, patience_seconds: float) -> asyncpg.Connection:
        """An idle connection, or a new one. Raises `TimeoutError` when all stay busy that long,
        and `asyncpg.InterfaceError` once this is closed.
        """
        if self._closed:
            raise _closed()
        if self._idle:
            return self._idle.pop()  # the latest used: its caches are warm
        if self._places < self._most:
            self._places += 1
            return await self._opened()
        return await self._handed_over(patience_seconds) or await self._opened()

    def take_idle(self) -> asyncpg.Connection | None:
        """An idle connection, if there is one: no need to wait, nor to be asked twice."""
        return self._idle.pop() if self._idle else None

    def give_back(self, connection: asyncpg.Connection) -> None:
        """Takes back a connection whose statement has ended."""
        if self._closed:
            connection.terminate()
        if connection.is_closed():
            self._forget(connection)
        elif not self._hand_over(connection):
            self._idle.append(connection)

    def dismiss(self, connection: asyncpg.Connection) -> None:
        """Closes a connection, after what is still running on it was cancelled."""
        farewell = asyncio.create_task(self._farewell(connection))
        self._background.add(farewell)
        farewell.add_done_callback(self._background.discard)

    def dismiss_idle(self) -> None:
        """Closes those that nobody uses: they are likely as broken as the one that was found so."""
        idle, self._idle = self._idle, []
        for connection in idle:
            self.dismiss(connection)

    async def close(self) -> None:
        """Closes those that are idle, breaks off the others, and gives out no more."""
        self._closed = True
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_exception(_closed())
        self.dismiss_idle()
        while self._background:
            await asyncio.wait(self._background)
        for connection in self._all:
            connection.terminate()

    async def _opened(self) -> asyncpg.Connection:
        """A new connection, in a place that is taken already. Whoever waits for it may leave: it
        is opened all the same, for others.
        """
        opening = asyncio.create_task(self._open())
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            self._background.add(opening)
            opening.add_done_callback(self._arrived_for_nobody)
            raise

    def _arrived_for_nobody(self, opening: "asyncio.Task[asyncpg.Connection]") -> None:
        self._background.discard(opening)
        if not opening.cancelled() and not opening.exception():
            self.give_back(opening.result())

    async def _open(self) -> asyncpg.Connection:
        try:
            connection = await self._connect()
        except BaseException:
            self._leave_place()
            raise
        self._all.add(connection)
        if self._closed:
            connection.terminate()
        return connection

    async def _handed_over(self, patience_seconds: float) -> asyncpg.Connection | None:
        """What somebody gives back; None stands for a place, which is then taken."""
        loop = asyncio.get_running_loop()
        waiter: Waiter = loop.create_future()
        self._waiting.append(waiter)
        # A fifth of what `asyncio.timeout` costs, and this is where a busy server spends its time.
        timer = loop.call_later(patience_seconds, _give_up, waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled() and not waiter.exception():
                # It came at the very moment: somebody else is waiting for it.
                given = waiter.result()
                self._leave_place() if given is None else self.give_back(given)
            raise
        finally:
            timer.cancel()

    def _hand_over(self, connection: asyncpg.Connection | None) -> bool:
        """Gives the connection, or the place of one, to whoever has waited longest."""
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return True
        return False

    def _leave_place(self) -> None:
        if not self._hand_over(None):
            self._places -= 1

    def _forget(self, connection: asyncpg.Connection) -> None:
        if connection in self._all:
            self._all.discard(connection)
            self._leave_place()

    async def _farewell(self, connection: asyncpg.Connection) -> None:
        try:
            await connection.close(timeout=FAREWELL_SECONDS)
        except (Exception, asyncio.CancelledError):
            # It does not end when it is asked to: it is cut off.
            connection.terminate()
        finally:
            self._forget(connection)


def _closed() -> asyncpg.InterfaceError:
    return asyncpg.InterfaceError("The connections are closed.")


def _give_up(waiter: Waiter) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError())
