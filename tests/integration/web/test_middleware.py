"""What every answer has, and what happens when something breaks."""

import json
import re

import pytest
import structlog
from sqlalchemy import text


async def test_every_answer_names_its_request(client):
    made = await client.get("/healthz")
    kept = await client.get("/healthz", headers={"X-Request-Id": "from-the-proxy-1"})
    refused = await client.get("/healthz", headers={"X-Request-Id": "no good\tid"})

    assert len(made.headers["x-request-id"]) == 32
    assert kept.headers["x-request-id"] == "from-the-proxy-1"
    assert len(refused.headers["x-request-id"]) == 32


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (b"12345678", True),
        (b"7d444840-9dc0-11d1-b245-5ffdce74fad2", True),
        (b"Aa0._-Zz", True),
        (b"a" * 64, True),
        (b"", False),
        (b"1234567", False),
        (b"a" * 65, False),
        (b"a" * 60_000, False),
        (b"12345678\n", False),
        (b"12345678\r\nSet-Cookie: a=b", False),
        (b"12345678\x00", False),
        (b"12345678 9", False),
        ("größer als".encode(), False),
        ("١٢٣٤٥٦٧٨".encode(), False),
        (b'"><script>', False),
        (b"\x1b[31m1234", False),
    ],
)
async def test_an_id_is_kept_when_it_can_do_no_harm(app, resources, given, kept):
    """Straight to the application: no client would send some of these."""
    sent = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/nowhere",
        "query_string": b"",
        "headers": [(b"x-request-id", given)],
        "state": {"resources": resources},
    }

    async def send(message):
        sent.append(message)

    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logged:
        await app(scope, None, send)

    said = dict(sent[0]["headers"])[b"x-request-id"]
    assert (said == given) is kept
    assert kept or re.fullmatch(rb"[0-9a-f]{32}", said)
    assert json.loads(sent[1]["body"])["requestId"] == said.decode()
    assert [line["requestId"] for line in logged] == [said.decode()]


@pytest.mark.parametrize("path", ["/healthz", "/api/posts", "/graphql", "/nowhere"])
async def test_browsers_are_told_to_be_careful(client, path):
    response = await client.get(path)

    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in response.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/api/users", "/graphql"])
async def test_a_body_that_says_it_is_too_large_is_refused(client, path):
    response = await client.post(path, content=b"x" * (1024 * 1024 + 1))

    words = "The body may have 1,048,576 bytes at most."
    assert response.status_code == 413
    assert words in {response.json().get("error"), _first_message(response.json())}
    assert response.headers["x-request-id"] in response.text


def _first_message(body):
    return body.get("errors", [{"message": None}])[0]["message"]


async def test_a_body_that_does_not_say_is_refused_while_it_comes(client):
    async def endless():
        for _ in range(3):
            yield b" " * 500_000

    response = await client.post(
        "/graphql", content=endless(), headers={"Content-Type": "application/json"}
    )

    assert response.status_code == 413


async def test_of_a_header_that_comes_twice_the_first_counts(client):
    twice = [("X-Request-Id", "the-first-one"), ("X-Request-Id", "the-second-one")]
    types = [("Accept", "application/json"), ("Accept", "image/png")]

    response = await client.get("/graphql?query={__typename}", headers=[*twice, *types])

    assert response.headers["x-request-id"] == "the-first-one"
    assert response.headers["content-type"] == "application/json; charset=utf-8"


async def test_no_header_is_sent_twice(client):
    for path in ("/healthz", "/graphql?query={__typename}", "/graphql", "/nowhere"):
        response = await client.get(path, headers={"Accept": "text/html, */*;q=0.1"})

        names = [name.lower() for name, _ in response.headers.raw]
        assert len(names) == len(set(names)), path


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/healthz", 200), ("POST", "/nowhere", 404)]
)
async def test_every_request_is_a_line_in_the_log_with_its_id(client, method, path, status):
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logged:
        response = await client.request(method, path, headers={"X-Request-Id": "from-the-proxy"})

    (line,) = [entry for entry in logged if entry["event"] == "Request"]
    assert response.status_code == status
    assert 0 <= line.pop("milliseconds") < 10_000
    assert line == {
        "event": "Request",
        "log_level": "info",
        "requestId": "from-the-proxy",
        "method": method,
        "path": path,
        "status": status,
    }
    assert structlog.contextvars.get_contextvars() == {}


@pytest.mark.parametrize("path", ["/graphql", "/api/login"])
async def test_a_client_that_left_is_told_nothing_and_logged(app, resources, path):
    sent = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "state": {"resources": resources},
    }

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    with structlog.testing.capture_logs() as logged:
        await app(scope, receive, send)

    assert sent == []
    assert [(entry["event"], entry["status"]) for entry in logged] == [("Request", 499)]


async def test_a_body_in_parts_is_put_together(client):
    async def parts():
        for part in (b'{"query": ', b'"{ __type', b'name }"}'):
            yield part

    response = await client.post(
        "/graphql", content=parts(), headers={"Content-Type": "application/json"}
    )

    assert response.json() == {"data": {"__typename": "Query"}}


async def test_a_bug_is_masked_logged_and_over(client, resources, capsys, caplog):
    async with resources.transaction() as session:
        await session.execute(text("ALTER TABLE slug_history RENAME TO gone"))
    async with resources.transaction() as session:
        await session.execute(text("ALTER TABLE posts RENAME TO also_gone"))

    broken = await client.get("/api/posts")
    logged = capsys.readouterr().out + caplog.text
    healthy = await client.get("/api/greeting")

    assert broken.status_code == 500
    assert broken.json() == {
        "error": "Something went wrong!",
        "code": "INTERNAL_SERVER_ERROR",
        "details": [],
        "requestId": broken.headers["x-request-id"],
    }
    assert broken.headers["x-request-id"] in logged
    assert "Traceback" in logged
    assert healthy.json() == {"message": "Hello, World!"}


async def test_an_unknown_address_is_answered_in_json(client):
    response = await client.get("/nowhere")

    assert response.status_code == 404
    assert set(json.loads(response.content)) == {"error", "code", "details", "requestId"}
