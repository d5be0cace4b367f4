"""What values are awaited for, and what becomes of those that are not any more."""

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import lru_cache
from types import CoroutineType, GeneratorType
from typing import Any

from graphql import ExecutionResult

from graphql_blog.engine.completion import Interrupted
from graphql_blog.engine.loaders import cancelled_elsewhere
from graphql_blog.engine.positions import Column


@lru_cache(maxsize=10_000)
def may_await(class_: Any) -> bool:
    """Whether values of this class may have to be awaited, for one or for many values."""
    return (
        hasattr(class_, "__await__")
        or hasattr(class_, "__aiter__")
        or issubclass(class_, GeneratorType)
    )


async def put(values: Any, i: Any, is_drained: Callable[[Any], bool]) -> None:
    """Awaits the value at place `i`; what keeps it from being comes in its place."""
    try:
        value = values[i]
        if not is_drained(value):
            values[i] = value = await value
        if is_drained(value):
            values[i] = await drained(value)
    except Exception as error:
        values[i] = error
    except asyncio.CancelledError as error:
        values[i] = cancelled_elsewhere(error)


def is_never(value: Any) -> bool:
    """For values that are no lists: they are awaited, and then they are there."""
    return False


async def drained(items: Any) -> list[Any]:
    """The items of an asynchronous iterable; with those before an error, the error."""
    found: list[Any] = []
    try:
        async for item in items:
            found.append(item)  # noqa: PERF401 - those before an error are kept
    except Exception as error:
        return Interrupted(found, error)
    except BaseException:
        close_coroutines(found)
        raise
    return found


async def together(jobs: list[Coroutine[Any, Any, None]]) -> None:
    """All at once. None is left running, however this ends."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(job)


def close_coroutines(values: Iterable[Any]) -> None:
    """What has not begun is not going to: in columns, their items, and lists not yet opened."""
    for value in values:
        if isinstance(value, CoroutineType):
            value.close()
        elif isinstance(value, Column):
            close_coroutines(value.values)
            close_coroutines([value.items] if value.items else (value.types or {}).values())
        elif isinstance(value, list | tuple):
            close_coroutines(value)


def at_once(run: Coroutine[Any, Any, ExecutionResult]) -> ExecutionResult:
    """The result of an operation in which nothing has to be awaited."""
    try:
        while True:
            run.send(None)  # It gives others their turn, of which there are none.
    except StopIteration as end:
        result: ExecutionResult = end.value
        return result
