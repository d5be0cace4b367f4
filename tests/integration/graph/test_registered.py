"""Registered texts: bounded in a process, shared through Redis, and kept while it is away."""

import time
from collections.abc import AsyncIterator, Iterator
from hashlib import sha256

import pytest
from redis.asyncio import Redis
from structlog.testing import capture_logs

from graphql_blog import resources as resources_of
from graphql_blog.app import create_app
from graphql_blog.engine.documents import MAX_KEPT_LENGTH
from graphql_blog.graph.persisted import registered
from graphql_blog.graph.persisted.registered import KEPT_SECONDS, LAST_USED, TEXTS, Registered
from graphql_blog.settings import Settings
from tests.conftest import connected
from tests.servers import Valkey, valkey_server

QUERY = "{ __typename }"


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


@pytest.fixture(scope="module")
def server() -> Iterator[Valkey]:
    with valkey_server() as running:
        yield running


@pytest.fixture
async def redis(server, monkeypatch) -> AsyncIterator[Redis]:
    """A client as the server opens it; what is in there is thrown away."""
    # Away for a moment is away for a moment: tests do not wait.
    monkeypatch.setattr(registered, "SECONDS_BETWEEN_TRIES", 0.0)
    client = resources_of.open_redis(Settings(redis_url=server.url))
    assert client is not None
    await client.flushall()
    yield client
    await client.aclose()


async def test_a_text_is_known_to_all_processes_and_kept_by_each(redis):
    here, there = Registered(), Registered()

    await here.add(hash_of(QUERY), QUERY, redis)

    assert await there.text(hash_of(QUERY), redis) == QUERY
    await redis.flushall()
    assert await there.text(hash_of(QUERY), redis) == QUERY
    assert await Registered().text(hash_of(QUERY), redis) is None


async def test_without_redis_each_process_has_its_own():
    here, there = Registered(), Registered()

    await here.add(hash_of(QUERY), QUERY, None)

    assert await here.text(hash_of(QUERY), None) == QUERY
    assert await there.text(hash_of(QUERY), None) is None


async def test_redis_is_not_asked_for_what_is_no_hash(redis):
    await redis.hset(TEXTS, "home", QUERY)

    assert await Registered().text("home", redis) is None


async def test_nobody_can_put_another_text_in_the_place_of_a_hash(redis):
    for other in ("{ evil }", b"\xff"):
        await redis.hset(TEXTS, hash_of(QUERY), other)

        assert await Registered().text(hash_of(QUERY), redis) is None


async def test_of_many_texts_in_redis_those_stay_that_were_used_last(redis, monkeypatch):
    monkeypatch.setattr(registered, "SHARED_TEXTS", 3)
    texts = [f"{{ a{number} }}" for number in range(5)]
    for text in texts[:3]:
        await Registered().add(hash_of(text), text, redis)
    await Registered().text(hash_of(texts[0]), redis)

    for text in texts[3:]:
        await Registered().add(hash_of(text), text, redis)

    left = [await Registered().text(hash_of(text), redis) for text in texts]
    assert left == [texts[0], None, None, texts[3], texts[4]]
    assert await redis.hlen(TEXTS) == await redis.zcard(LAST_USED) == 3
    for key in (TEXTS, LAST_USED):
        assert KEPT_SECONDS - 60 < await redis.ttl(key) <= KEPT_SECONDS


async def test_of_many_texts_in_a_process_those_stay_that_were_used_last(monkeypatch):
    monkeypatch.setattr(registered, "MAX_CHARACTERS", 30_000)
    here = Registered()
    long, short = "x" * MAX_KEPT_LENGTH, "{ a }"
    await here.add(hash_of(short), short, None)
    await here.add(hash_of(long), long, None)
    assert await here.text(hash_of(short), None) == short

    await here.add(hash_of("y" * 15_000), "y" * 15_000, None)

    assert await here.text(hash_of(long), None) is None
    assert await here.text(hash_of(short), None) == short
    for number in range(1000):
        await here.add(str(number), "{ a }", None)
    assert len(here) < 30_000 / 250


async def test_what_is_too_long_is_not_kept(redis):
    here, text = Registered(), "x" * (MAX_KEPT_LENGTH + 1)

    await here.add(hash_of(text), text, redis)

    assert await here.text(hash_of(text), redis) is None
    assert await redis.hlen(TEXTS) == 0


async def test_while_redis_is_away_processes_work_alone_and_say_so_once(redis, server):
    here = Registered()
    server.stop()

    with capture_logs() as away:
        began = time.monotonic()
        for number in range(5):
            text = f"{{ a{number} }}"
            assert await here.text(hash_of(text), redis) is None
            await here.add(hash_of(text), text, redis)
            assert await here.text(hash_of(text), redis) == text
        seconds = time.monotonic() - began
    server.start()
    with capture_logs() as back:
        await here.add(hash_of(QUERY), QUERY, redis)
        await here.add(hash_of(QUERY), QUERY, redis)

    assert [(line["log_level"], line["event"]) for line in away] == [("warning", "Redis is away")]
    assert seconds < 20
    assert [(line["log_level"], line["event"]) for line in back] == [("info", "Redis is back")]
    assert await Registered().text(hash_of(QUERY), redis) == QUERY


async def test_redis_that_was_away_is_left_alone_for_a_while(redis, server, monkeypatch):
    monkeypatch.setattr(registered, "SECONDS_BETWEEN_TRIES", 60.0)
    here = Registered()
    server.stop()
    await here.text(hash_of(QUERY), redis)
    server.start()

    await here.add(hash_of(QUERY), QUERY, redis)

    assert await redis.hlen(TEXTS) == 0


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
async def test_two_servers_share_what_their_clients_register(redis, server, settings):
    asked = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(QUERY)}}}
    sharing = settings.model_copy(update={"redis_url": Settings(redis_url=server.url).redis_url})
    one, other = create_app(sharing), create_app(sharing)

    async with (
        one.router.lifespan_context(one) as first,
        other.router.lifespan_context(other) as second,
        connected(one, first["resources"]) as registering,
        connected(other, second["resources"]) as asking,
    ):
        await registering.post("/graphql", json={"query": QUERY, **asked})
        answer = await asking.post("/graphql", json=asked)

    assert answer.json() == {"data": {"__typename": "Query"}}
