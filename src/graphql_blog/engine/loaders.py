"""aiodataloader's DataLoader, safe to share between fields, and the registry of one request."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from aiodataloader import DataLoader


class BatchLoader(DataLoader[Any, Any]):
    """Fetches many keys at once, each of them once.

    Resolvers ask for one key with `load`, the engine for those of a whole level with `load_column`,
    which needs one future in place of one for each key. Both see what the other has fetched.
    """

    def __init__(self, batch: Callable[[list[Any]], Awaitable[Sequence[Any]]]) -> None:
        # In place of DataLoader's own, which looks anew each time whether its method is awaitable.
        self._cache = {}
        self._queue = []
        self._batch = batch
        self._loaded: dict[Any, Any] = {}
        self._running: set[asyncio.Task[Any]] = set()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:  # type: ignore[override]
        """Asked for by DataLoader where it begins a batch: the engine's own ones do without."""
        return asyncio.get_running_loop()

    @staticmethod
    def get_cache_key(key: Any) -> Any:
        return key

    def load(self, key: Any) -> "asyncio.Future[Any]":
        """The value for one key, fetched together with all keys asked for in this turn.

        graphql-core cancels sibling tasks when a non-null field fails. A cancelled task cancels the
        future it waits for, which other objects share; the shield keeps it whole for them.
        """
        if key in self._loaded:
            self.prime(key, self._loaded[key])
        shared = asyncio.shield(super().load(key))
        shared.add_done_callback(_seen)
        return shared

    @property
    def is_busy(self) -> bool:
        return bool(self._queue or self._running)

    def cancel(self) -> None:
        """Ends what is on its way: it is shared, so cancelling one who waits does not."""
        for waiting in self._queue:
            waiting.future.cancel()
        self._queue.clear()
        for task in self._running:
            task.cancel()

    async def load_column(self, keys: Iterable[Any]) -> dict[Any, Any]:
        """The value for each key; an exception where there is none."""
        loaded, wanted = self._loaded, dict.fromkeys(keys)
        if self._cache:
            on_its_way = [key for key in wanted if key in self._cache and key not in loaded]
            await asyncio.gather(*map(self.load, on_its_way), return_exceptions=True)
        missing = [key for key in wanted if key not in loaded] if loaded else list(wanted)
        if not missing:
            return loaded
        try:
            failed = self._keep(missing, await self._batch(missing))
        except Exception as error:
            failed = dict.fromkeys(missing, error)
        except asyncio.CancelledError as error:
            failed = dict.fromkeys(missing, cancelled_elsewhere(error))
        return {**loaded, **failed} if failed else loaded

    async def batch_load_fn(self, keys: list[Any]) -> list[Any]:
        """What aiodataloader calls, in a task of its own."""
        if not keys:
            return []  # They were cancelled before it came to them.
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        try:
            values = await self._batch(keys)
        finally:
            self._running.discard(task)
        failed = self._keep(keys, values)
        return [failed[key] if key in failed else self._loaded[key] for key in keys]

    def _keep(self, keys: list[Any], values: Iterable[Any]) -> dict[Any, Exception]:
        """Keeps the value for each key; gives back the exceptions that stand in their place.

        Raises `TypeError` unless there is one value for each key.
        """
        if type(values) is not list:
            values = list(values)
        if len(values) != len(keys):
            words = f"A batch of {len(keys)} keys got {len(values)} values:"
            raise TypeError(f"{words} it must give one for each, in their order.")
        found = dict(zip(keys, values, strict=True))
        failed = {}
        if any(map(_is_error, set(map(type, values)))):
            failed = {key: found.pop(key) for key in keys if isinstance(found[key], Exception)}
        self._loaded.update(found)
        return failed


def cancelled_elsewhere(error: asyncio.CancelledError) -> Exception:
    """What a field says whose value waits for something that was cancelled.

    Raises `error` again when it is the task itself that is being cancelled.
    """
    task = asyncio.current_task()
    if task is None or task.cancelling():
        raise error
    cancelled = RuntimeError("What this field waits for was cancelled.")
    return cancelled.with_traceback(error.__traceback__)


@lru_cache(maxsize=10_000)
def _is_error(class_: Any) -> bool:
    return issubclass(class_, Exception)


def _seen(future: "asyncio.Future[Any]") -> None:
    """An error is nothing to complain about when whoever asked has been cancelled meanwhile."""
    if not future.cancelled():
        future.exception()


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

    def clear(self) -> None:
        """Forgets everything read so far: what follows a write must be read anew.

        What is still on its way for nobody is ended. To be called when nobody waits any more.
        """
        for loader in self._made.values():
            if loader.is_busy:
                loader.cancel()
        self._made.clear()
        self.asked.clear()
