"""What every kind of bucket promises: those of one process, and those in a real Redis."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from redis.asyncio import Redis

from graphql_blog.throttle import shared
from graphql_blog.throttle.buckets import Buckets, LocalBuckets, Rate
from graphql_blog.throttle.shared import PREFIX, SharedBuckets
from tests.servers import valkey_server

RATE = Rate(points=100, per_second=10)


class Clock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with valkey_server() as server:
        yield server.url


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url) as client:
        await client.flushall()
        yield client


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """A machine that is busy does not make Redis look away."""
    monkeypatch.setattr(shared, "PATIENCE_SECONDS", 5)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["here", "in Redis"])
def buckets(request, clock, redis) -> Buckets:
    here = LocalBuckets(clock=clock)
    return here if request.param == "here" else SharedBuckets(redis, here, clock=clock)


async def test_a_bucket_is_full_at_first(buckets):
    assert buckets.full_in("key") == 0
    assert await buckets.take("key", 0, RATE) == (0, 0)


async def test_points_are_taken_and_come_back(buckets, clock):
    assert await buckets.take("key", 30, RATE) == pytest.approx((3, 0))
    assert await buckets.take("key", 20, RATE) == pytest.approx((5, 0))
    assert buckets.full_in("key") == pytest.approx(5)

    clock.now += 2
    assert buckets.full_in("key") == pytest.approx(3)
    assert await buckets.take("key", 0, RATE) == pytest.approx((3, 0))
    clock.now += 100
    assert await buckets.take("key", 1, RATE) == pytest.approx((0.1, 0))


async def test_the_last_point_can_be_taken_and_no_more(buckets):
    await buckets.take("key", 99, RATE)

    assert await buckets.take("key", 1, RATE) == pytest.approx((10, 0))
    assert await buckets.take("key", 1, RATE) == pytest.approx((10, 0.1))


async def test_what_is_refused_takes_nothing(buckets, clock):
    await buckets.take("key", 80, RATE)

    assert await buckets.take("key", 50, RATE) == pytest.approx((8, 3))
    assert await buckets.take("key", 20, RATE) == pytest.approx((10, 0))


async def test_after_the_wait_it_is_there(buckets, clock):
    await buckets.take("key", 80, RATE)
    _, wait = await buckets.take("key", 50, RATE)

    clock.now += wait
    assert await buckets.take("key", 50, RATE) == pytest.approx((10, 0))


async def test_each_key_has_its_own(buckets):
    await buckets.take("one", 100, RATE)

    assert await buckets.take("two", 100, RATE) == pytest.approx((10, 0))


async def test_more_than_a_bucket_holds_is_given_from_a_full_one_alone(buckets, clock):
    assert await buckets.take("key", 250, RATE) == pytest.approx((25, 0))
    assert await buckets.take("key", 1, RATE) == pytest.approx((25, 15.1))
    clock.now += 15.1
    assert await buckets.take("key", 1, RATE) == pytest.approx((10, 0))

    assert await buckets.take("key", 250, RATE) == pytest.approx((10, 10))


async def test_points_can_be_given_back(buckets):
    await buckets.take("key", 100, RATE)

    assert await buckets.take("key", -30, RATE) == pytest.approx((7, 0))
    assert await buckets.take("key", -1000, RATE) == (0, 0)
    assert await buckets.take("key", 100, RATE) == pytest.approx((10, 0))


async def test_fifty_at_once_never_take_more_than_there_is(buckets):
    taken = await asyncio.gather(*[buckets.take("key", 3, RATE) for _ in range(50)])

    assert sum(wait == 0 for _, wait in taken) == 33
    assert await buckets.take("key", 1, RATE) == pytest.approx((10, 0))


async def test_redis_forgets_buckets_that_are_full(redis, clock):
    buckets = SharedBuckets(redis, LocalBuckets(clock=clock), clock=clock)

    await buckets.take("key", 30, RATE)
    assert 2000 < await redis.pttl(f"{PREFIX}key") <= 3000
    await buckets.take("key", -30, RATE)
    assert await redis.keys() == []


async def test_the_clock_of_redis_counts_unless_there_is_another(redis):
    slow = Rate(points=100, per_second=0.001)
    one, other = (SharedBuckets(redis, LocalBuckets()) for _ in range(2))

    assert await one.take("key", 60, slow) == (60_000, 0)
    full_in, wait = await other.take("key", 60, slow)
    assert full_in == pytest.approx(60_000, abs=60)
    assert wait == pytest.approx(20_000, abs=60)


async def test_a_script_that_redis_forgot_is_sent_again(redis, clock):
    buckets = SharedBuckets(redis, LocalBuckets(clock=clock), clock=clock)
    await buckets.take("key", 30, RATE)
    await redis.script_flush()

    assert await buckets.take("key", 30, RATE) == pytest.approx((6, 0))
