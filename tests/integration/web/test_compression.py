"""Answers of both APIs, packed: what clients and caches make of them."""

import gzip

import brotli
import pytest

from tests.factories import make_post, make_user

UNPACKED = {"br": brotli.decompress, "gzip": gzip.decompress}
READ = {"query": "{ posts { title content } }"}


@pytest.fixture
def template(sqlite_template):
    """What is packed does not depend on the kind of the database."""
    return sqlite_template


@pytest.fixture
async def author(resources):
    return await make_user(resources)


@pytest.fixture
async def post(resources, author):
    return await make_post(resources, author, content="Again and again. " * 1000)


async def raw(client, method, address, **options):
    """The answer, and its body as it was on the wire."""
    async with client.stream(method, address, **options) as answer:
        return answer, b"".join([part async for part in answer.aiter_raw()])


@pytest.mark.parametrize("coding", ["br", "gzip"])
@pytest.mark.parametrize(
    ("method", "address", "body"),
    [("GET", "/api/posts", None), ("POST", "/graphql", READ)],
    ids=["REST", "GraphQL"],
)
async def test_long_answers_of_both_apis_are_packed(client, post, coding, method, address, body):
    plain, text = await raw(
        client, method, address, json=body, headers={"Accept-Encoding": "identity"}
    )
    answer, packed = await raw(
        client, method, address, json=body, headers={"Accept-Encoding": coding}
    )

    assert "content-encoding" not in plain.headers
    assert answer.headers["content-encoding"] == coding
    assert answer.headers["content-length"] == str(len(packed))
    assert UNPACKED[coding](packed) == text
    assert len(packed) < len(text) / 20
    assert answer.headers["vary"] == "Accept, Authorization, Accept-Encoding"


async def test_graphql_answers_of_its_own_type_are_packed(client, post):
    headers = {"Accept": "application/graphql-response+json"}

    answer = await client.post("/graphql", json=READ, headers=headers)

    assert answer.headers["content-encoding"] == "br"
    assert answer.json()["data"]["posts"][0]["title"] == post.title


async def test_what_was_read_packed_is_asked_for_and_changed_by_its_etag(client, post, api, author):
    address = f"/api/posts/{post.id}"
    packed = await client.get(address)
    plain = await client.get(address, headers={"Accept-Encoding": "identity"})
    tag = packed.headers["etag"]

    again = [
        await client.get(address, headers={"If-None-Match": known, "Accept-Encoding": coding})
        for known in (tag, plain.headers["etag"])
        for coding in ("br", "identity")
    ]
    owner = api.headers(author)
    changed = await client.patch(address, json={"title": "New"}, headers=owner | {"If-Match": tag})
    stale = await client.patch(address, json={"title": "Old"}, headers=owner | {"If-Match": tag})

    assert tag == f"W/{plain.headers['etag']}"
    assert [answer.status_code for answer in again] == [304] * 4
    assert {answer.headers["vary"] for answer in again} == {packed.headers["vary"]}
    assert (changed.status_code, stale.status_code) == (200, 412)


async def test_head_says_what_the_plain_answer_has(client, post):
    answer, body = await raw(client, "HEAD", "/api/posts")
    plain = await client.get("/api/posts", headers={"Accept-Encoding": "identity"})

    assert body == b""
    assert "content-encoding" not in answer.headers
    assert answer.headers["content-length"] == plain.headers["content-length"]
    assert answer.headers["vary"] == plain.headers["vary"]


async def test_files_are_packed_too(client):
    answer, packed = await raw(client, "GET", "/static/fallback.html")
    part = await client.get("/static/fallback.html", headers={"Range": "bytes=0-9"})

    assert answer.headers["content-encoding"] == "br"
    assert brotli.decompress(packed).startswith(b"<!doctype html>")
    assert (part.status_code, part.content) == (206, b"<!doctype ")
    assert "content-encoding" not in part.headers


async def test_nothing_is_packed_when_unset(client_with, post):
    client = await client_with(compression=False)

    answer = await client.get("/api/posts")

    assert "content-encoding" not in answer.headers
    assert answer.headers["vary"] == "Accept, Authorization"
