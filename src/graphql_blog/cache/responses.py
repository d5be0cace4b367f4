"""Memory in front, Redis behind it, and one execution for all who ask the same at once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from graphql_blog.cache.entries import Entry, Fill
from graphql_blog.cache.memory import Memory
from graphql_blog.cache.shared import Key, Shared

Answer = TypeVar("Answer")
Answer_co = TypeVar("Answer_co", covariant=True)


class Watch(Protocol):
    """Knows what others change, and forgets it here."""

    def is_unchanged(self) -> bool:
        """Whether all that is kept is as it was a moment ago. What is not is forgotten already."""

    def is_watching(self) -> bool:
        """Whether it would be told of changes: else nothing may be kept."""


class Outcome(StrEnum):
    """What became of a request at the cache: the value of `X-Cache`."""

    HIT = "HIT"
    MISS = "MISS"
    BYPASS = "BYPASS"


@dataclass(frozen=True, slots=True)
class Made(Generic[Answer_co]):
    """What executing gave: the answer, and what of it others may get; None where nobody may."""

    answer: Answer_co
    entry: Entry | None


@dataclass(eq=False, slots=True)
class _Flight:
    """One execution that several wait for."""

    fill: Fill
    landed: asyncio.Event = field(default_factory=asyncio.Event)
    entry: Entry | None = None
    is_broken: bool = False
    """Whoever executed left before there was an answer."""


class Responses:
    """The answers that are kept."""

    def __init__(
        self,
        memory: Memory,
        watch: Watch,
        shared: Shared | None = None,
        *,
        seconds: float = 600,
    ) -> None:
        self.memory = memory
        self.seconds = seconds
        """How long an answer is kept when nothing changes."""
        self._watch = watch
        self._shared = shared
        self._flights: dict[Key, _Flight] = {}

    def get(self, key: Hashable) -> Entry | None:
        """What this process keeps under the key. Costs some microseconds, and never waits."""
        entry = self.memory.get(key)
        if entry is None or self._watch.is_unchanged():
            return entry
        return None

    async def through(
        self, key: Key, make: Callable[[], Awaitable[Made[Answer]]], *, is_shared: bool = True
    ) -> tuple[Answer | Entry, Outcome]:
        """What is kept, or what `make` makes, which is called once for all who wait for it."""
        shared = self._shared if is_shared else None
        while self._watch.is_watching():
            # Looked at before the flights: a change that nobody told of spoils them.
            unchanged = self._watch.is_unchanged()
            if unchanged and (entry := self.memory.get(key)):
                return entry, Outcome.HIT
            flight = self._flights.get(key)
            if flight is None or not flight.fill.is_untouched:
                return await self._lead(key, make, shared)
            await flight.landed.wait()
            if flight.entry is not None:
                if flight.entry.expires_at > self.memory.clock():
                    return flight.entry, Outcome.HIT
            elif not flight.is_broken:
                # What the other got is for nobody else, and so it may be for all who wait.
                return (await make()).answer, Outcome.MISS
        return (await make()).answer, Outcome.BYPASS

    async def _lead(
        self, key: Key, make: Callable[[], Awaitable[Made[Answer]]], shared: Shared | None
    ) -> tuple[Answer | Entry, Outcome]:
        flight = self._flights[key] = _Flight(self.memory.begin())
        stamp = None
        try:
            if shared is not None:
                flight.entry, stamp = await shared.get(key, self.memory.clock)
            if flight.entry is not None:
                self._keep(key, flight)
                return flight.entry, Outcome.HIT
            made = await make()
            flight.entry = made.entry
            self._keep(key, flight)
            self._land(key, flight)
            if shared is not None and made.entry is not None and stamp is not None:
                await shared.put(key, made.entry, stamp, self.memory.clock)
            return made.answer, Outcome.MISS
        except asyncio.CancelledError:
            flight.is_broken = True
            raise
        finally:
            self._land(key, flight)

    def _keep(self, key: Key, flight: _Flight) -> None:
        # Asked for what it finds out on the way: a change that nobody told of spoils the fill.
        if flight.entry is not None and self._watch.is_watching():
            self._watch.is_unchanged()
            self.memory.put(key, flight.entry, flight.fill)

    def _land(self, key: Key, flight: _Flight) -> None:
        self.memory.end(flight.fill)
        if self._flights.get(key) is flight:
            del self._flights[key]
        flight.landed.set()
