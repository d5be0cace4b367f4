"""Messages between the processes of one blog, over PostgreSQL's LISTEN and NOTIFY.

Whoever sends does so in the transaction that the message is about: it arrives when that commits,
and never without it. Each process that listens says so with a lock, which the database takes away
when the process is gone; so a sender knows whose acknowledgements there are to wait for.

    Channel.listening()      one connection for as long as the block runs, opened anew when lost
    Channel.message()        what to send with `SEND` in a transaction
    Channel.heard_by_all()   once that is committed: waits until every process has dealt with it
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from itertools import count
from typing import Any, NamedTuple

import asyncpg
import structlog

log = structlog.get_logger("graphql_blog.pubsub")

LOCK = 1_735_289_203
"""The first half of the advisory lock that those who listen hold; any number nobody else takes."""
MAX_BYTES = 7_900
"""PostgreSQL carries no longer message than 8,000 bytes."""
AGAIN_SECONDS = 0.5
PULSE_SECONDS = 5.0
"""How often a connection is tried that nothing comes from: it may be dead and not know it."""
SEND = "SELECT pg_notify($1, $2)"
LISTENING = """
SELECT pid FROM pg_locks
WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND objsubid = 2 AND granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
ANSWERED = "SELECT pg_notify(place, text) FROM unnest($1::text[], $2::text[]) AS t(place, text)"

Connect = Callable[[], Awaitable[asyncpg.Connection]]
Receive = Callable[[list[str]], Awaitable[None]]


class Letter(NamedTuple):
    """A message, and where its sender wants to be told that it has arrived."""

    number: int
    sender: int
    """The process that listens for answers, by the number of its connection; 0 for nobody."""
    text: str


class Channel:
    """One channel. `receive` deals with messages as they come, some at a time."""

    def __init__(self, name: str, connect: Connect, receive: Receive) -> None:
        self.name = name
        # Whoever listens to another channel holds another lock.
        self._lock = LOCK, sum(name.encode())
        self._connect = connect
        self._receive = receive
        self._own: asyncpg.Connection | None = None
        self._own_pid = 0
        self._arrived: asyncio.Queue[Letter | None] = asyncio.Queue()
        self._numbers = count(1)
        self._heard: dict[int, set[int]] = {}
        self._something_heard = asyncio.Event()

    @property
    def is_listening(self) -> bool:
        """Whether every message would arrive here."""
        return self._own is not None

    def message(self, text: str) -> tuple[str, int]:
        """The text as it is sent, and the number to ask for it by. Raises `ValueError` when it is
        longer than PostgreSQL carries.
        """
        number = next(self._numbers)
        payload = f"{number} {self._own_pid} {text}"
        if len(payload.encode()) > MAX_BYTES:
            raise ValueError(f"A message may have some {MAX_BYTES} bytes.")
        if self._own_pid:
            self._heard[number] = set()
        return payload, number

    async def heard_by_all(
        self, number: int, connection: asyncpg.Connection, patience_seconds: float
    ) -> bool:
        """Waits until all who listen have dealt with the message of that number, if they do in
        time. `connection` is one to the same database.
        """
        if number not in self._heard:
            return True
        try:
            async with asyncio.timeout(patience_seconds):
                rows = await connection.fetch(LISTENING, *self._lock)
                wanted = {row["pid"] for row in rows} - {self._own_pid}
                while not wanted <= self._heard[number]:
                    self._something_heard.clear()
                    await self._something_heard.wait()
        except TimeoutError:
            return False
        finally:
            self._heard.pop(number, None)
        return True

    def forget(self, number: int) -> None:
        """The message was never sent: its transaction did not commit."""
        self._heard.pop(number, None)

    # ------------------------------------------------------------ listening

    @asynccontextmanager
    async def listening(self, began: Callable[[], None]) -> AsyncIterator[None]:
        """Listens while the block runs; `began` is called each time it begins to, before it is
        known: until then messages may have been missed.
        """
        task = asyncio.create_task(self._stay(began))
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _stay(self, began: Callable[[], None]) -> None:
        is_away = False
        while True:
            try:
                await self._listen(began)
                is_away = False
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                if not is_away:
                    why = f"{type(error).__name__}: {error}"
                    log.warning("Not listening to the database", channel=self.name, error=why)
                is_away = True
            await asyncio.sleep(AGAIN_SECONDS if is_away else 0)

    async def _listen(self, began: Callable[[], None]) -> None:
        """Returns when the connection is lost."""
        connection = await self._connect()
        try:
            pid = connection.get_server_pid()
            self._arrived = asyncio.Queue()
            connection.add_termination_listener(self._lost)
            await connection.add_listener(self.name, self._letter)
            await connection.add_listener(self._answers_to(pid), self._answer)
            await connection.execute("SELECT pg_advisory_lock_shared($1, $2)", *self._lock)
            began()
            self._own, self._own_pid = connection, pid
            log.debug("Listening to the database", channel=self.name)
            while not connection.is_closed():
                await self._deal(connection)
        finally:
            self._own, self._own_pid = None, 0
            connection.terminate()

    async def _deal(self, connection: asyncpg.Connection) -> None:
        """With all that has arrived, at once."""
        letters: list[Letter] = []
        try:
            async with asyncio.timeout(PULSE_SECONDS):
                letters += [letter for letter in [await self._arrived.get()] if letter]
        except TimeoutError:
            await connection.fetchval("SELECT 1", timeout=PULSE_SECONDS)
        while not self._arrived.empty():
            letters += [letter for letter in [self._arrived.get_nowait()] if letter]
        if not letters:
            return
        await self._receive([letter.text for letter in letters])
        answers = [
            (self._answers_to(letter.sender), f"{letter.number} {self._own_pid}")
            for letter in letters
            if letter.sender not in {0, self._own_pid}
        ]
        if answers:
            places, texts = zip(*answers, strict=True)
            await connection.execute(ANSWERED, list(places), list(texts))

    def _answers_to(self, pid: int) -> str:
        return f"{self.name}_{pid}"

    def _letter(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        number, sender, text = str(payload).split(" ", 2)
        self._arrived.put_nowait(Letter(int(number), int(sender), text))

    def _answer(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        number, pid = map(int, str(payload).split(" "))
        if number in self._heard:
            self._heard[number].add(pid)
            self._something_heard.set()

    def _lost(self, connection: Any) -> None:
        if connection is self._own:
            self._own = None
        self._arrived.put_nowait(None)
