"""Without Redis requests are answered and counted still; the log says so once."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from graphql_blog import resources
from graphql_blog.settings import Settings
from graphql_blog.throttle import shared
from graphql_blog.throttle.buckets import LocalBuckets, Rate
from graphql_blog.throttle.shared import SharedBuckets
from tests.servers import Valkey, hanging_up, valkey_server

RATE = Rate(points=100, per_second=0.001)
AWAY = "Redis is away: rate limits count in each process"
BACK = "Redis is back: rate limits count across processes"


@pytest.fixture
def server() -> Iterator[Valkey]:
    with valkey_server() as running:
        yield running


@pytest.fixture
async def redis(server: Valkey) -> AsyncIterator[Redis]:
    """As the server opens it."""
    client = resources.open_redis(Settings(redis_url=server.url))
    assert client
    yield client
    await client.aclose()


@pytest.fixture(autouse=True)
def timing(monkeypatch):
    """It is asked again soon; and a machine that is busy does not make Redis look away."""
    monkeypatch.setattr(shared, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(shared, "PATIENCE_SECONDS", 5)


def left(taken: tuple[float, float]) -> int:
    return RATE.available(taken[0])


async def test_counting_goes_on_here_and_then_there_again(server, redis):
    buckets = SharedBuckets(redis, LocalBuckets())

    with capture_logs() as logs:
        before = left(await buckets.take("key", 10, RATE))
        server.stop()
        without = [left(await buckets.take("key", 10, RATE)) for _ in range(3)]
        server.start()
        await asyncio.sleep(0.15)
        after = left(await buckets.take("key", 10, RATE))

    assert (before, without) == (90, [80, 70, 60])
    assert after == 90  # Redis had forgotten everything.
    assert [line["event"] for line in logs] == [AWAY, BACK]
    assert logs[0]["log_level"] == "warning"
    assert "ConnectionError" in logs[0]["error"]


async def test_while_it_is_away_it_is_asked_seldom(server, redis, monkeypatch):
    monkeypatch.setattr(shared, "RETRY_SECONDS", 60)
    buckets = SharedBuckets(redis, LocalBuckets())
    server.stop()
    with capture_logs() as logs:
        async with hanging_up(server.port) as callers:
            await buckets.take("key", 1, RATE)
            asked = len(callers)
            for _ in range(1000):
                await buckets.take("key", 0, RATE)

    assert len(callers) == asked > 0
    assert [line["event"] for line in logs] == [AWAY]


async def test_nobody_waits_long_for_a_redis_that_hangs(server, redis, monkeypatch):
    buckets = SharedBuckets(redis, LocalBuckets())
    await buckets.take("key", 10, RATE)
    pid = (await redis.info("server"))["process_id"]
    monkeypatch.setattr(shared, "PATIENCE_SECONDS", 0.5)
    with capture_logs() as logs:
        os.kill(pid, signal.SIGSTOP)
        try:
            began = time.perf_counter()
            taken = await asyncio.gather(*[buckets.take("key", 1, RATE) for _ in range(60)])
            seconds = time.perf_counter() - began
        finally:
            os.kill(pid, signal.SIGCONT)
        monkeypatch.setattr(shared, "PATIENCE_SECONDS", 5)
        await asyncio.sleep(0.15)
        answers = [await buckets.take(f"key {n}", n, RATE) for n in range(1, 30)]

    assert seconds < 15  # one after the other would be 30
    assert sorted(left(one) for one in taken) == list(range(30, 90))
    # What came too late is nobody else's answer.
    assert [left(one) for one in answers] == list(range(99, 70, -1))
    assert [line["event"] for line in logs] == [AWAY, BACK]


async def test_a_redis_that_was_never_there_harms_nobody():
    async with Redis.from_url("redis://127.0.0.1:1/0") as nowhere:
        buckets = SharedBuckets(nowhere, LocalBuckets())
        with capture_logs() as logs:
            taken = await asyncio.gather(*[buckets.take("key", 3, RATE) for _ in range(50)])

    assert sum(wait == 0 for _, wait in taken) == 33
    assert [line["event"] for line in logs] == [AWAY]


async def test_counting_goes_on_where_redis_left_off(server, redis):
    """What another process took is known here as far as Redis said it."""
    here, there = (SharedBuckets(redis, LocalBuckets()) for _ in range(2))
    await there.take("key", 50, RATE)
    await here.take("key", 10, RATE)

    server.stop()
    with capture_logs():
        taken = await here.take("key", 10, RATE)

    assert left(taken) == 30
