"""Two real processes of one blog, hammered: no read is older than the last answer to a write."""

import asyncio
import time
from collections import Counter
from contextlib import ExitStack

import httpx2
import pytest

from graphql_blog.auth import Role
from graphql_blog.resources import opened
from tests.asking import Api
from tests.conftest import SECRET, served
from tests.factories import make_post, make_user

READ = {"query": '{ post(id: "1") { title author { name } } }'}
CHANGE = """mutation ($title: String!) {
  updatePost(input: {id: "1", title: $title}) { post { title } errors { message } }
}"""
WRITES = 20


@pytest.fixture
async def edith(settings):
    """Her first post is there, and she may change it."""
    async with opened(settings) as held:
        edith = await make_user(held, username="edith", role=Role.EDITOR)
        await make_post(held, edith, title="0")
    return edith


@pytest.fixture
async def addresses(caching, edith, tmp_path):
    """Where the two processes are, which begin with the blog as it is."""
    variables = {
        "GRAPHQL_BLOG_ENV": "test",
        "GRAPHQL_BLOG_DATABASE_URL": caching.database_url.get_secret_value(),
        "GRAPHQL_BLOG_REDIS_URL": caching.redis_url.get_secret_value(),
        "GRAPHQL_BLOG_CACHE": caching.cache.value,
        "GRAPHQL_BLOG_SECRET_KEY": SECRET,
        "GRAPHQL_BLOG_LOG_LEVEL": "warning",
    }
    folders = [tmp_path / "one", tmp_path / "other"]
    for folder in folders:
        folder.mkdir()
    with ExitStack() as stack:
        entering = [
            asyncio.to_thread(stack.enter_context, served(folder, **variables))
            for folder in folders
        ]
        yield await asyncio.gather(*entering)


async def test_no_read_is_older_than_the_last_answer_to_a_write(addresses, settings, edith):
    told, outcomes = 0, Counter()

    async with httpx2.AsyncClient(timeout=30) as client, opened(settings) as held:
        headers = Api(client, held).headers(edith)

        async def read(address):
            known = told
            response = await client.post(f"{address}/graphql", json=READ)
            assert int(response.json()["data"]["post"]["title"]) >= known
            outcomes[response.headers["x-cache"]] += 1

        async def read_on(address):
            while told < WRITES:
                await read(address)

        async def write_on():
            nonlocal told
            while told < WRITES:
                title = str(told + 1)
                writer, other = addresses if told % 2 else reversed(addresses)
                sent = {"query": CHANGE, "variables": {"title": title}}
                answer = await client.post(f"{writer}/graphql", json=sent, headers=headers)
                assert answer.json()["data"]["updatePost"]["post"] == {"title": title}
                told += 1
                # At once, and then from memory.
                for address in (other, writer, other):
                    await read(address)

        for address in addresses:
            await until_kept(client, address)
        await asyncio.gather(write_on(), *[read_on(address) for address in [*addresses] * 2])

    assert outcomes["HIT"] > WRITES
    assert outcomes["BYPASS"] == 0


async def until_kept(client, address):
    async def is_kept():
        response = await client.post(f"{address}/graphql", json=READ)
        return response.headers["x-cache"] == "HIT"

    deadline = time.monotonic() + 10
    while not await is_kept():
        assert time.monotonic() < deadline
