"""How much each may ask for, as clients meet it: headers, 429, and who pays."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from graphql_blog.app import create_app
from graphql_blog.settings import Settings
from graphql_blog.throttle.buckets import LocalBuckets
from tests.asking import RESPONSE
from tests.conftest import SECRET, connected
from tests.factories import make_post, make_user

# Points are counted the same way whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

TRIVIAL = {"query": "{ __typename }"}
ACCEPT = {"Accept": RESPONSE}


class Clock:
    """Stands still unless it is moved."""

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
        env="test",
        database_url=database_url,
        data_dir=tmp_path,
        secret_key=SECRET,
        rate_limit="on",
        rate_limit_points=40,
        rate_limit_restore=4,
        rate_limit_anonymous_points=20,
        rate_limit_anonymous_restore=2,
        rate_limit_exempt="10.0.0.0/8",
    )


@pytest.fixture
async def resources(app, clock) -> AsyncIterator[Any]:
    async with app.router.lifespan_context(app) as state:
        yield replace(state["resources"], buckets=LocalBuckets(clock=clock))


@pytest.fixture
def client_at(app, resources) -> Callable[[str], httpx2.AsyncClient]:
    """A client at some address."""

    def at(address: str) -> httpx2.AsyncClient:
        async def with_state(scope: Any, receive: Any, send: Any) -> None:
            await app({**scope, "state": {"resources": resources}}, receive, send)

        transport = httpx2.ASGITransport(app=with_state, client=(address, 123))
        return httpx2.AsyncClient(transport=transport, base_url="http://testserver")

    return at


def told(answer: httpx2.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name.startswith("ratelimit")}


async def spend(client: httpx2.AsyncClient, points: int) -> None:
    for _ in range(points):
        assert (await client.get("/api/greeting")).status_code == 200


async def test_an_answer_says_what_is_left(client):
    answer = await client.post("/graphql", json=TRIVIAL)

    assert answer.json() == {"data": {"__typename": "Query"}}
    assert told(answer) == {
        "ratelimit-policy": '"address";q=20;w=10;qu="points"',
        "ratelimit": '"address";r=19;t=1',
        "ratelimit-limit": "20",
        "ratelimit-remaining": "19",
        "ratelimit-reset": "1",
    }


async def test_what_is_embedded_costs_as_if_asked_for_by_itself(client):
    plain = await client.get("/api/posts")
    embeds = await client.get("/api/posts?include=tags&fields=title,comments.author.name")
    refused = await client.get("/api/v1/posts?include=nothing")

    left = [told(answer)["ratelimit-remaining"] for answer in (plain, embeds, refused)]
    assert left == ["19", "15", "14"]


async def test_points_come_back_with_time(client, clock):
    await spend(client, 10)
    clock.now += 2.5

    answer = await client.get("/api/greeting")

    assert told(answer)["ratelimit"] == '"address";r=14;t=3'


async def test_an_account_has_a_budget_of_its_own(api, resources, client):
    ana, ben = [await make_user(resources, username=name) for name in ("ana", "ben")]
    await spend(client, 20)

    answers = [await api.post(TRIVIAL["query"], by=user) for user in (ana, ana, ben)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [told(answer)["ratelimit"] for answer in answers] == [
        '"account";r=39;t=1',
        '"account";r=38;t=1',
        '"account";r=39;t=1',
    ]
    assert told(answers[0])["ratelimit-policy"] == '"account";q=40;w=10;qu="points"'
    rest = await client.get("/api/greeting", headers=api.headers(ana))
    assert told(rest)["ratelimit"] == '"account";r=37;t=1'


async def test_graphql_says_when_nothing_is_left(client, clock):
    await spend(client, 20)

    answer = await client.post("/graphql", json=TRIVIAL, headers=ACCEPT)

    (error,) = answer.json()["errors"]
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    assert answer.headers["content-type"] == f"{RESPONSE}; charset=utf-8"
    assert answer.json().keys() == {"errors"}
    assert error == {
        "message": "This costs 1 point, and 0 of 20 are left, with 2 more each second. Wait 1 s,"
        " or ask for less, or log in for a budget of your own.",
        "extensions": {
            "code": "RATE_LIMITED",
            "retryAfter": 1,
            "requestId": answer.headers["x-request-id"],
        },
    }
    assert told(answer)["ratelimit"] == '"address";r=0;t=1'
    clock.now += 0.5
    assert (await client.post("/graphql", json=TRIVIAL)).status_code == 200


async def test_rest_says_when_nothing_is_left(client, clock):
    await spend(client, 15)

    answer = await client.post("/api/users", json={})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert answer.json() == {
        "error": "This costs 10 points, and 5 of 20 are left, with 2 more each second. Wait 3 s,"
        " or ask for less, or log in for a budget of your own.",
        "code": "RATE_LIMITED",
        "details": [{"retryAfter": 3}],
        "requestId": answer.headers["x-request-id"],
    }
    assert told(answer)["ratelimit"] == '"address";r=5;t=3'
    clock.now += 2.5
    assert (await client.post("/api/users", json={})).status_code == 400


async def test_what_is_refused_was_not_done(api, resources):
    ana = await make_user(resources, username="ana")
    create = 'mutation { createPost(input: {title: "T", content: "C"}) { post { id } } }'
    for _ in range(40):
        await api.post(TRIVIAL["query"], by=ana)

    refused = await api.post(create, by=ana)

    (error,) = refused.json()["errors"]
    assert refused.status_code == 429
    assert error["message"].endswith("Wait 1 s, or ask for less.")
    assert await api.data("{ posts { id } }") == {"posts": []}


@pytest.mark.parametrize(
    ("method", "path", "sent", "status", "left"),
    [
        ("GET", "/api/posts", {}, 200, 19),
        ("HEAD", "/api/posts", {}, 200, 19),
        ("GET", "/feed.xml", {}, 200, 19),
        ("HEAD", "/sitemap.xml", {}, 200, 19),
        ("POST", "/api/login", {"json": {}}, 400, 10),
        ("DELETE", "/api/posts/1", {}, 401, 10),
        ("GET", "/api/posts/1", {}, 404, 19),
        ("GET", "/api/nothing/here", {}, 404, 19),
        ("GET", "/api/posts", {"headers": {"Authorization": "Bearer no"}}, 401, 19),
        ("PUT", "/api/posts", {}, 405, 19),
        ("POST", "/graphql", {"json": TRIVIAL}, 200, 19),
        ("POST", "/graphql", {"json": {"query": "{ nothing }"}}, 200, 15),
        ("POST", "/graphql", {"json": {"query": "{ nothing }"}, "headers": ACCEPT}, 400, 15),
        ("POST", "/graphql", {"json": {"query": "{"}}, 200, 15),
        ("POST", "/graphql", {"content": b"{"}, 415, 19),
        ("POST", "/graphql", {"json": {"query": 1}}, 400, 19),
        (
            "POST",
            "/graphql",
            {"json": TRIVIAL, "headers": {"Authorization": "Bearer no"}},
            401,
            19,
        ),
        ("GET", "/graphql", {"headers": {"Accept": "text/html"}}, 200, 20),
    ],
)
async def test_what_things_cost(client, method, path, sent, status, left):
    answer = await client.request(method, path, **sent)

    assert (answer.status_code, told(answer)["ratelimit-remaining"]) == (status, str(left))


async def test_a_long_site_map_costs_more(client, resources, monkeypatch):
    monkeypatch.setattr("graphql_blog.feeds.sitemaps.FOR_A_POINT", 2)
    for _ in range(5):
        await make_post(resources)

    answer = await client.get("/sitemap.xml")

    assert told(answer)["ratelimit-remaining"] == "17"


@pytest.mark.parametrize("path", ["/graphql", "/api/posts", "/api/nothing"])
async def test_asking_what_may_be_sent_is_free_as_accounts_depend_on_it(client, path):
    """A browser's preflight has no token, whoever is going to send the request itself."""
    await spend(client, 20)

    answer = await client.options(path)

    assert answer.status_code == (404 if path == "/api/nothing" else 204)
    assert told(answer) == {}


async def test_a_flood_of_wrong_documents_is_refused_before_it_is_read(client):
    statuses = [
        (
            await client.post("/graphql", json={"query": f"{{ wrong{n} }}"}, headers=ACCEPT)
        ).status_code
        for n in range(6)
    ]

    assert statuses == [400, 400, 400, 400, 429, 429]


async def test_whoever_sends_bad_tokens_does_not_pay_for_others(api, client, resources):
    ana = await make_user(resources, username="ana")
    for _ in range(30):
        await client.get("/api/greeting", headers={"Authorization": "Bearer no"})

    assert (await client.get("/api/greeting")).status_code == 429
    assert (await api.post(TRIVIAL["query"], by=ana)).status_code == 200


async def test_other_pages_are_free(client):
    await spend(client, 20)

    answer = await client.get("/healthz")

    assert (answer.status_code, told(answer)) == (200, {})


async def test_an_address_pays_for_itself_and_its_network(client_at):
    async with (
        client_at("192.0.2.1") as one,
        client_at("192.0.2.2") as other,
        client_at("2001:db8::1") as long,
        client_at("2001:db8::2") as neighbour,
        client_at("2001:db8:0:1::2") as far,
    ):
        await spend(one, 20)
        await spend(long, 20)
        clients = (one, other, long, neighbour, far)
        statuses = [(await client.get("/api/greeting")).status_code for client in clients]

    assert statuses == [429, 200, 429, 429, 200]


async def test_exempt_addresses_are_not_counted_but_accounts_there_are(client_at, api, resources):
    ana = await make_user(resources, username="ana")
    async with client_at("10.1.2.3") as client:
        await spend(client, 100)
        stranger = await client.get("/api/greeting")
        account = await client.get("/api/greeting", headers=api.headers(ana))

    assert (stranger.status_code, told(stranger)) == (200, {})
    assert told(account)["ratelimit"] == '"account";r=39;t=1'


async def test_fifty_at_once_get_no_more_than_there_is(client):
    asked = [client.post("/graphql", json=TRIVIAL, headers=ACCEPT) for _ in range(50)]

    answers = await asyncio.gather(*asked)

    assert sorted(answer.status_code for answer in answers) == [200] * 20 + [429] * 30


async def test_without_the_setting_nothing_is_counted_nor_said(database_url, tmp_path):
    app = create_app(
        Settings.load(env="test", database_url=database_url, data_dir=tmp_path, secret_key=SECRET)
    )
    async with (
        app.router.lifespan_context(app) as state,
        connected(app, state["resources"]) as client,
    ):
        answers = [await client.post("/graphql", json=TRIVIAL) for _ in range(30)]

    assert {answer.status_code for answer in answers} == {200}
    assert told(answers[-1]) == {}
