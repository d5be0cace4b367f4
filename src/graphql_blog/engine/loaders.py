"""aiodataloader's DataLoader, safe to share between fields, and the registry of one request."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from typing import Any

from aiodataloader import DataLoader


class BatchLoader(DataLoader[Any, Any]):
    """Fetches many keys at once, each of them once.

    Resolvers ask for one key with `load`, the engine for those of a whole level with `load_column`,
    which needs one future in place of one for each key. Both see what the other has fetched.
    """

    def __init__(self, batch: Callable[[list[Any]], Awaitable[Sequence[Any]]]) -> None:
        self._batch = batch
        self._loaded: dict[Any, Any] = {}
        self._running: set[asyncio.Task[Any]] = set()
        super().__init__()

    def load(self, key: Any) -> "asyncio.Future[Any]":
        """The value for one key, fetched together with all keys asked for in this turn.

        graphql-core cancels sibling tasks when a non-null field fails. A cancelled task cancels the
        future it waits for, which other objects share; the shield keeps it whole for them.
        """
        if key in self._loaded:
            self.prime(key, self._loaded[key])
        return asyncio.shield(super().load(key))

    def cancel(self) -> None:
        """Ends what is on its way: it is shared, so cancelling one who waits does not."""
        for task in self._running:
            task.cancel()

    async def load_column(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """The value for each key; an exception where there is none."""
        loaded, wanted = self._loaded, dict.fromkeys(keys)
        if self._cache:
            on_its_way = [key for key in wanted if key in self._cache and key not in loaded]
            await asyncio.gather(*map(self.load, on_its_way), return_exceptions=True)
        missing = [key for key in wanted if key not in loaded]
        failed = await self._fetch(missing) if missing else {}
        return {**loaded, **failed} if failed else loaded

    async def _fetch(self, keys: list[Any]) -> dict[Any, Exception]:
        """Loads the keys; gives back those that failed."""
        try:
            values = await self._answers(keys)
        except Exception as error:
            return dict.fromkeys(keys, error)
        if not any(issubclass(class_, Exception) for class_ in set(map(type, values))):
            return {}
        pairs = zip(keys, values, strict=True)
        return {key: value for key, value in pairs if isinstance(value, Exception)}

    async def batch_load_fn(self, keys: list[Any]) -> list[Any]:
        """What aiodataloader calls, in a task of its own."""
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            return await self._answers(keys)
        finally:
            self._running.discard(task)

    async def _answers(self, keys: list[Any]) -> list[Any]:
        """What `batch` answers. Raises `TypeError` unless that is one value for each key."""
        values = list(await self._batch(keys))
        if len(values) != len(keys):
            words = f"A batch of {len(keys)} keys got {len(values)} values:"
            raise TypeError(f"{words} it must give one for each, in their order.")
        self._loaded.update(
            (key, value)
            for key, value in zip(keys, values, strict=True)
            if not isinstance(value, Exception)
        )
        return values


class Loaders:
    """The loaders of one request, each made when first asked for. Never shared between requests."""

    def __init__(self) -> None:
        self._made: dict[Hashable, BatchLoader] = {}
        self.asked: dict[Hashable, Any] = {}
        """What fields ask for, where graphql-core comes to them object by object."""

    def of(
        self, name: Hashable, batch: Callable[[list[Any]], Awaitable[Sequence[Any]]]
    ) -> BatchLoader:
        """The loader of that name; `batch` answers a list of keys with as many values."""
        loader = self._made.get(name)
        if loader is None:
            loader = self._made[name] = BatchLoader(batch)
        return loader

    def cancel(self) -> None:
        """Ends every batch that is on its way, when nobody waits for it any more."""
        for loader in self._made.values():
            loader.cancel()

    def clear(self) -> None:
        """Forgets everything read so far: what follows a write must be read anew."""
        self._made.clear()
