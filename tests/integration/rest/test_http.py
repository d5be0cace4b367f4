"""HTTP itself: verbs, forms of bodies and answers, and how every refusal looks."""

import logging

import pytest
from sqlalchemy import text

JSON = {"Content-Type": "application/json"}
ALLOWED = {
    "/api/posts": "GET, POST, HEAD, OPTIONS",
    "/api/posts/1": "GET, PUT, PATCH, DELETE, HEAD, OPTIONS",
    "/api/users": "GET, POST, HEAD, OPTIONS",
    "/api/users/1": "GET, HEAD, OPTIONS",
    "/api/users/1/posts": "GET, HEAD, OPTIONS",
    "/api/login": "POST, OPTIONS",
    "/api/protected": "GET, HEAD, OPTIONS",
    "/api/greeting": "GET, HEAD, OPTIONS",
}


@pytest.mark.parametrize(("address", "allowed"), ALLOWED.items())
async def test_every_address_says_which_verbs_it_knows(client, address, allowed):
    asked = await client.options(address)
    refused = await client.request("TRACE", address)

    assert (asked.status_code, asked.content) == (204, b"")
    assert refused.status_code == 405
    assert refused.json()["code"] == "METHOD_NOT_ALLOWED"
    assert asked.headers["allow"] == refused.headers["allow"] == allowed


@pytest.mark.parametrize(
    ("method", "address"),
    [
        ("DELETE", "/api/posts"),
        ("PUT", "/api/users"),
        ("POST", "/api/posts/1"),
        ("GET", "/api/login"),
        ("POST", "/api/greeting"),
        ("HEAD", "/api/login"),
    ],
)
async def test_other_verbs_are_refused(client, method, address):
    answer = await client.request(method, address)

    assert answer.status_code == 405
    assert answer.headers["allow"] == ALLOWED[address]


@pytest.mark.parametrize("address", ["/api/posts", "/api/greeting", "/api/users"])
async def test_head_answers_as_get_without_the_body(client, written, address):
    await written()
    whole = await client.get(address)

    answer = await client.head(address)

    assert (answer.status_code, answer.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "x-total-count"):
        assert answer.headers.get(name) == whole.headers.get(name)


@pytest.mark.parametrize("address", ["/api/", "/api/nothing", "/api/posts/1/nothing"])
async def test_an_unknown_address_is_not_found(client, address):
    answer = await client.get(address)

    assert answer.status_code == 404
    assert answer.json()["code"] == "NOT_FOUND"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"username": }',
        b"[]",
        b'"text"',
        b"null",
        b"7",
        b'{"username": NaN}',
        b'{"age": Infinity}',
        b'{"username": "\xff\xfe"}',
        b"\xef\xbb\xbf{}",
        b'{"username": "a", "username": "b"}',
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b'{"age": ' + b"9" * 10_000 + b"}",
    ],
    ids=range(14),
)
@pytest.mark.parametrize("address", ["/api/users", "/api/login", "/api/posts"])
async def test_a_body_that_is_no_json_object_is_refused(client, ana, address, body):
    answer = await client.post(address, content=body, headers={**JSON, **ana.headers})

    assert answer.status_code == 400
    assert answer.json()["error"].startswith("The body ")
    assert answer.json()["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("address", ["/api/users", "/api/login", "/api/posts"])
async def test_a_body_that_is_missing_is_refused(client, ana, address):
    answer = await client.post(address, headers=ana.headers)

    assert answer.status_code == 400
    assert answer.json()["error"] == "The body is empty: send a JSON object."


@pytest.mark.parametrize("address", ["/api/login", "/api/users", "/compare/plan"])
async def test_a_body_of_very_many_values_is_refused_unread(client, address):
    crowded = b'{"username": [' + b"{}," * 20_000 + b"{}]}"

    answer = await client.post(address, content=crowded, headers=JSON)

    assert answer.status_code == 400
    assert answer.json()["error"] == "The body may have 20,000 values, not more."


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", ""]
)
async def test_a_body_in_another_form_is_refused(client, content_type):
    body = b'{"username": "testuser", "email": "test@example.com"}'

    answer = await client.post("/api/users", content=body, headers={"Content-Type": content_type})

    assert answer.status_code == 415
    assert answer.json()["code"] == "UNSUPPORTED_MEDIA_TYPE"


@pytest.mark.parametrize(
    "content_type", ["application/json", "Application/JSON; charset=UTF-8", "application/json;"]
)
async def test_json_is_taken_however_it_is_spelt(client, content_type):
    body = b'{"username": "testuser", "email": "test@example.com"}'

    answer = await client.post("/api/users", content=body, headers={"Content-Type": content_type})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/json",
        "APPLICATION/JSON",
        "application/*;q=0.1",
        "text/html, */*;q=0.8",
        "image/png;q=0, application/json; q=0.5",
        "*/*;q=high",
    ],
)
async def test_whoever_takes_json_gets_it(client, accept):
    answer = await client.get("/api/posts", headers={"Accept": accept})

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "accept",
    ["image/png", "text/html", "application/json;q=0", "*/*, application/json;q=0", "", "nonsense"],
)
async def test_whoever_does_not_take_json_is_told_so(client, accept):
    answer = await client.get("/api/posts", headers={"Accept": accept})

    assert answer.status_code == 406
    assert answer.json()["code"] == "NOT_ACCEPTABLE"


async def test_a_body_that_is_too_large_is_refused(client, settings, ana):
    given = {"title": "T", "content": "x" * settings.max_body_bytes}

    answer = await client.post("/api/posts", json=given, headers=ana.headers)

    assert answer.status_code == 413
    assert set(answer.json()) == {"error", "code", "details", "requestId"}


async def test_every_refusal_has_the_same_four_keys(client):
    answers = [
        await client.get("/api/nothing"),
        await client.get("/api/protected"),
        await client.get("/api/posts/1"),
        await client.get("/api/posts", headers={"Accept": "image/png"}),
        await client.get("/api/posts?limit=0"),
        await client.put("/api/posts"),
        await client.post("/api/users", json={}),
    ]

    shapes = [set(answer.json()) for answer in answers]
    assert shapes == [{"error", "code", "details", "requestId"}] * 7
    assert len({answer.json()["requestId"] for answer in answers}) == 7


async def test_a_bug_is_answered_in_four_words_and_the_next_request_works(
    client, resources, caplog
):
    caplog.set_level(logging.CRITICAL)
    async with resources.transaction() as session:
        await session.execute(text("ALTER TABLE posts RENAME TO hidden_posts"))
    broken = await client.get("/api/posts")
    async with resources.transaction() as session:
        await session.execute(text("ALTER TABLE hidden_posts RENAME TO posts"))

    answer = await client.get("/api/posts")

    assert broken.status_code == 500
    assert broken.json() == {
        "error": "Something went wrong!",
        "code": "INTERNAL_SERVER_ERROR",
        "details": [],
        "requestId": broken.json()["requestId"],
    }
    assert "posts" not in broken.text
    assert answer.status_code == 200
