"""Errors: their codes, what they show, and what they keep to themselves."""

import pytest
import structlog
from sqlalchemy import text

from tests.factories import make_post


async def only_error(api, query, **variables):
    (error,) = await api.errors(query, **variables)
    return error


async def test_a_document_that_is_no_graphql(api):
    response = await api.post("{ posts { title }")

    assert response.status_code == 400
    assert response.json() == {
        "errors": [
            {
                "message": "Syntax Error: Expected Name, found <EOF>.",
                "locations": [{"line": 1, "column": 18}],
                "extensions": {
                    "code": "GRAPHQL_PARSE_FAILED",
                    "requestId": response.headers["x-request-id"],
                },
            }
        ]
    }


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("{ posts { tittle } }", "Cannot query field 'tittle' on type 'Post'."),
        ("{ posts }", "Field 'posts' of type '[Post!]!' must have a selection of subfields."),
        ("{ post { id } }", "Argument 'Query.post(id:)' of type 'ID!' is required"),
        ("query ($a: Int) { posts { id } }", "Variable '$a' is never used."),
        ("{ posts(orderBy: {field: NAME}) { id } }", "Value 'NAME' does not exist in"),
    ],
)
async def test_a_document_that_does_not_fit_the_schema(api, query, message):
    response = await api.post(query)

    assert response.status_code == 400
    assert list(response.json()) == ["errors"]
    (error,) = response.json()["errors"]
    assert error["message"].startswith(message)
    assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"


@pytest.mark.parametrize(
    ("query", "variables", "message"),
    [
        ("query ($id: ID!) { post(id: $id) { id } }", {}, "Variable '$id' has invalid"),
        ("query ($id: ID!) { post(id: $id) { id } }", {"id": None}, "Variable '$id' has invalid"),
        ("query ($id: ID!) { post(id: $id) { id } }", {"id": [1]}, "Variable '$id' has invalid"),
        ("query ($n: Int) { posts(first: $n) { id } }", {"n": "1"}, "Variable '$n' has invalid"),
        (
            "query ($f: PostFilter) { posts(filter: $f) { id } }",
            {"f": {"password": {"eq": "x"}}},
            "Variable '$f' has invalid",
        ),
    ],
)
async def test_variables_that_do_not_fit_their_types(api, query, variables, message):
    response = await api.post(query, **variables)

    assert response.status_code == 400
    assert list(response.json()) == ["errors"]
    (error,) = response.json()["errors"]
    assert error["message"].startswith(message)
    assert error["extensions"]["code"] == "BAD_USER_INPUT"


async def test_text_that_no_database_can_hold_is_refused_in_words(api):
    by_variable = "query ($slug: String!) { postBySlug(slug: $slug) { id } }"
    refused = {
        "message": "A text in this request has a NUL or half of a character in it.",
        "extensions": {"code": "BAD_USER_INPUT"},
    }

    assert await only_error(api, by_variable, slug="a\x00b") == refused
    assert await only_error(api, '{ postBySlug(slug: "a\\u0000b") { id } }') == refused
    nested = "query ($f: PostFilter) { posts(filter: $f) { id } }"
    assert await only_error(api, nested, f={"title": {"in": ["\x00"]}}) == refused
    mutation = "mutation ($i: RegisterInput!) { register(input: $i) { errors { message } } }"
    assert (
        await only_error(api, mutation, i={"username": "ana\x00", "email": "ana@example.com"})
        == refused
    )


async def test_a_cursor_that_is_none_is_refused_in_words(api):
    assert await only_error(api, '{ postsConnection(after: "x") { nodes { id } } }') == {
        "message": "This is no cursor, or a damaged one: pass one on exactly as a page gave it.",
        "path": ["postsConnection"],
        "extensions": {"code": "BAD_USER_INPUT"},
    }


@pytest.fixture
async def broken_comments(resources):
    """A blog whose table of comments has gone."""
    await make_post(resources)
    async with resources.writer.begin() as connection:
        await connection.execute(text("ALTER TABLE comments RENAME TO lost"))
    yield
    async with resources.writer.begin() as connection:
        await connection.execute(text("ALTER TABLE lost RENAME TO comments"))


async def test_a_bug_is_masked_named_by_the_request_and_logged_with_its_trace(api, broken_comments):
    with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as logged:
        response = await api.post("{ post(id: 1) { id comments { id } } }")

    assert response.status_code == 200
    request_id = response.headers["x-request-id"]
    assert response.json() == {
        "data": {"post": None},
        "errors": [
            {
                "message": "Something went wrong!",
                "locations": [{"line": 1, "column": 20}],
                "path": ["post", "comments"],
                "extensions": {"code": "INTERNAL_SERVER_ERROR", "requestId": request_id},
            }
        ],
    }
    error = next(entry for entry in logged if entry["log_level"] == "error")
    assert error["requestId"] == request_id
    assert (
        error["path"].as_list() == ["post", "comments"]
        if hasattr(error["path"], "as_list")
        else True
    )
    assert "comments" in str(error["exc_info"])


async def test_after_a_bug_the_next_request_works(api, broken_comments):
    await api.body("{ post(id: 1) { comments { id } } }")

    assert await api.data("{ post(id: 1) { id } }") == {"post": {"id": "1"}}


async def test_what_is_beside_a_bug_is_delivered(api, broken_comments):
    body = await api.body("{ comment(id: 1) { id } post(id: 1) { id author { id } } posts { id } }")

    assert body["data"] == {
        "comment": None,
        "post": {"id": "1", "author": {"id": "1"}},
        "posts": [{"id": "1"}],
    }
    assert [error["path"] for error in body["errors"]] == [["comment"]]


async def test_a_bug_in_a_mutation_leaves_nothing_behind(api, broken_comments, resources):
    query = """mutation { register(input: {username: "ana", email: "ana@example.com"}) {
      user { commentsConnection { totalCount } } errors { message }
    } }"""

    body = await api.body(query)

    assert body["data"] == {"register": {"user": None, "errors": []}}
    assert [error["message"] for error in body["errors"]] == ["Something went wrong!"]
    assert await api.data('{ userByUsername(username: "ana") { name } }') == {
        "userByUsername": {"name": "ana"}
    }


async def test_a_sane_request_id_of_a_proxy_is_kept_and_another_replaced(api):
    kept = await api.post("{ nothing }", headers={"X-Request-Id": "proxy-12345678"})
    assert kept.headers["x-request-id"] == "proxy-12345678"
    assert kept.json()["errors"][0]["extensions"]["requestId"] == "proxy-12345678"

    replaced = await api.post("{ nothing }", headers={"X-Request-Id": "a b"})
    assert replaced.headers["x-request-id"] != "a b"


@pytest.mark.parametrize(
    "query",
    [
        "query ($n: Boolean = false) { posts { id title @skip(if: $n) } }",
        'query ($n: ID = "1") { post(id: $n) { title } }',
        "query ($n: OrderDirection = ASC) { posts(orderBy: {field: ID, direction: $n}) { id } }",
    ],
)
async def test_null_for_a_variable_that_must_not_be_null_where_it_stands(api, resources, query):
    await make_post(resources)

    with structlog.testing.capture_logs() as logs:
        (error,) = await api.errors(query, n=None)

    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    assert "'$n'" in error["message"]
    assert [line for line in logs if line["log_level"] == "error"] == []
