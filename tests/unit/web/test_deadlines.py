"""Each request has so much time; one timer looks after all of them."""

import asyncio
import time

import pytest

from graphql_blog.web.deadlines import Deadlines


async def wait(deadlines, seconds):
    with deadlines.begin():
        await asyncio.sleep(seconds)
    return "in time"


async def test_what_takes_too_long_is_ended_and_the_others_are_not():
    deadlines = Deadlines(0.05)
    began = time.perf_counter()

    told = await asyncio.gather(
        *[wait(deadlines, seconds) for seconds in (0, 60, 0.001, 60)], return_exceptions=True
    )

    assert [str(each) or type(each) for each in told] == [
        "in time",
        TimeoutError,
        "in time",
        TimeoutError,
    ]
    assert time.perf_counter() - began < 30
    assert not deadlines._running


async def test_one_that_begins_later_ends_later():
    deadlines = Deadlines(0.1)
    first = asyncio.create_task(wait(deadlines, 60))
    await asyncio.sleep(0.06)
    second = asyncio.create_task(wait(deadlines, 0.08))

    with pytest.raises(TimeoutError):
        await first

    assert await second == "in time"


async def test_a_task_cancelled_by_others_stays_cancelled():
    deadlines = Deadlines(60)
    task = asyncio.create_task(wait(deadlines, 60))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert not deadlines._running


async def test_an_error_of_the_request_itself_goes_through():
    deadlines = Deadlines(60)

    with pytest.raises(KeyError), deadlines.begin():
        raise KeyError

    assert not deadlines._running


def test_it_serves_one_loop_after_the_other():
    deadlines = Deadlines(0.02)

    for _ in range(2):
        with pytest.raises(TimeoutError):
            asyncio.run(wait(deadlines, 60))
