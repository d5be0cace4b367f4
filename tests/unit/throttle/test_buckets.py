"""How a bucket empties and fills, and that only so many are kept."""

import pytest

from graphql_blog.throttle.buckets import LocalBuckets, Rate

RATE = Rate(points=100, per_second=10)


class Clock:
    """Stands still unless it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("full_in", "available"),
    [(0, 100), (0.05, 99), (0.1, 99), (0.11, 98), (9.9, 1), (9.95, 0), (10, 0), (25, 0)],
)
def test_only_whole_points_can_be_taken(full_in, available):
    assert RATE.available(full_in) == available


@pytest.mark.parametrize(
    ("full_in", "points", "seconds"),
    [(0, 100, 0), (10, 1, 0.1), (10, 50, 5), (9.5, 50, 4.5), (10, 1000, 10), (25, 1, 15.1)],
)
def test_whoever_waits_so_long_gets_the_points(full_in, points, seconds):
    assert RATE.wait(full_in, points) == pytest.approx(seconds)


async def test_full_buckets_are_forgotten():
    clock = Clock()
    buckets = LocalBuckets(clock=clock)
    for number in range(1024):
        await buckets.take(f"old {number}", 1, RATE)
    clock.now += 1

    await buckets.take("new", 1, RATE)

    assert len(buckets) == 1
    assert buckets.full_in("new") == pytest.approx(0.1)


async def test_of_too_many_buckets_the_fullest_are_forgotten():
    buckets = LocalBuckets(clock=Clock(), most=100)
    await buckets.take("nearly empty", 90, RATE)

    for number in range(1000):
        await buckets.take(f"nearly full {number}", 1 + number % 2, RATE)
        assert len(buckets) <= 100

    assert buckets.full_in("nearly empty") == pytest.approx(9)
    assert buckets.full_in("nearly full 500") == 0


async def test_what_is_full_again_by_giving_back_is_not_kept():
    buckets = LocalBuckets(clock=Clock())
    await buckets.take("key", 5, RATE)

    await buckets.take("key", -5, RATE)

    assert len(buckets) == 0
