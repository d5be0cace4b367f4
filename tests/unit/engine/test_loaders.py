"""Loaders: whole though a field fails, one batch for all that is asked at once, never shared."""

import asyncio
from typing import Any

import pytest
from aiodataloader import DataLoader
from graphql import ExecutionResult, build_schema, graphql

from graphql_blog.engine.loaders import BatchLoader, Loaders

SCHEMA = build_schema("""
    type Query { posts: [Post] }
    type Post { author: Author, broken: Int! }
    type Author { name: String }
""")
QUERY = "{ posts { author { name } broken } }"


async def names(keys: list[int]) -> list[Any]:
    await asyncio.sleep(0.01)
    return [{"name": f"Author {key}"} for key in keys]


async def answer(loader: DataLoader[Any, Any]) -> ExecutionResult:
    """Two posts by one author; of the first, a field fails while its author is being fetched."""

    async def broken(info: Any) -> int:
        raise LookupError("It is broken.")

    posts = [
        {"author": lambda info: loader.load(1), "broken": broken},
        {"author": lambda info: loader.load(1), "broken": 2},
    ]
    return await graphql(SCHEMA, QUERY, {"posts": posts})


async def test_a_field_that_fails_takes_nothing_from_others_who_wait_for_the_same_object():
    # graphql-core cancels what stands beside the failed field, and so the future that all share.
    with pytest.raises(asyncio.CancelledError):
        await answer(DataLoader(names))

    result = await answer(BatchLoader(names))

    assert result.data == {"posts": [None, {"author": {"name": "Author 1"}, "broken": 2}]}
    assert [(error.message, error.path) for error in result.errors or ()] == [
        ("It is broken.", ["posts", 0, "broken"])
    ]


async def test_what_is_asked_at_once_is_fetched_at_once_and_each_key_once():
    batches = []

    async def batch(keys: list[int]) -> list[int]:
        batches.append(keys)
        return [key * 10 for key in keys]

    loader = Loaders().of("tens", batch)

    assert await asyncio.gather(*map(loader.load, [1, 2, 1, 3])) == [10, 20, 10, 30]
    assert await loader.load(2) == 20
    assert batches == [[1, 2, 3]]


async def test_a_batch_that_fails_fails_for_everybody_who_waits():
    async def batch(keys: list[int]) -> list[int]:
        raise LookupError("The database is away.")

    loader = Loaders().of("broken", batch)

    results = await asyncio.gather(loader.load(1), loader.load(2), return_exceptions=True)

    assert [type(result) for result in results] == [LookupError, LookupError]


async def test_a_loader_is_known_by_its_name_until_everything_is_forgotten():
    loaders = Loaders()
    made = loaders.of("names", names)

    assert loaders.of("names", names) is made
    assert loaders.of("other names", names) is not made
    loaders.clear()
    assert loaders.of("names", names) is not made


async def test_two_requests_share_no_loader():
    assert Loaders().of("names", names) is not Loaders().of("names", names)
