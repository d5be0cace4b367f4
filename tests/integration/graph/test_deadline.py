"""A request that takes too long is stopped, says so, and holds nobody up."""

import asyncio

import pytest
from sqlalchemy import func, select, text

from graphql_blog.db.models import User
from graphql_blog.graph.ids import node_id
from tests.factories import make_post

POSTS = "{ posts { id } }"
REGISTER = """mutation {
  register(input: {username: "ana", email: "ana@example.com"}) { user { username } }
}"""
LOCKS = {
    "posts": "LOCK TABLE posts IN ACCESS EXCLUSIVE MODE",
    "users": "LOCK TABLE users IN EXCLUSIVE MODE",
    # In SQLite, who writes anything keeps everybody else from writing.
    "sqlite": "UPDATE users SET age = age",
}


@pytest.fixture
def settings(settings):
    return settings.model_copy(update={"request_timeout": 0.8})


@pytest.fixture
async def lock(resources):
    """A connection that may be in the way of others."""
    async with resources.writer.connect() as connection:
        yield connection


def only_error(response):
    (error,) = response.json()["errors"]
    assert list(response.json()) == ["errors"]
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]
    return response.status_code, error["extensions"]["code"], error["message"]


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
async def test_a_query_that_takes_too_long_is_504_and_says_what_to_do(api, lock):
    await lock.execute(text(LOCKS["posts"]))

    response = await api.post(POSTS)

    words = "A request may take 0.8 seconds: ask for less, or in several requests."
    assert only_error(response) == (504, "TIMEOUT", words)


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
async def test_others_are_served_meanwhile_and_afterwards(api, resources, lock):
    await make_post(resources)
    await lock.execute(text(LOCKS["posts"]))
    waiting = [asyncio.create_task(api.post(POSTS)) for _ in range(3)]
    await asyncio.sleep(0.05)

    assert await api.data("{ users { id } }") == {"users": [{"id": "1"}]}
    assert not any(task.done() for task in waiting)
    assert [response.status_code for response in await asyncio.gather(*waiting)] == [504] * 3
    await lock.rollback()
    assert await api.data(POSTS) == {"posts": [{"id": "1"}]}


async def test_a_mutation_that_takes_too_long_is_undone_and_says_to_look(api, resources, lock):
    kind = resources.writer.dialect.name
    await lock.execute(text(LOCKS["sqlite" if kind == "sqlite" else "users"]))
    waiting = asyncio.create_task(api.post(REGISTER))
    await asyncio.sleep(1.0)
    await lock.rollback()

    words = (
        "A request may take 0.8 seconds: ask for less, or in several requests."
        " What was done by then stays done: look before you send it again."
    )
    assert only_error(await waiting) == (504, "TIMEOUT", words)
    async with resources.reading() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 0
    assert await api.data(REGISTER) == {"register": {"user": {"username": "ana"}}}


async def test_no_task_goes_on_after_the_answer_to_a_mutation(api, resources, lock):
    kind = resources.writer.dialect.name
    await lock.execute(text(LOCKS["sqlite" if kind == "sqlite" else "users"]))
    before = asyncio.all_tasks()
    waiting = asyncio.create_task(api.post(REGISTER))
    await asyncio.sleep(1.0)
    await lock.rollback()
    await waiting
    await asyncio.sleep(0.05)

    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "query",
    [POSTS, "{ users { posts { id } } }", f'{{ node(id: "{node_id("Post", 1)}") {{ id }} }}'],
)
async def test_the_database_works_no_longer_on_a_query_that_was_stopped(
    api, resources, lock, query
):
    await make_post(resources)
    await lock.execute(text(LOCKS["posts"]))
    before = asyncio.all_tasks()

    assert (await api.post(query)).status_code == 504
    await asyncio.sleep(0.1)

    assert asyncio.all_tasks() == before
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
    assert await lock.scalar(text(waiting)) == 0
