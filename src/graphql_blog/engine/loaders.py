"""aiodataloader's DataLoader, safe to share between fields, and the registry of one request."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Any

from aiodataloader import DataLoader


class BatchLoader(DataLoader[Any, Any]):
    """Fetches many keys at once.

    graphql-core cancels sibling tasks when a non-null field fails. A cancelled task cancels the
    future it waits for, which other objects share; the shield keeps it whole for them.
    """

    def load(self, key: Any) -> "asyncio.Future[Any]":
        return asyncio.shield(super().load(key))


class Loaders:
    """The loaders of one request, each made when first asked for. Never shared between requests."""

    def __init__(self) -> None:
        self._made: dict[Hashable, BatchLoader] = {}

    def of(
        self, name: Hashable, batch: Callable[[list[Any]], Awaitable[Sequence[Any]]]
    ) -> BatchLoader:
        """The loader of that name; `batch` answers a list of keys with as many values."""
        if name not in self._made:

            async def load(keys: list[Any]) -> list[Any]:
                return list(await batch(keys))

            self._made[name] = BatchLoader(load)
        return self._made[name]

    def clear(self) -> None:
        """Forgets everything read so far: what follows a write must be read anew."""
        self._made.clear()
