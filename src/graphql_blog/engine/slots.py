"""Slots for reading: so many reads at once, and the others one after the other."""

import asyncio
from collections import deque


class Slots:
    """An `asyncio.Semaphore`, but for the time that it takes where nobody has to wait.

    if not slots.take():
        await slots.wait()
    try: ...
    finally: slots.give_back()
    """

    __slots__ = ("_free", "_waiting")

    def __init__(self, slots: int) -> None:
        self._free = slots
        self._waiting: deque[asyncio.Future[None]] | None = None

    def take(self) -> bool:
        """Whether there was one to be had at once."""
        if not self._free:
            return False
        self._free -= 1
        return True

    async def wait(self) -> None:
        """Returns with a slot. Those who came first are first."""
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._waiting is None:
            self._waiting = deque()
        self._waiting.append(given)
        try:
            await given
        except asyncio.CancelledError:
            if given.done() and not given.cancelled():
                self.give_back()
            raise

    def give_back(self) -> None:
        while self._waiting:
            given = self._waiting.popleft()
            if not given.done():
                given.set_result(None)
                return
        self._free += 1
