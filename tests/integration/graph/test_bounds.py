"""Requests that are too much: refused in words, quickly, and never as a bug."""

import json
from base64 import urlsafe_b64encode
from hashlib import blake2b

import pytest

from graphql_blog.db.models import Comment
from tests.factories import make_comment, make_post, make_user

FILTERED = "query Filtered($filter: PostFilter) { posts(filter: $filter) { id } }"


@pytest.mark.parametrize(
    ("filter_", "words"),
    [
        ({"id": {"in": ["1"] * 101}}, "A list in a filter may have 100 values, not 101."),
        ({"title": {"notIn": ["a"] * 101}}, "A list in a filter may have 100 values, not 101."),
        ({"tag": {"allOf": ["a"] * 101}}, "A list in a filter may have 100 values, not 101."),
        ({"tag": {"anyOf": ["a"] * 101}}, "A list in a filter may have 100 values, not 101."),
        (
            {"title": {"contains": "a" * 60_000}},
            "A text in a filter may have 1000 characters, not 60000.",
        ),
        ({"or": [{}] * 101}, "A filter may have 100 parts, not more."),
        ({"not": {"not": {"not": {"not": {}}}}}, "A filter may be nested 3 levels deep, not more."),
    ],
)
async def test_a_filter_that_is_too_large_is_refused_in_words(api, filter_, words):
    (error,) = await api.errors(FILTERED, filter=filter_)

    assert error["message"] == words
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("number", ["9" * 23, "9" * 200, "-" + "9" * 30])
async def test_a_number_that_is_no_int_is_refused_by_the_types(client, number):
    answer = await client.post("/graphql", json={"query": f"{{ posts(first: {number}) {{ id }} }}"})

    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    assert "Int" in error["message"]


@pytest.mark.parametrize(
    "payload",
    [
        b'["\\ud800", 1]',
        b"[" * 30_000,
        b"{}",
        b"[]",
        b'["posts by ID DESC", 99999999999999999999]',
        b'["posts by PUBLISHED_AT DESC", "0001-01-01T00:00:00", 1]',
        b'["posts by PUBLISHED_AT DESC", 7, 1]',
        b'["posts by TITLE DESC", "\\u0000", 1]',
    ],
)
@pytest.mark.parametrize("order", ["ID", "PUBLISHED_AT", "TITLE"])
async def test_a_cursor_that_was_made_up_is_no_bug(api, client, payload, order):
    check = blake2b(payload, digest_size=6, person=b"cursor").digest()
    cursor = urlsafe_b64encode(check + payload).rstrip(b"=").decode()
    ordered = f"after: $after, orderBy: {{field: {order}}}"
    query = f"query Page($after: String) {{ postsConnection({ordered}) {{ nodes {{ id }} }} }}"

    (error,) = await api.errors(query, after=cursor)
    rest = await client.get("/api/posts", params={"cursor": cursor})

    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert rest.status_code == 400


@pytest.mark.parametrize("depth", [900, 5_000])
async def test_deep_variables_are_refused_by_the_types(client, depth):
    filter_ = json.loads('{"not":' * 100 + "{}" + "}" * 100)
    nested = json.loads("[" * 100 + "]" * 100)
    deep = '{"query": "{ __typename }", "variables": {"a": ' + "[" * depth + "]" * depth + "}}"
    headers = {"Content-Type": "application/json"}

    answers = [
        await client.post("/graphql", content=deep, headers=headers),
        await client.post(
            "/graphql", json={"query": FILTERED, "variables": {"filter": filter_, "a": nested}}
        ),
    ]

    assert [answer.status_code for answer in answers] in ([200, 200], [400, 200])
    assert all("INTERNAL" not in answer.text for answer in answers)


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00Z", "tomorrow"])
async def test_an_instant_at_the_end_of_time_is_refused(api, client, resources, at):
    post = {"title": "T", "content": "C", "publishAt": at}
    headers = api.headers(await make_user(resources))

    answer = await client.post("/api/posts", json=post, headers=headers)

    assert answer.status_code == 400
    assert "must be an RFC 3339 instant" in answer.json()["error"]


async def test_a_long_thread_goes_with_its_post(api, client, resources):
    author = await make_user(resources)
    post = await make_post(resources, author)
    first = await make_comment(resources, post, author)
    async with resources.transaction() as session:
        session.add_all(
            Comment(
                id=number, post_id=post.id, author_id=author.id, parent_id=number - 1, content="Re"
            )
            for number in range(first.id + 1, 1_200)
        )

    answer = await client.delete("/api/posts/1", headers=api.headers(author))

    assert answer.status_code == 204
    assert await api.data("{ user(id: 1) { commentsConnection { totalCount } } }") == {
        "user": {"commentsConnection": {"totalCount": 0}}
    }
