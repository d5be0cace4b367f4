"""Several operations in one request: off unless set, bounded, and answered in order."""

import orjson
import pytest
from sqlalchemy import text

from graphql_blog.settings import Switch

pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
REGISTER = """
mutation ($name: String!, $email: String!) {
  register(input: {username: $name, email: $email, password: "a-long-password"}) {
    user { username }
  }
}
"""


@pytest.fixture
def settings(request, settings):
    return settings.model_copy(update={"max_batch": 3, **getattr(request, "param", {})})


def codes(answer):
    return [error["extensions"]["code"] for error in answer["errors"]]


def register(name):
    return {"query": REGISTER, "variables": {"name": name, "email": f"{name}@example.com"}}


@pytest.mark.parametrize("settings", [{"max_batch": 0}], indirect=True)
async def test_unless_set_a_batch_is_400(client, statements):
    response = await client.post("/graphql", json=[{"query": "{ posts { id } }"}])

    assert response.status_code == 400
    assert codes(response.json()) == ["BATCHING_NOT_ALLOWED"]
    assert statements == []


@pytest.mark.parametrize("accept", [JSON, RESPONSE])
async def test_each_operation_is_answered_in_its_place(client, accept):
    asked = [
        {"query": "{ a: __typename }"},
        {"query": "query ($id: ID!) { post(id: $id) { id } }", "variables": {"id": "7"}},
        {"query": "query B { b: __typename }", "operationName": "B"},
    ]

    response = await client.post("/graphql", json=asked, headers={"Accept": accept})

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{accept}; charset=utf-8"
    assert response.json() == [
        {"data": {"a": "Query"}},
        {"data": {"post": None}},
        {"data": {"b": "Query"}},
    ]


async def test_what_is_wrong_with_one_does_not_concern_the_others(client):
    asked = [{"query": "{"}, {"qeury": "{ __typename }"}, {"query": "{ __typename }"}]

    response = await client.post("/graphql", json=asked, headers={"Accept": RESPONSE})
    first, second, third = response.json()

    assert response.status_code == 200
    assert (list(first), codes(first)) == (["errors"], ["GRAPHQL_PARSE_FAILED"])
    assert (list(second), codes(second)) == (["errors"], ["BAD_REQUEST"])
    assert third == {"data": {"__typename": "Query"}}
    assert {first["errors"][0]["extensions"]["requestId"]} == {response.headers["x-request-id"]}


async def test_mutations_run_one_after_the_other_and_are_seen_by_what_follows(client):
    asked = [register("ana"), register("ana"), {"query": "{ users { username } }"}]

    first, second, third = (await client.post("/graphql", json=asked)).json()

    assert first == {"data": {"register": {"user": {"username": "ana"}}}}
    assert second["data"] == {"register": {"user": None}}
    assert third == {"data": {"users": [{"username": "ana"}]}}


async def test_a_batch_that_is_too_long_is_400_and_nothing_is_done(client, statements):
    response = await client.post("/graphql", json=[register(f"ana{n}") for n in range(4)])

    (error,) = response.json()["errors"]
    assert response.status_code == 400
    assert error["message"] == "A batch may have 3 operations at most, not 4: send several."
    assert {**error["extensions"], "requestId": ""} == {
        "code": "BATCH_TOO_LARGE",
        "value": 4,
        "limit": 3,
        "requestId": "",
    }
    assert statements == []


@pytest.mark.parametrize("body", [b"[]", b"[null]", b'[{"query": "{ __typename }"}, 1]'])
async def test_a_batch_that_is_none_is_400(client, body):
    response = await client.post("/graphql", content=body, headers={"Content-Type": JSON})

    assert response.status_code == 400
    assert codes(response.json()) == ["BAD_REQUEST"]


async def test_a_bad_token_refuses_the_whole_batch(client):
    headers = {"Authorization": "Bearer nonsense"}

    response = await client.post("/graphql", json=[{"query": "{ __typename }"}], headers=headers)

    assert response.status_code == 401
    assert codes(response.json()) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("settings", [{"request_timeout": 0.05}], indirect=True)
async def test_all_operations_together_have_the_time_of_one_request(client, resources):
    asked = [register("ana"), register("bea"), {"query": "{ __typename }"}]
    async with resources.writer.connect() as connection:
        # SQLite has one writer at a time: the first operation waits until its time is up.
        await connection.execute(text("UPDATE users SET age = age"))
        response = await client.post("/graphql", json=asked)

    assert response.status_code == 200
    assert [codes(answer) for answer in response.json()] == [["TIMEOUT"]] * 3
    assert response.json()[1]["errors"][0]["message"] == (
        "No time was left for this operation: it was not begun."
    )


async def test_batches_are_not_sent_by_address(client):
    asked = orjson.dumps([{"query": "{ __typename }"}]).decode()

    response = await client.get("/graphql", params={"query": asked}, headers={"Accept": RESPONSE})

    assert response.status_code == 400
    assert codes(response.json()) == ["GRAPHQL_PARSE_FAILED"]


FEW_POINTS = {
    "rate_limit": Switch.ON,
    "rate_limit_anonymous_points": 2,
    "rate_limit_anonymous_restore": 1,
}


@pytest.mark.parametrize("settings", [FEW_POINTS], indirect=True)
async def test_what_was_done_is_told_where_the_budget_did_not_last_for_all(client):
    response = await client.post("/graphql", json=[{"query": "{ __typename }"}] * 3)

    first, second, third = response.json()
    assert response.status_code == 200
    assert first == second == {"data": {"__typename": "Query"}}
    assert codes(third) == ["RATE_LIMITED"]
    assert third["errors"][0]["extensions"]["retryAfter"] == 1
