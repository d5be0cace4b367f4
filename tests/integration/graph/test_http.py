"""GraphQL over HTTP: verbs, media types, statuses and headers."""

import orjson
import pytest

# HTTP is the same whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
QUERY = {"query": "{ __typename }"}
ANSWER = {"data": {"__typename": "Query"}}
REQUEST_ERRORS = [
    {"query": "{"},
    {"query": "{ nothing }"},
    {"query": "query ($id: ID!) { post(id: $id) { id } }"},
    {"query": "{ posts(first: 0) { id } }"},
]


def code_of(response):
    (error,) = response.json()["errors"]
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]
    return error["extensions"]["code"]


@pytest.mark.parametrize(
    ("accept", "answered"),
    [
        (RESPONSE, RESPONSE),
        (f"{RESPONSE}, {JSON};q=0.9", RESPONSE),
        (JSON, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("text/plain, application/json", JSON),
    ],
)
async def test_the_answer_is_of_a_type_that_the_client_accepts(client, accept, answered):
    response = await client.post("/graphql", json=QUERY, headers={"Accept": accept})

    assert response.status_code == 200
    assert response.headers["content-type"] == f"{answered}; charset=utf-8"
    assert response.headers["vary"] == "Accept, Authorization, Accept-Encoding"
    assert response.headers["cache-control"] == "no-store"
    assert response.json() == ANSWER


async def test_without_accept_the_answer_is_json(client):
    request = client.build_request("POST", "/graphql", json=QUERY)
    del request.headers["accept"]

    response = await client.send(request)

    assert response.headers["content-type"] == f"{JSON}; charset=utf-8"


async def test_what_cannot_be_executed_is_400_for_new_clients_and_200_for_old_ones(client):
    for asked in REQUEST_ERRORS:
        for accept, status in ((RESPONSE, 400), (JSON, 200)):
            response = await client.post("/graphql", json=asked, headers={"Accept": accept})

            assert response.status_code == status, asked
            assert list(response.json()) == ["errors"]


async def test_an_error_of_a_field_is_200_with_data(client):
    asked = {"query": '{ postsConnection(after: "x") { totalCount } }'}

    for accept in (RESPONSE, JSON):
        response = await client.post("/graphql", json=asked, headers={"Accept": accept})

        assert response.status_code == 200
        assert response.json()["data"] is None
        assert code_of(response) == "BAD_USER_INPUT"


async def test_nothing_acceptable_is_406(client):
    response = await client.post("/graphql", json=QUERY, headers={"Accept": "image/png"})

    assert response.status_code == 406
    assert code_of(response) == "NOT_ACCEPTABLE"


@pytest.mark.parametrize("content_type", ["text/plain", "application/graphql", "", "jsonx"])
async def test_another_content_type_is_415(client, content_type):
    response = await client.post(
        "/graphql", content=orjson.dumps(QUERY), headers={"Content-Type": content_type}
    )

    assert response.status_code == 415
    assert code_of(response) == "UNSUPPORTED_MEDIA_TYPE"


async def test_the_content_type_may_name_a_charset(client):
    response = await client.post(
        "/graphql",
        content=orjson.dumps(QUERY),
        headers={"Content-Type": "Application/JSON; charset=utf-8"},
    )

    assert response.json() == ANSWER


NO_REQUESTS = [
    b"",
    b"{",
    b'{"query": "{ __typename }"',
    b"[]",
    b"null",
    b'"{ __typename }"',
    b"{}",
    b'{"query": null}',
    b'{"query": ""}',
    b'{"query": 1}',
    b'{"query": ["{ __typename }"]}',
    b'{"query": "{ __typename }", "variables": []}',
    b'{"query": "{ __typename }", "variables": "{}"}',
    b'{"query": "{ __typename }", "operationName": 1}',
    b'{"query": "{ __typename }", "extensions": []}',
    b'{"query": "{ __typename }", "extensions": "{}"}',
    b'{"query": "{ __typename }", "variables": {"x": NaN}}',
    b'{"query": "{ __typename }", "operationName": "\\ud800"}',
    b"[1]",
    b'[{"query": "{ __typename }"}, []]',
    b'\xff{"query": "{ __typename }"}',
    b"\xef\xbb\xbf" * 100_000,
    b"[" * 1_000,
]


async def test_a_body_that_is_no_graphql_request_is_400(client):
    for body in NO_REQUESTS:
        response = await client.post("/graphql", content=body, headers={"Content-Type": JSON})

        assert response.status_code == 400, body[:40]
        assert code_of(response) == "BAD_REQUEST", body[:40]


async def test_null_stands_for_nothing(client):
    asked = {**QUERY, "variables": None, "operationName": None, "extensions": {}}

    assert (await client.post("/graphql", json=asked)).json() == ANSWER


async def test_of_several_operations_one_is_named(client):
    query = "query One { a: __typename } query Two { b: __typename }"

    chosen = await client.post("/graphql", json={"query": query, "operationName": "Two"})
    assert chosen.json() == {"data": {"b": "Query"}}

    for asked in (
        {"query": query},
        {"query": query, "operationName": None},
        {"query": query, "operationName": ""},
        {"query": query, "operationName": "Three"},
        {"query": "fragment F on Query { __typename }"},
    ):
        refused = await client.post("/graphql", json=asked, headers={"Accept": RESPONSE})
        assert refused.status_code == 400, asked
        assert code_of(refused) == "BAD_USER_INPUT"


async def test_queries_may_be_sent_by_get(client):
    asked = {
        "query": "query Q($id: ID!) { post(id: $id) { id } __typename }",
        "variables": '{"id": "1"}',
        "operationName": "Q",
    }

    response = await client.get("/graphql", params=asked)

    assert response.status_code == 200
    assert response.json() == {"data": {"post": None, "__typename": "Query"}}


@pytest.mark.parametrize("variables", ["{", "[]", "1"])
async def test_variables_in_the_address_must_be_a_json_object(client, variables):
    response = await client.get("/graphql", params={**QUERY, "variables": variables})

    assert response.status_code == 400
    assert code_of(response) == "BAD_REQUEST"


async def test_a_get_without_a_query_is_400_to_programs(client):
    response = await client.get("/graphql", headers={"Accept": RESPONSE})

    assert response.status_code == 400
    assert code_of(response) == "BAD_REQUEST"


async def test_mutations_are_not_sent_by_get(client, statements):
    query = 'mutation { register(input: {username: "ana", email: "a@b.c"}) { token } }'

    response = await client.get("/graphql", params={"query": query})

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert code_of(response) == "METHOD_NOT_ALLOWED"
    assert statements == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
async def test_other_verbs_are_405_and_told_which_are_allowed(client, method):
    response = await client.request(method, "/graphql", json=QUERY)

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert code_of(response) == "METHOD_NOT_ALLOWED"


async def test_options_says_what_is_allowed(client):
    response = await client.options("/graphql")

    assert response.status_code == 204
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert response.content == b""


async def test_subscriptions_are_not_offered(client):
    response = await client.post(
        "/graphql", json={"query": "subscription { x }"}, headers={"Accept": RESPONSE}
    )

    assert response.status_code == 400
    assert code_of(response) == "GRAPHQL_VALIDATION_FAILED"


async def test_a_body_that_is_too_large_is_413(client, settings):
    query = f"{{ __typename }} #{'x' * settings.max_body_bytes}"

    response = await client.post("/graphql", json={"query": query})

    assert response.status_code == 413


async def test_empty_variables_in_an_address_are_none(client):
    address = "/graphql?query={__typename}&variables=&operationName="

    answer = await client.get(address, headers={"Accept": "application/json"})

    assert answer.json() == {"data": {"__typename": "Query"}}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"query": "\xff"}', "The body is not UTF-8: see the byte at position 11."),
        (b'{"query": "\xed\xa0\x80"}', "The body is not UTF-8: see the byte at position 11."),
        (
            b'{"query": ',
            "The body is not valid JSON: unexpected end of data: line 1 column 11 (char 10).",
        ),
        (b" ", "The body is empty: send a JSON object."),
        (b"null", 'The body must be a JSON object, as in {"query": "{ __typename }"}.'),
    ],
)
async def test_what_is_wrong_with_a_body_is_said_in_words(client, body, words):
    response = await client.post("/graphql", content=body, headers={"Content-Type": JSON})

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == words


async def test_a_byte_order_mark_is_passed_over(client):
    body = b"\xef\xbb\xbf" + orjson.dumps(QUERY)

    response = await client.post("/graphql", content=body, headers={"Content-Type": JSON})

    assert (response.status_code, response.json()) == (200, ANSWER)


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", '"utf-8"', "utf8"])
async def test_utf_8_may_be_named_in_several_ways(client, charset):
    headers = {"Content-Type": f"{JSON};charset={charset}"}

    response = await client.post("/graphql", content=orjson.dumps(QUERY), headers=headers)

    assert response.json() == ANSWER


@pytest.mark.parametrize("charset", ["iso-8859-1", "utf-16", "UTF-7"])
async def test_another_charset_is_415(client, charset):
    headers = {"Content-Type": f"{JSON}; charset={charset}"}

    response = await client.post("/graphql", content=orjson.dumps(QUERY), headers=headers)

    assert response.status_code == 415
    assert code_of(response) == "UNSUPPORTED_MEDIA_TYPE"
    words = f"Send the body in UTF-8, not in {charset.lower()}."
    assert response.json()["errors"][0]["message"] == words


async def test_a_compressed_body_is_415(client):
    headers = {"Content-Type": JSON, "Content-Encoding": "gzip"}

    response = await client.post("/graphql", content=b"\x1f\x8b", headers=headers)

    assert response.status_code == 415
    assert response.headers["accept-encoding"] == "identity"
    assert code_of(response) == "UNSUPPORTED_MEDIA_TYPE"


async def test_of_a_key_that_comes_twice_the_last_counts_as_in_javascript(client):
    body = b'{"query": "{ nothing }", "query": "{ __typename }"}'

    response = await client.post("/graphql", content=body, headers={"Content-Type": JSON})

    assert response.json() == ANSWER


@pytest.mark.parametrize("name", ["query", "variables", "operationName", "extensions"])
async def test_a_parameter_that_is_twice_in_the_address_is_400(client, name):
    response = await client.get(f"/graphql?query={{__typename}}&{name}=%7B%7D&{name}=%7B%7D")

    assert response.status_code == 400
    assert response.json()["errors"][0]["message"] == f"`{name}` is in the address more than once."


@pytest.mark.parametrize("value", ["%ff", "%ed%a0%80", "%c3"])
async def test_an_address_that_is_no_utf_8_is_400(client, value):
    response = await client.get(f"/graphql?query={{__typename}}&operationName={value}")

    assert response.status_code == 400
    assert code_of(response) == "BAD_REQUEST"


@pytest.mark.parametrize("extensions", ["{", "[]", "1"])
async def test_extensions_in_the_address_must_be_a_json_object(client, extensions):
    response = await client.get("/graphql", params={**QUERY, "extensions": extensions})

    assert response.status_code == 400
    assert code_of(response) == "BAD_REQUEST"


@pytest.mark.parametrize("method", ["TRACE", "QUERY", "SWIM"])
async def test_verbs_that_nobody_knows_are_405_too(client, method):
    response = await client.request(method, "/graphql")

    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert response.json()["errors"][0]["message"] == f"Send GET or POST, not {method}."


async def test_head_is_answered_like_get(client):
    found = await client.head("/graphql", params=QUERY)
    refused = await client.head("/graphql", params={"query": "mutation { __typename }"})

    assert found.status_code == 200
    assert found.headers["content-length"] == str(len(orjson.dumps(ANSWER)))
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


async def test_an_operation_that_is_not_there_is_200_for_old_clients(client):
    asked = {"query": "query One { __typename }", "operationName": "Two"}

    response = await client.post("/graphql", json=asked, headers={"Accept": JSON})

    assert response.status_code == 200
    assert list(response.json()) == ["errors"]
    assert code_of(response) == "BAD_USER_INPUT"


async def test_a_bad_token_is_refused_whatever_else_is_wrong(client):
    headers = {"Authorization": "Bearer nonsense", "Content-Type": JSON}

    response = await client.post("/graphql", content=b"{", headers=headers)

    assert response.status_code == 401
    assert response.headers["www-authenticate"] == 'Bearer error="invalid_token"'
    assert code_of(response) == "UNAUTHENTICATED"
    assert response.json()["errors"][0]["extensions"]["reason"] == "TOKEN_INVALID"
    assert list(response.json()) == ["errors"]
