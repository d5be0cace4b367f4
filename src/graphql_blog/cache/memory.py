"""Answers kept in this process: as many as there is room for, found by key, forgotten by tag."""

import time
from collections.abc import Callable, Hashable, Iterable
from enum import StrEnum
from typing import Any

from cachetools import Cache, FIFOCache, LFUCache, LRUCache

from graphql_blog.cache.entries import EVERYTHING, Entry, Fill, with_kinds


class Policy(StrEnum):
    """Which entry has to go when there is no room for another."""

    LRU = "lru"
    """The one not asked for for longest."""
    LFU = "lfu"
    """The one least often asked for."""
    FIFO = "fifo"
    """The one kept for longest."""


POLICIES: dict[Policy, type[Cache[Hashable, Entry]]] = {
    Policy.LRU: LRUCache,
    Policy.LFU: LFUCache,
    Policy.FIFO: FIFOCache,
}


class Memory:
    """Never waits for anything: whoever has the loop may ask."""

    def __init__(
        self,
        *,
        max_bytes: int,
        max_entries: int,
        policy: Policy = Policy.LRU,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clock = clock
        self._max_entries = max_entries
        self._by_tag: dict[str, set[Hashable]] = {}
        self._fills: set[Fill] = set()
        self._kept: Any = _telling(POLICIES[policy], self._forget)(max_bytes, _size)

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def bytes(self) -> int:
        """How much is kept, about."""
        size: int = self._kept.currsize
        return size

    def get(self, key: Hashable) -> Entry | None:
        kept = self._kept
        # Not `.get`, which looks twice.
        try:
            entry: Entry = kept[key]
        except KeyError:
            return None
        if entry.expires_at > self.clock():
            return entry
        del kept[key]
        return None

    # ------------------------------------------------------------ filling

    def begin(self) -> Fill:
        """To be called before anything is read that an entry is to be made of; `end` it."""
        fill = Fill()
        self._fills.add(fill)
        return fill

    def end(self, fill: Fill) -> None:
        self._fills.discard(fill)

    def put(self, key: Hashable, entry: Entry, fill: Fill) -> bool:
        """Keeps the entry, unless it may be out of date already, or is too large."""
        kept = self._kept
        if fill.spoils(entry.tags) or entry.expires_at <= self.clock():
            return False
        if not self._max_entries or _size(entry) > kept.maxsize:
            return False
        kept.pop(key, None)
        while len(kept) >= self._max_entries:
            kept.popitem()
        kept[key] = entry
        for name in with_kinds(entry.tags):
            self._by_tag.setdefault(name, set()).add(key)
        return True

    # ------------------------------------------------------------ forgetting

    def drop(self, tags: Iterable[str]) -> None:
        """Forgets what is made of any of these, kept or on its way."""
        names = frozenset(tags)
        if EVERYTHING in names:
            self.clear()
            return
        for fill in self._fills:
            fill.changed |= names
        for name in names:
            for key in tuple(self._by_tag.get(name, ())):
                del self._kept[key]

    def clear(self) -> None:
        for fill in self._fills:
            fill.is_void = True
        self._kept.clear()
        self._by_tag.clear()

    def _forget(self, key: Hashable, entry: Entry) -> None:
        for name in with_kinds(entry.tags):
            keys = self._by_tag[name]
            keys.discard(key)
            if not keys:
                del self._by_tag[name]


def _size(entry: Entry) -> int:
    return entry.size


def _telling(
    policy: type[Cache[Hashable, Entry]], gone: Callable[[Hashable, Entry], None]
) -> type[Cache[Hashable, Entry]]:
    """A cache that says which of its entries go, for whatever reason but `clear`."""

    class Telling(policy):  # type: ignore[valid-type,misc]
        def __delitem__(self, key: Hashable) -> None:
            entry: Entry = Cache.__getitem__(self, key)
            super().__delitem__(key)
            gone(key, entry)

    return Telling
