"""What every loader promises, asked for one key at a time or for a whole column."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from graphql_blog.engine.loaders import BatchLoader, Loaders

Ask = Callable[[BatchLoader, Sequence[Any]], Awaitable[list[Any]]]


async def one_by_one(loader: BatchLoader, keys: Sequence[Any]) -> list[Any]:
    """As resolvers ask."""
    return await asyncio.gather(*map(loader.load, keys), return_exceptions=True)


async def as_a_column(loader: BatchLoader, keys: Sequence[Any]) -> list[Any]:
    """As the engine asks."""
    found = await loader.load_column(keys)
    return [found[key] for key in keys]


either_way = pytest.mark.parametrize("ask", [one_by_one, as_a_column])
both_ways = pytest.mark.parametrize("other", [one_by_one, as_a_column])


class Source:
    """A batch function that notes what it was asked for."""

    def __init__(self, answer: Callable[[list[Any]], Sequence[Any]]) -> None:
        self.batches: list[list[Any]] = []
        self.is_asked = asyncio.Event()
        self._answer = answer

    async def __call__(self, keys: list[Any]) -> Sequence[Any]:
        self.batches.append(list(keys))
        self.is_asked.set()
        await asyncio.sleep(0)
        return self._answer(keys)


def tens(keys: list[int]) -> list[int]:
    return [key * 10 for key in keys]


def only_even(keys: list[int]) -> list[Any]:
    return [LookupError(f"No {key}.") if key % 2 else key for key in keys]


@either_way
async def test_values_come_in_the_order_of_the_keys_and_each_key_is_fetched_once(ask):
    source = Source(tens)

    assert await ask(BatchLoader(source), [3, 1, 3, 2, 1]) == [30, 10, 30, 20, 10]
    assert source.batches == [[3, 1, 2]]


@either_way
@both_ways
async def test_what_was_fetched_one_way_is_there_for_the_other(ask, other):
    source = Source(tens)
    loader = BatchLoader(source)

    assert await ask(loader, [1, 2]) == [10, 20]
    assert await other(loader, [2, 3]) == [20, 30]
    assert source.batches == [[1, 2], [3]]


@both_ways
async def test_what_is_on_its_way_is_not_asked_for_again(other):
    source = Source(tens)
    loader = BatchLoader(source)
    first = loader.load(1)
    await source.is_asked.wait()

    assert await other(loader, [1, 2]) == [10, 20]
    assert await first == 10
    assert source.batches == [[1], [2]]


@either_way
async def test_an_error_given_for_one_key_is_no_matter_of_the_others(ask):
    found = await ask(BatchLoader(Source(only_even)), [1, 2, 3])

    assert [str(value) for value in found] == ["No 1.", "2", "No 3."]
    assert [type(value) for value in found] == [LookupError, int, LookupError]


@either_way
@pytest.mark.parametrize("count", [1, 3])
async def test_a_batch_of_another_length_is_an_error_for_every_key(ask, count):
    found = await ask(BatchLoader(Source(lambda _: [0] * count)), [1, 2])

    words = f"A batch of 2 keys got {count} values: it must give one for each, in their order."
    assert [(type(value), str(value)) for value in found] == [(TypeError, words)] * 2


@either_way
async def test_a_batch_that_raises_is_an_error_for_every_key(ask):
    def away(keys: list[Any]) -> Sequence[Any]:
        raise ConnectionError("The database is away.")

    found = await ask(BatchLoader(Source(away)), [1, 2])

    assert [str(value) for value in found] == ["The database is away."] * 2


@either_way
async def test_null_is_a_value_like_others(ask):
    source = Source(lambda keys: [None] * len(keys))
    loader = BatchLoader(source)

    assert await ask(loader, [1]) == [None]
    assert await ask(loader, [1]) == [None]
    assert source.batches == [[1]]


async def test_who_no_longer_waits_takes_nothing_from_others():
    loader = BatchLoader(Source(tens))
    gone, stays = (asyncio.ensure_future(loader.load(1)) for _ in range(2))
    await asyncio.sleep(0)

    gone.cancel()

    assert await stays == 10
    assert gone.cancelled()


async def test_no_keys_are_no_batch():
    source = Source(tens)

    assert await BatchLoader(source).load_column([]) == {}
    assert source.batches == []


async def test_what_was_cancelled_elsewhere_is_an_error_of_the_objects_that_wait_for_it():
    async def waits_for_what_is_cancelled(keys: list[Any]) -> list[Any]:
        never = asyncio.get_running_loop().create_future()
        never.cancel()
        await never
        return keys

    # In a task of its own: that of the tests may have been asked to end by one before this.
    loaded = BatchLoader(waits_for_what_is_cancelled).load_column([1, 2])
    found = await asyncio.create_task(loaded)

    assert [str(found[key]) for key in (1, 2)] == ["What this field waits for was cancelled."] * 2


async def test_a_batch_whose_own_task_is_cancelled_ends_with_it():
    loader = BatchLoader(Source(tens))
    task = asyncio.create_task(loader.load_column([1]))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_what_is_forgotten_before_it_was_sent_is_never_sent():
    source, loaders = Source(tens), Loaders()
    waiting = loaders.of("tens", source).load(1)

    loaders.clear()
    await asyncio.sleep(0.01)

    assert waiting.cancelled()
    assert source.batches == []
