"""Guessing passwords: a few times, over either API; the account behind it does not show."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from graphql_blog.settings import Settings
from graphql_blog.throttle.addresses import Addresses
from graphql_blog.throttle.buckets import LocalBuckets
from graphql_blog.throttle.logins import Logins
from tests.conftest import SECRET

# Wrong passwords are counted the same way whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

PASSWORD = "a-long-password"
LOG_IN = """
    mutation ($username: String!, $password: String!) {
      login(input: {username: $username, password: $password}) {
        token
        errors { __typename code message path ... on AuthError { retryAfterSeconds } }
      }
    }
"""
LOCKED = {
    "__typename": "AuthError",
    "code": "LOCKED_OUT",
    "message": "Too many wrong passwords: try again in 60 s.",
    "path": None,
    "retryAfterSeconds": 60,
}


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    return Settings.load(
        env="test", database_url=database_url, data_dir=tmp_path, secret_key=SECRET
    )


@pytest.fixture
async def resources(app, clock) -> AsyncIterator[Any]:
    async with app.router.lifespan_context(app) as state:
        logins = Logins(LocalBuckets(clock=clock), Addresses(), attempts=3)
        yield replace(state["resources"], logins=logins)


@pytest.fixture(autouse=True)
async def ana(client):
    given = {"username": "ana", "email": "ana@example.com", "password": PASSWORD}
    await client.post("/api/users", json=given)


def rest(client, username="ana", password="wrong"):
    return client.post("/api/login", json={"username": username, "password": password})


async def graphql(api, username="ana", password="wrong"):
    return (await api.data(LOG_IN, username=username, password=password))["login"]


async def test_rest_refuses_the_fourth_guess_even_when_it_is_right(client, clock):
    statuses = [(await rest(client)).status_code for _ in range(3)]
    refused = await rest(client, password=PASSWORD)

    assert statuses == [401, 401, 401]
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert "www-authenticate" not in refused.headers
    assert refused.json() == {
        "error": "Too many wrong passwords: try again in 60 s.",
        "code": "LOCKED_OUT",
        "details": [{"retryAfter": 60}],
        "requestId": refused.headers["x-request-id"],
    }
    clock.now += 60
    assert (await rest(client, password=PASSWORD)).status_code == 200


async def test_graphql_refuses_it_as_data(api):
    codes = [(await graphql(api))["errors"][0]["code"] for _ in range(3)]

    assert codes == ["INVALID_CREDENTIALS"] * 3
    assert await graphql(api, password=PASSWORD) == {"token": None, "errors": [LOCKED]}


async def test_both_apis_count_together(api, client):
    await rest(client)
    await graphql(api)
    await rest(client)

    assert (await graphql(api))["errors"] == [LOCKED]


@pytest.mark.parametrize("username", ["ana", "nobody@example.com"])
async def test_accounts_that_are_not_there_are_locked_alike(client, username):
    answers = [await rest(client, username) for _ in range(5)]

    bodies = [{k: v for k, v in answer.json().items() if k != "requestId"} for answer in answers]
    wrong = {"error": "Invalid credentials", "code": "INVALID_CREDENTIALS", "details": []}
    locked = {
        "error": "Too many wrong passwords: try again in 60 s.",
        "code": "LOCKED_OUT",
        "details": [{"retryAfter": 60}],
    }
    assert bodies == [wrong, wrong, wrong, locked, locked]


async def test_each_alias_of_a_document_is_a_guess(api):
    guess = 'login(input: {username: "ana", password: "no"}) { errors { code } }'
    document = "mutation {" + " ".join(f"g{n}: {guess}" for n in range(5)) + "}"

    answer = await api.data(document)

    codes = [payload["errors"][0]["code"] for payload in answer.values()]
    assert codes == ["INVALID_CREDENTIALS"] * 3 + ["LOCKED_OUT"] * 2


async def test_the_right_password_in_time_clears_the_count(client):
    statuses = []
    for _ in range(2):
        statuses += [(await rest(client)).status_code for _ in range(2)]
        statuses += [(await rest(client, password=PASSWORD)).status_code]

    assert statuses == [401, 401, 200] * 2


async def test_no_hash_is_compared_for_who_is_locked_out(client, resources, monkeypatch):
    for _ in range(3):
        await rest(client)

    async def never(*_: Any) -> Any:
        raise AssertionError("a hash was compared")

    monkeypatch.setattr(resources.passwords, "check", never)
    assert (await rest(client)).status_code == 429
