"""GraphQL over Server-Sent Events, in distinct connections mode, on a real server."""

import asyncio
import json
import shutil
import time
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
import structlog

from graphql_blog.auth import Role
from graphql_blog.db.models import User
from graphql_blog.settings import Settings
from graphql_blog.web import sse
from tests.conftest import SECRET
from tests.factories import make_user
from tests.serving import BELLS, OPEN, SENT, served, until

EVENTS = {"Accept": "text/event-stream"}
TYPENAME = "{ __typename }"


@pytest.fixture(scope="module")
def anyio_backend():
    return "asyncio"


@pytest.fixture(scope="module")
def module_settings(sqlite_template, tmp_path_factory):
    """One database and one server for all: nothing here depends on the kind of database."""
    folder = tmp_path_factory.mktemp("events")
    shutil.copy(sqlite_template, folder / "blog.db")
    url = f"sqlite:///{folder / 'blog.db'}"
    return Settings.load(env="test", database_url=url, data_dir=folder, secret_key=SECRET)


@pytest.fixture(scope="module")
async def blog(module_settings):
    async with served(module_settings) as server:
        yield server


@pytest.fixture
async def client(blog):
    async with httpx2.AsyncClient(base_url=f"http://{blog.place}", timeout=5) as made:
        yield made


@pytest.fixture
async def ana(blog):
    return await make_user(blog.resources)


def events_in(text):
    """What an EventSource would make of it: names and data, comments left out."""
    found = []
    for block in text.split("\n\n"):
        lines = [line for line in block.split("\n") if line and not line.startswith(":")]
        if lines:
            fields = dict(line.split(":", 1) for line in lines)
            found.append((fields["event"].strip(), fields["data"].removeprefix(" ")))
    return found


def bodies_in(response):
    """What the `next` events of a complete stream brought."""
    assert response.status_code == 200, response.text
    *following, last = events_in(response.text)
    assert last == ("complete", "")
    assert {name for name, _ in following} == {"next"}
    return [json.loads(data) for _, data in following]


async def posted(client, query, headers=None, **more):
    asked = {"query": query, **more}
    return await client.post("/graphql", json=asked, headers=EVENTS | (headers or {}))


class Stream:
    """A stream that is read bit by bit."""

    def __init__(self, response):
        self._blocks = self._read(response)

    @staticmethod
    async def _read(response):
        text = ""
        async for part in response.aiter_text():
            text += part
            *whole, text = text.split("\n\n")
            for block in whole:
                yield block

    async def block(self):
        async with asyncio.timeout(5):
            return await anext(self._blocks)

    async def body(self):
        name, data = (await self.block()).split("\n")
        assert name == "event: next"
        return json.loads(data.removeprefix("data: "))


@asynccontextmanager
async def streaming(client, query, headers=None):
    asked = {"json": {"query": query}, "headers": EVENTS | (headers or {})}
    async with client.stream("POST", "/graphql", **asked) as response:
        assert response.status_code == 200
        stream = Stream(response)
        assert await stream.block() == ":"
        yield stream


# ------------------------------------------------------------ results


async def test_a_query_by_post_is_next_and_complete(client):
    response = await posted(
        client, "query A($id: ID!) { post(id: $id) { id } }", variables={"id": "99"}
    )

    assert response.text == (
        ':\n\nevent: next\ndata: {"data":{"post":null}}\n\nevent: complete\ndata: \n\n'
    )


async def test_a_query_by_get_too(client):
    response = await client.get("/graphql", params={"query": TYPENAME}, headers=EVENTS)

    assert bodies_in(response) == [{"data": {"__typename": "Query"}}]


async def test_the_headers_are_those_of_an_event_stream(client):
    response = await posted(client, TYPENAME)

    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-cache"
    assert response.headers["x-accel-buffering"] == "no"
    assert response.headers["vary"] == "Accept, Authorization"
    assert "content-encoding" not in response.headers
    assert len(response.headers["x-request-id"]) == 32


async def test_a_head_has_the_same_headers_and_executes_nothing(client):
    query = "subscription { waiting }"

    response = await client.head("/graphql", params={"query": query}, headers=EVENTS)

    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.content == b""
    assert OPEN == []


async def test_a_mutation_by_post(client, blog, ana):
    create = """mutation {
      createPost(input: {title: "Said in events", content: "x"}) { post { title } errors { code } }
    }"""

    response = await posted(client, create, {"Authorization": blog.authorization(ana)})

    assert bodies_in(response) == [
        {"data": {"createPost": {"post": {"title": "Said in events"}, "errors": []}}}
    ]


async def test_a_mutation_by_get_is_405(client):
    query = 'mutation { register(input: {username: "getta", email: "g@example.com"}) { token } }'

    response = await client.get("/graphql", params={"query": query}, headers=EVENTS)

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert response.json()["errors"][0]["extensions"]["code"] == "METHOD_NOT_ALLOWED"


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_subscription_is_a_next_for_each_event(client, method):
    query = "subscription { counted(to: 3) }"
    sent = {"json": {"query": query}} if method == "POST" else {"params": {"query": query}}

    response = await client.request(method, "/graphql", headers=EVENTS, **sent)

    assert bodies_in(response) == [{"data": {"counted": number}} for number in range(3)]


async def test_events_come_when_they_happen_with_rights_as_they_are_then(client, blog, ana):
    query = "subscription { seen { number author { role } } }"
    async with streaming(client, query, {"Authorization": blog.authorization(ana)}) as stream:
        BELLS[ana.username].put_nowait(ana.id)
        first = await stream.body()
        async with blog.resources.transaction() as session:
            (await session.get(User, ana.id)).role = Role.EDITOR
        BELLS[ana.username].put_nowait(ana.id)
        second = await stream.body()

    assert first == {"data": {"seen": {"number": ana.id, "author": {"role": "AUTHOR"}}}}
    assert second == {"data": {"seen": {"number": ana.id, "author": {"role": "EDITOR"}}}}


# ------------------------------------------------------------ refusals


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [
        ("{", "GRAPHQL_PARSE_FAILED", "Syntax Error: Expected Name, found <EOF>."),
        (
            "{ nothing }",
            "GRAPHQL_VALIDATION_FAILED",
            "Cannot query field 'nothing' on type 'Query'.",
        ),
        (
            "subscription { nothing }",
            "GRAPHQL_VALIDATION_FAILED",
            "Cannot query field 'nothing' on type 'Subscription'.",
        ),
        ("subscription { forbidden }", "FORBIDDEN", "Not for you."),
        (
            "query ($id: ID!) { post(id: $id) { id } }",
            "BAD_USER_INPUT",
            "Variable '$id' has invalid value: Expected a value of non-null type 'ID!' to be"
            " provided.",
        ),
    ],
)
async def test_what_graphql_refuses_is_said_in_the_stream(client, query, code, message):
    response = await posted(client, query)

    (body,) = bodies_in(response)
    (error,) = body["errors"]
    assert list(body) == ["errors"]
    assert (error["extensions"]["code"], error["message"]) == (code, message)
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_document_that_is_not_known_is_said_in_the_stream(client, method):
    named = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    sent = (
        {"json": {"extensions": named}}
        if method == "POST"
        else {"params": {"extensions": json.dumps(named)}}
    )

    (body,) = bodies_in(await client.request(method, "/graphql", headers=EVENTS, **sent))

    (error,) = body["errors"]
    assert error["message"] == "PersistedQueryNotFound"
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"


async def test_a_subscription_that_breaks_says_so_and_is_over(client):
    first, last = bodies_in(await posted(client, "subscription { broken }"))

    (error,) = last["errors"]
    assert first == {"data": {"broken": 1}}
    assert error["message"] == "Something went wrong!"
    assert error["extensions"]["code"] == "INTERNAL_SERVER_ERROR"


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        ({"content": "{", "headers": {"Content-Type": "application/json"}}, 400, "BAD_REQUEST"),
        ({"json": {}}, 400, "BAD_REQUEST"),
        (
            {"content": "x", "headers": {"Content-Type": "text/plain"}},
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        ({"json": {"query": TYPENAME}, "headers": {"Authorization": "x"}}, 401, "UNAUTHENTICATED"),
        ({"json": [{"query": TYPENAME}]}, 406, "NOT_ACCEPTABLE"),
        ({"files": {"operations": (None, "{}")}}, 406, "NOT_ACCEPTABLE"),
    ],
)
async def test_what_http_refuses_has_its_status(client, sent, status, code):
    headers = EVENTS | sent.pop("headers", {})

    response = await client.post("/graphql", headers=headers, **sent)

    assert response.status_code == status
    assert response.headers["content-type"] == "application/json; charset=utf-8"
    assert response.json()["errors"][0]["extensions"]["code"] == code


async def test_an_expired_token_ends_a_subscription(client, blog, ana):
    almost_an_hour_ago = datetime.now(UTC) - timedelta(hours=1) + timedelta(seconds=1)
    token = blog.resources.tokens.issue(ana.id, ana.username, almost_an_hour_ago)
    headers = {"Authorization": f"Bearer {token.text}"}
    async with streaming(client, "subscription { seen { number } }", headers) as stream:
        await asyncio.sleep((token.expires_at - datetime.now(UTC)).total_seconds())
        BELLS[ana.username].put_nowait(1)
        (error,) = (await stream.body())["errors"]
        last = await stream.block()

    assert error["extensions"]["reason"] == "TOKEN_EXPIRED"
    assert last == "event: complete\ndata: "


# ------------------------------------------------------------ who gets events


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("text/event-stream", "text/event-stream"),
        ("text/event-stream, multipart/mixed", "text/event-stream"),
        ("text/event-stream, application/json;q=0.5", "text/event-stream"),
        (
            "application/graphql-response+json, application/json, text/event-stream",
            "application/graphql-response+json",
        ),
        ("application/json, text/event-stream", "application/json"),
        ("*/*", "application/json"),
        ("text/event-stream;q=0, application/json", "application/json"),
    ],
)
async def test_events_are_for_those_who_would_rather_have_them(client, accept, content_type):
    response = await client.get("/graphql", params={"query": TYPENAME}, headers={"Accept": accept})

    assert response.status_code == 200
    assert response.headers["content-type"].partition(";")[0] == content_type


async def test_a_subscription_is_not_answered_in_json(client):
    response = await client.post("/graphql", json={"query": "subscription { waiting }"})

    (error,) = response.json()["errors"]
    assert response.status_code == 406
    assert error["message"] == (
        "Subscriptions are answered as text/event-stream to clients that accept it before JSON,"
        " and over WebSockets that speak graphql-transport-ws."
    )


# ------------------------------------------------------------ staying, and leaving


async def test_a_silent_stream_is_kept_alive(client, monkeypatch):
    monkeypatch.setattr(sse, "KEEP_ALIVE_SECONDS", 0.05)
    async with streaming(client, "subscription { waiting }") as stream:
        assert [await stream.block() for _ in range(3)] == [":", ":", ":"]


async def test_nothing_is_left_of_a_client_that_left(blog):
    before = asyncio.all_tasks()
    async with httpx2.AsyncClient(base_url=f"http://{blog.place}", timeout=5) as client:
        with structlog.testing.capture_logs() as logged:
            async with streaming(client, "subscription { waiting }"):
                await until(lambda: OPEN == ["waiting"])

            await until(lambda: OPEN == [])
            await until(lambda: logged)

    (line,) = logged
    assert (line["event"], line["status"]) == ("Request", 200)
    await until(lambda: asyncio.all_tasks() <= before)


async def test_for_who_reads_slowly_nothing_is_piled_up(blog):
    SENT.clear()
    before = asyncio.all_tasks()
    reader, writer = await asyncio.open_connection(*blog.place.split(":"), limit=1000)
    query = "/graphql?query=subscription{flood}"
    writer.write(f"GET {query} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n".encode())
    await reader.readline()
    await asyncio.sleep(0.3)
    made_at_first = len(SENT)
    await asyncio.sleep(0.3)
    made = len(SENT)
    writer.transport.abort()

    assert made == made_at_first
    assert 1 <= made < 40
    await until(lambda: asyncio.all_tasks() <= before)


async def test_who_reads_nothing_is_let_go(blog, monkeypatch):
    monkeypatch.setattr(sse, "SEND_SECONDS", 0.2)
    SENT.clear()
    before = asyncio.all_tasks()
    _, writer = await asyncio.open_connection(*blog.place.split(":"), limit=1000)
    query = "/graphql?query=subscription{flood}"
    writer.write(f"GET {query} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n\r\n".encode())
    await until(lambda: SENT)

    await until(lambda: asyncio.all_tasks() <= before)
    writer.transport.abort()


async def test_the_server_goes_and_the_client_misses_a_complete(module_settings):
    began = time.monotonic()
    async with (
        served(module_settings) as server,
        httpx2.AsyncClient(base_url=f"http://{server.place}", timeout=5) as client,
        streaming(client, "subscription { waiting }") as stream,
    ):
        await until(lambda: OPEN == ["waiting"])
        server.server.should_exit = True
        with pytest.raises(StopAsyncIteration):
            await stream.block()

    assert OPEN == []
    assert time.monotonic() - began < 20
