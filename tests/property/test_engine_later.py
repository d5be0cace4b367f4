"""Resolvers that wait: the same data, explained errors, and nothing left behind.

`ENGINE_EXAMPLES=20000` hunts longer. A failure prints the command that replays it.
"""

import asyncio
import gc
import sys
import warnings
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from types import CoroutineType
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.torture.compare import (
    DECLARED,
    TORTURE,
    Pair,
    answer,
    assert_same_later,
    is_for_core,
)
from tests.torture.documents import Document, document
from tests.torture.strategies import EXAMPLES, budget, bytes_of_documents, seeds


@pytest.fixture
def coroutines_may_be_lost() -> Iterator[None]:
    """Tasks may be cancelled before they have begun, and what they were to await with them."""
    complain = sys.unraisablehook

    def complain_of_others(lost: "sys.UnraisableHookArgs") -> None:
        # Where a coroutine is collected with no built-ins at hand, not even the warning is made.
        if not isinstance(lost.object, CoroutineType):
            complain(lost)

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        gc.collect()
        sys.unraisablehook = complain_of_others
        yield
        gc.collect()
        sys.unraisablehook = complain


@pytest.mark.usefixtures("coroutines_may_be_lost")
@given(bytes_of_documents, seeds)
@settings(budget, max_examples=EXAMPLES // 2)
def test_both_executors_find_the_same_data_and_the_same_nulls(data, seed):
    asked = document(TORTURE.types, data, late=True)
    for world in (seed, seed + 1):
        asyncio.run(assert_same_later(asked, world))


@pytest.mark.usefixtures("coroutines_may_be_lost")
@given(bytes_of_documents, seeds)
@settings(budget, max_examples=EXAMPLES // 2)
def test_declared_fields_are_the_same_under_both_executors(data, seed):
    asked = document(DECLARED.types, data)
    for world in (seed, seed + 1):
        asyncio.run(assert_same_later(asked, world, DECLARED))


@pytest.mark.parametrize("pair", [TORTURE, DECLARED], ids=lambda pair: pair.name)
@given(bytes_of_documents, seeds)
@settings(budget, max_examples=EXAMPLES // 4)
def test_nothing_is_left_behind(pair, data, seed):
    asked = document(pair.types, data, late=True)
    assume(not is_for_core(pair, asked, seed))

    with nothing_left_to_await():
        asyncio.run(assert_leaves_nothing(answered(pair, asked, seed)))


@pytest.mark.usefixtures("coroutines_may_be_lost")
@pytest.mark.parametrize("pair", [TORTURE, DECLARED], ids=lambda pair: pair.name)
@given(bytes_of_documents, seeds, st.integers(0, 12))
@settings(budget, max_examples=EXAMPLES // 4)
def test_nothing_is_left_behind_by_an_operation_that_is_cancelled(pair, data, seed, turns):
    asked = document(pair.types, data, late=True)
    assume(not is_for_core(pair, asked, seed))

    asyncio.run(assert_leaves_nothing(cancelled(pair, asked, seed, turns)))
    asyncio.run(assert_leaves_nothing(answered(pair, asked, seed)))


async def answered(pair: Pair, asked: Document, seed: int) -> None:
    await answer(pair.engine, asked, pair.world(seed, late=True))


async def cancelled(pair: Pair, asked: Document, seed: int, turns: int) -> None:
    task = asyncio.create_task(answered(pair, asked, seed))
    for _ in range(turns):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])


async def assert_leaves_nothing(work: Coroutine[Any, Any, None]) -> None:
    """No task is left, and no error that nobody looked at."""
    complaints: list[Any] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, context: complaints.append(context))
    await work
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert complaints == []


@contextmanager
def nothing_left_to_await() -> Iterator[None]:
    """Fails when something was thrown away that nobody had awaited."""
    ignored: list[str] = []
    before, sys.unraisablehook = sys.unraisablehook, lambda it: ignored.append(str(it.exc_value))
    try:
        yield
        gc.collect(1)
    finally:
        sys.unraisablehook = before
    assert ignored == []
