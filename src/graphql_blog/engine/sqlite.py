"""Reads from SQLite: short statements in the loop's own thread, long ones in others."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from time import perf_counter
from typing import Any

from sqlalchemy.engine import URL

from graphql_blog.engine.readers import DatabaseAway, Reader

LONG_SECONDS = 0.010
"""What runs longer in the loop's thread is interrupted, and run again in another."""
REMEMBERED_SECONDS = 60
"""How long a statement is sent to another thread at once, when that happened twice."""
REMEMBERED = 1000
THREADS = 4
KEPT_STATEMENTS = 500
STEPS_TO_CLOCK = 1000
"""So many steps of SQLite's machine take some 20 µs."""
STEPS_IN_THREAD = 100_000
"""In another thread each look costs a wait for the interpreter."""

Prepare = Callable[[sqlite3.Connection], None]
Answer = list[tuple[Any, ...]]


@dataclass(eq=False)
class Job:
    """A statement in another thread, which stops soon after it is given up."""

    sql: str
    arguments: Sequence[Any]
    given_up: bool = False

    def is_given_up(self) -> bool:
        return self.given_up


class SqliteReader(Reader):
    """One connection for the loop's thread, one for each other; `prepare` sets each of them up."""

    def __init__(self, url: URL, prepare: Prepare) -> None:
        super().__init__(url)
        self._prepare = prepare
        self._own: sqlite3.Connection | None = None
        self._opening = asyncio.Lock()
        self._ends_at = 0.0
        self._turn: asyncio.Future[None] | None = None
        self._turn_ends_at = 0.0
        self._interrupted: dict[str, deque[float]] = {}
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite-reader")
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._jobs: set[Job] = set()

    async def close(self) -> None:
        for job in self._jobs:
            job.given_up = True
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        while not self._idle.empty():
            self._idle.get_nowait().close()
        if self._own is not None:
            self._own.close()

    async def _answer(self, sql: str, arguments: Sequence[Any]) -> Answer:
        if not (self._interrupted and self._is_long(sql)):
            own = self._own or await self._opened()
            if self._turn is None or perf_counter() > self._turn_ends_at:
                await self._own_turn()
            self._ends_at = perf_counter() + LONG_SECONDS
            try:
                return _all(own, sql, arguments)
            except sqlite3.OperationalError as error:
                if _is(error, sqlite3.SQLITE_INTERRUPT):
                    self._remember(sql)
                elif not _is(error, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
        return await self._answer_in_thread(Job(sql, arguments))

    async def _own_turn(self) -> None:
        """Waits for the next turn of the loop when this one has had its share of reading: many
        short statements hold up the others as much as a long one does.
        """
        while self._turn is not None and perf_counter() > self._turn_ends_at:
            await asyncio.shield(self._turn)
        if self._turn is None:
            loop = asyncio.get_running_loop()
            self._turn = loop.create_future()
            self._turn_ends_at = perf_counter() + LONG_SECONDS
            loop.call_soon(self._end_turn)

    def _end_turn(self) -> None:
        if self._turn is not None:
            self._turn.set_result(None)
        self._turn = None

    def _is_long(self, sql: str) -> bool:
        """Whether it was interrupted twice; once may be the doing of a busy machine."""
        times = self._interrupted.get(sql, ())
        return len(times) == 2 and min(times) > perf_counter() - REMEMBERED_SECONDS

    def _remember(self, sql: str) -> None:
        if len(self._interrupted) >= REMEMBERED:
            self._interrupted.clear()
        self._interrupted.setdefault(sql, deque(maxlen=2)).append(perf_counter())

    async def _answer_in_thread(self, job: Job) -> Answer:
        self._jobs.add(job)
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, job)
        except asyncio.CancelledError:
            job.given_up = True
            raise
        finally:
            self._jobs.discard(job)

    def _run(self, job: Job) -> Answer:
        connection = self._borrowed()
        connection.set_progress_handler(job.is_given_up, STEPS_IN_THREAD)
        try:
            return _all(connection, job.sql, job.arguments)
        finally:
            self._idle.put(connection)

    def _borrowed(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._connected()

    async def _opened(self) -> sqlite3.Connection:
        async with self._opening:
            if self._own is None:
                loop = asyncio.get_running_loop()
                own = await loop.run_in_executor(self._threads, self._connected)
                # The loop waits for no lock: where one is in the way, another thread does.
                own.execute("PRAGMA busy_timeout = 0")
                own.set_progress_handler(self._takes_long, STEPS_TO_CLOCK)
                self._own = own
        return self._own

    def _takes_long(self) -> bool:
        return perf_counter() > self._ends_at

    def _connected(self) -> sqlite3.Connection:
        (place,), options = self.dialect.create_connect_args(self.url)
        own: dict[str, Any] = {"check_same_thread": False, "cached_statements": KEPT_STATEMENTS}
        try:
            connection: sqlite3.Connection = sqlite3.connect(place, **{**options, **own})
            try:
                self._prepare(connection)
            except sqlite3.Error:
                connection.close()
                raise
        except sqlite3.Error as error:
            raise DatabaseAway from error
        return connection


def _all(connection: sqlite3.Connection, sql: str, arguments: Sequence[Any]) -> Answer:
    cursor = connection.execute(sql, arguments)
    try:
        return cursor.fetchall()
    finally:
        # Left open it would hold back the writer's log.
        cursor.close()


def _is(error: sqlite3.Error, *codes: int) -> bool:
    # The lower byte is the kind; the rest says more of it.
    return error.sqlite_errorcode & 0xFF in codes
