"""`extensions.cost` and `rateLimit`: what a request could cost, what it did, and what is left."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import pytest

from graphql_blog.app import create_app
from graphql_blog.settings import Settings
from graphql_blog.throttle.buckets import LocalBuckets
from tests.asking import Api
from tests.conftest import SECRET, connected
from tests.factories import make_comment, make_post, make_user

# Costs are counted the same way whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

ASKING = {"GraphQL-Cost": "1"}
LIST = "{ posts { title author { name } comments(first: 5) { id } } }"
RATE = "{ rateLimit { limit cost remaining restoreRate resetAt nodeCount depth } posts { id } }"


@pytest.fixture
async def author(resources):
    """The author of a blog of two posts, one of them with a comment."""
    ana = await make_user(resources, username="ana")
    await make_comment(resources, await make_post(resources, ana), ana)
    await make_post(resources, ana)
    return ana


async def test_who_asks_sees_what_it_could_cost_and_what_it_did(api, author):
    answer = (await api.post(LIST, headers=ASKING)).json()

    assert list(answer) == ["data", "extensions"]
    assert answer["extensions"] == {
        "cost": {"requestedQueryCost": 20 * (1 + 1 + 5), "actualQueryCost": 2 + 2 + 1}
    }


@pytest.mark.parametrize("headers", [{}, {"GraphQL-Cost": "0"}, {"GraphQL-Cost": ""}])
async def test_who_does_not_ask_gets_the_data_and_nothing_else(api, author, headers):
    assert list((await api.post(LIST, headers=headers)).json()) == ["data"]


async def test_variables_count_as_they_are(api, author):
    query = "query ($n: Int) { posts(first: $n) { id } }"

    costs = [
        (await api.post(query, headers=ASKING, n=size)).json()["extensions"]["cost"]
        for size in (1, 100, None)
    ]

    assert [cost["requestedQueryCost"] for cost in costs] == [1, 100, 20]
    assert [cost["actualQueryCost"] for cost in costs] == [1, 2, 2]


async def test_errors_below_cost_what_was_read(api, author):
    query = "{ posts { id excerpt(maxLength: 0) } }"

    answer = (await api.post(query, headers=ASKING)).json()

    assert answer["data"] is None
    assert answer["extensions"]["cost"] == {"requestedQueryCost": 20, "actualQueryCost": 0}


async def test_what_is_no_operation_costs_nothing_that_could_be_told(api, author):
    answer = (await api.post("{ nothing }", headers=ASKING)).json()

    assert list(answer) == ["errors"]


async def test_a_mutation_costs_ten(api, author):
    query = 'mutation { updatePost(input: {id: "1", title: "New"}) { post { title } } }'

    answer = (await api.post(query, by=author, headers=ASKING)).json()

    assert answer["extensions"]["cost"] == {"requestedQueryCost": 11, "actualQueryCost": 11}


async def test_introspection_has_a_price(api, author):
    answer = (await api.post("{ __schema { queryType { name } } }", headers=ASKING)).json()

    assert answer["extensions"]["cost"] == {"requestedQueryCost": 200, "actualQueryCost": 200}


async def test_where_nobody_keeps_count_the_bucket_is_full(api, author):
    rate = (await api.data(RATE))["rateLimit"]

    assert datetime.fromisoformat(rate.pop("resetAt"))
    assert rate == {
        "limit": 5000,
        "cost": 21,
        "remaining": 5000,
        "restoreRate": 50,
        "nodeCount": 21,
        "depth": 2,
    }


@pytest.fixture
async def throttled(database_url, tmp_path) -> AsyncIterator[Api]:
    """Asks a server that keeps count, at an instant that does not pass."""
    settings = Settings.load(
        env="test",
        database_url=database_url,
        data_dir=tmp_path,
        secret_key=SECRET,
        rate_limit="on",
        rate_limit_anonymous_points=100,
        rate_limit_anonymous_restore=1,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app) as state:
        held = replace(state["resources"], buckets=LocalBuckets(clock=lambda: 0.0))
        async with connected(app, held) as client:
            yield Api(client, held)


async def test_points_are_taken_as_they_could_be_spent(throttled, author):
    first = await throttled.post("{ posts(first: 30) { id } }", headers=ASKING)
    second = await throttled.data(RATE)
    third = await throttled.post("{ posts(first: 60) { id } }")

    assert first.headers["ratelimit-remaining"] == "70"
    assert first.json()["extensions"]["cost"] == {
        "requestedQueryCost": 30,
        "actualQueryCost": 2,
        "throttleStatus": {
            "maximumAvailable": 100,
            "currentlyAvailable": 70,
            "restoreRate": 1,
        },
    }
    assert (second["rateLimit"]["cost"], second["rateLimit"]["remaining"]) == (21, 49)
    assert third.status_code == 429
    assert "This costs 60 points, and 49 of 100 are left" in third.json()["errors"][0]["message"]
