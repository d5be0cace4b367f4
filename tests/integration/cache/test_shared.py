"""What is kept in Redis: for all processes, never out of date, and missed by nobody."""

import time

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from graphql_blog.cache import Entry, Shared
from tests.servers import hanging_up, valkey_server

KEY = ("{ posts { id } }", None, b"", None, "application/json")
AWAY = "Redis is away: each process keeps responses by itself"
BACK = "Redis is back: responses are kept there again"


def entry(*tags, seconds=60.0, body=b"{}"):
    return Entry(body, 200, "application/json", frozenset(tags), time.time() + seconds)


class Process:
    """One process's view of what is kept in Redis for the same blog."""

    def __init__(self, redis, **options):
        patience = {"patience_seconds": 2, "rest_seconds": 0.2}
        self.shared = Shared(redis, "a blog", **{**patience, **options})

    async def get(self, key=KEY):
        found, _ = await self.shared.get(key, time.time)
        return found and found.body

    async def stamp(self, key=KEY):
        found, stamp = await self.shared.get(key, time.time)
        assert found is None
        return stamp

    async def put(self, made, key=KEY, stamp=None):
        await self.shared.put(key, made, stamp or await self.stamp(key), time.time)


@pytest.fixture
async def redis(valkey):
    async with Redis.from_url(valkey.url) as client:
        await client.flushall()
        yield client


@pytest.fixture
async def one(redis):
    process = Process(redis)
    await process.get()
    return process


@pytest.fixture
async def other(redis, one):
    process = Process(redis)
    await process.get()
    return process


async def test_what_one_keeps_another_has(one, other):
    made = entry("Post:1", "User.list", body="déjà vu".encode())
    await one.put(made)
    found, _ = await other.shared.get(KEY, time.time)

    assert (found.body, found.status, found.media_type, found.tags) == (
        made.body,
        made.status,
        made.media_type,
        made.tags,
    )
    assert found.expires_at == made.expires_at
    assert await other.get((*KEY[:-1], "text/plain")) is None


@pytest.mark.parametrize(
    ("changed", "left"),
    [({"Post:1"}, None), ({"Post"}, None), ({"*"}, None), ({"Post:2", "User.list"}, b"{}")],
)
async def test_what_changes_is_good_for_nobody_any_more(one, other, changed, left):
    await one.put(entry("Post:1"))
    await other.shared.drop(changed)

    assert await one.get() == await other.get() == left


@pytest.mark.parametrize(
    ("changed", "left"), [({"Post:1"}, None), ({"Post"}, None), ({"*"}, None), ({"Tag:1"}, b"{}")]
)
async def test_what_was_read_before_a_change_is_not_kept_after_it(one, other, changed, left):
    stamp = await one.stamp()
    await other.shared.drop(changed)
    await one.put(entry("Post:1"), stamp=stamp)

    assert await other.get() == left


async def test_a_life_ends_in_all_processes_at_once(one, other):
    await one.put(entry(seconds=0.2))
    before = await other.get()
    ends_at = time.time() + 0.2
    while time.time() < ends_at:
        pass

    assert (before, await other.get()) == (b"{}", None)


async def test_a_new_process_trusts_nothing_from_before(redis, one):
    await one.put(entry("Post:1"))
    stamp = (await one.shared.get(KEY, time.time))[1]

    assert await Process(redis).get() is None
    await one.put(entry("Post:1"), stamp=stamp)
    assert await one.get() is None


async def test_whatever_redis_evicts_nothing_stale_comes_of_it(redis, one):
    await one.put(entry("Post:1"))
    await one.shared.drop({"Post:1"})
    (changes,) = [key for key in await redis.keys("*") if key.endswith(b":changes")]
    await redis.delete(changes)

    assert await one.get() is None


async def test_so_many_changes_that_another_epoch_begins(redis, one, monkeypatch):
    monkeypatch.setattr("graphql_blog.cache.shared.MAX_TAGS", 10)
    await one.put(entry("Post:1"))
    await one.shared.drop({f"Tag:{number}" for number in range(20)})

    assert await one.get() is None
    assert max([await redis.hlen(key) for key in await redis.keys("*:changes")]) == 2


async def test_another_blog_has_other_entries(redis, one):
    await one.put(entry())

    found, _ = await Shared(redis, "another blog").get(KEY, time.time)
    assert found is None
    assert await one.get() == b"{}"


async def test_away_it_is_missed_by_nobody_and_starts_anew_when_it_is_back():
    with valkey_server() as server, capture_logs() as logged:
        async with Redis.from_url(server.url) as redis:
            process = Process(redis)
            await process.put(entry("Post:1"))
            assert await process.get() == b"{}"
            server.stop()
            assert await process.get() is None
            server.start()
            deadline = time.monotonic() + 20
            while await process.stamp() is None:
                assert time.monotonic() < deadline
            await process.put(entry("Post:1"))
            assert await process.get() == b"{}"

    assert [line["event"] for line in logged] == [AWAY, BACK]


async def test_while_it_is_away_it_is_asked_seldom():
    with valkey_server() as server:
        async with Redis.from_url(server.url) as redis:
            process = Process(redis, rest_seconds=60)
            server.stop()
            async with hanging_up(server.port) as callers:
                assert await process.get() is None
                asked = len(callers)
                for _ in range(100):
                    assert await process.get() is None
                    await process.shared.drop({"Post:1"})

    assert len(callers) == asked > 0


async def test_what_it_missed_while_it_was_away_is_not_given_when_it_is_back(redis, one, other):
    """One process could not tell Redis of a change, while others could use it all the time."""
    await other.put(entry("Post:1"))
    one.shared._goes_away(OSError("cut off"))
    await one.shared.drop({"Post:1"})
    one.shared._rests_until = 0.0

    assert await one.get() is None
    assert await other.get() is None
