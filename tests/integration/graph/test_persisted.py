"""Persisted operations over HTTP: automatic persisted queries, ids, and what may be asked for."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from hashlib import sha256
from typing import Any

import httpx2
import pytest
from structlog.testing import capture_logs

from graphql_blog.app import create_app
from graphql_blog.auth import Role
from graphql_blog.engine.documents import MAX_KEPT_LENGTH
from graphql_blog.settings import Settings
from tests.asking import RESPONSE, Api
from tests.conftest import connected
from tests.factories import make_user

# HTTP is the same whatever the database.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

JSON = "application/json"
QUERY = "query Type($no: Boolean = false) { __typename @skip(if: $no) }"
ANSWER = {"data": {"__typename": "Query"}}
MUTATION = 'mutation { register(input: {username: "ana", email: "a@b.c"}) { token } }'
UNKNOWN = "0" * 64
Serving = Callable[..., AbstractAsyncContextManager[Api]]


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def by_hash(text: str, version: int = 1) -> dict[str, Any]:
    persisted = {"version": version, "sha256Hash": hash_of(text)}
    return {"extensions": {"persistedQuery": persisted}}


def in_address(**given: Any) -> dict[str, str]:
    return {k: v if isinstance(v, str) else json.dumps(v) for k, v in given.items()}


def refusal(response: httpx2.Response) -> tuple[int, str, str]:
    (error,) = response.json()["errors"]
    assert list(response.json()) == ["errors"]
    assert error["extensions"]["requestId"] == response.headers["x-request-id"]
    return response.status_code, error["extensions"]["code"], error["message"]


async def post(api: Api, *, by: Any = None, accept: str = RESPONSE, **asked: Any) -> Any:
    headers = {"Accept": accept, **api.headers(by)}
    return await api.client.post("/graphql", json=asked, headers=headers)


async def get(api: Api, *, accept: str = RESPONSE, **asked: Any) -> httpx2.Response:
    headers = {"Accept": accept}
    return await api.client.get("/graphql", params=in_address(**asked), headers=headers)


NOT_FOUND = ("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")


@pytest.mark.parametrize(("accept", "status"), [(RESPONSE, 400), (JSON, 200)])
async def test_an_unknown_hash_is_told_so_in_the_words_that_clients_look_for(api, accept, status):
    posted = await post(api, accept=accept, **by_hash(QUERY))
    got = await get(api, accept=accept, **by_hash(QUERY))

    assert refusal(posted) == (status, *NOT_FOUND)
    assert refusal(got) == (status, *NOT_FOUND)
    assert got.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("registering", [post, get])
async def test_a_text_with_its_hash_is_known_by_the_hash_from_then_on(api, registering):
    registered = await registering(api, query=QUERY, **by_hash(QUERY))

    assert registered.json() == ANSWER
    assert (await get(api, **by_hash(QUERY))).json() == ANSWER
    assert (await post(api, **by_hash(QUERY))).json() == ANSWER
    assert (await post(api, query=None, **by_hash(QUERY))).json() == ANSWER
    assert (await post(api, query="", **by_hash(QUERY))).json() == ANSWER
    assert (await post(api, documentId=f"sha256:{hash_of(QUERY)}")).json() == ANSWER


async def test_a_known_document_takes_variables_and_the_name_of_an_operation(api):
    query = f"{QUERY} query Other {{ other: __typename }}"
    await post(api, query=query, operationName="Type", **by_hash(query))

    skipped = await get(api, operationName="Type", variables={"no": True}, **by_hash(query))
    other = await get(api, operationName="Other", **by_hash(query))

    assert skipped.json() == {"data": {}}
    assert other.json() == {"data": {"other": "Query"}}


async def test_a_hash_that_is_another_texts_is_refused_and_nothing_is_registered(api):
    for accept in (RESPONSE, JSON):
        response = await post(api, accept=accept, query="{ __typename }", **by_hash(QUERY))

        words = f"The SHA-256 of `query` is {hash_of('{ __typename }')}, not {hash_of(QUERY)}."
        assert refusal(response) == (400, "BAD_REQUEST", words)
    assert refusal(await post(api, **by_hash(QUERY))) == (400, *NOT_FOUND)
    assert refusal(await post(api, **by_hash("{ __typename }"))) == (400, *NOT_FOUND)


@pytest.mark.parametrize(
    ("query", "code"),
    [("{", "GRAPHQL_PARSE_FAILED"), ("{ nothing }", "GRAPHQL_VALIDATION_FAILED")],
)
async def test_what_is_not_valid_is_not_registered(api, query, code):
    response = await post(api, query=query, **by_hash(query))

    assert refusal(response)[:2] == (400, code)
    assert refusal(await post(api, **by_hash(query))) == (400, *NOT_FOUND)


async def test_what_is_too_long_is_answered_and_not_registered(api):
    query = f"{{ __typename }} #{'x' * MAX_KEPT_LENGTH}"

    response = await post(api, query=query, **by_hash(query))

    assert response.json() == ANSWER
    assert refusal(await post(api, **by_hash(query))) == (400, *NOT_FOUND)


async def test_mutations_are_registered_but_not_answered_by_get(api, statements):
    assert refusal(await get(api, query=MUTATION, **by_hash(MUTATION)))[0] == 405
    response = await get(api, **by_hash(MUTATION))

    assert refusal(response)[:2] == (405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "POST"
    assert statements == []
    posted = await post(api, **by_hash(MUTATION))
    assert list(posted.json()["data"]) == ["register"]


NO_HASHES = [
    ({"persistedQuery": {"version": 2, "sha256Hash": UNKNOWN}}, "Only version 1 of"),
    ({"persistedQuery": {"sha256Hash": UNKNOWN}}, "Only version 1 of"),
    ({"persistedQuery": {"version": 1}}, "`persistedQuery` must have the hash"),
    ({"persistedQuery": {"version": 1, "sha256Hash": 1}}, "`persistedQuery` must have the hash"),
    ({"persistedQuery": UNKNOWN}, "`persistedQuery` must have the hash"),
    ([1], "`extensions` must be a JSON object."),
    ("x", "`extensions` must be a JSON object."),
    (0, "`extensions` must be a JSON object."),
    (False, "`extensions` must be a JSON object."),
]


@pytest.mark.parametrize("asked", [{}, {"query": QUERY}])
async def test_what_is_no_hash_is_400_with_a_text_and_without(api, asked):
    for extensions, words in NO_HASHES:
        posted = await post(api, extensions=extensions, **asked)

        assert refusal(posted)[:2] == (400, "BAD_REQUEST"), extensions
        assert refusal(posted)[2].startswith(words)
    got = await get(api, extensions="{", **asked)
    assert refusal(got)[:2] == (400, "BAD_REQUEST")


async def test_other_extensions_are_left_alone(api):
    for extensions in ({"clientLibrary": {"name": "x"}}, {"persistedQuery": None}, {}, None):
        assert (await post(api, query=QUERY, extensions=extensions)).json() == ANSWER
    assert (await get(api, query=QUERY, extensions="")).json() == ANSWER


@pytest.mark.parametrize("name", ["documentId", "doc_id", "id"])
async def test_ids_that_nobody_knows_are_told_back(api, name):
    words = 'There is no document with the id "home".'

    posted, got = await post(api, **{name: "home"}), await get(api, **{name: "home"})

    assert refusal(posted) == (400, "PERSISTED_QUERY_NOT_FOUND", words)
    assert refusal(got) == (400, "PERSISTED_QUERY_NOT_FOUND", words)
    for wrong in (1, {}, ""):
        assert refusal(await post(api, **{name: wrong}))[:2] == (400, "BAD_REQUEST")


async def test_an_id_beside_a_text_is_the_clients_own_affair(api):
    for name in ("documentId", "doc_id", "id"):
        assert (await post(api, query=QUERY, **{name: 7})).json() == ANSWER
        assert (await post(api, query=QUERY, **{name: None})).json() == ANSWER


async def test_a_browser_that_opens_a_persisted_query_sees_the_answer(api):
    await post(api, query=QUERY, **by_hash(QUERY))

    response = await get(api, accept="text/html,*/*;q=0.8", **by_hash(QUERY))

    assert response.json() == ANSWER


@pytest.fixture
def serving(database_url, tmp_path) -> Serving:
    """The API with these settings, and with these trusted documents."""

    @asynccontextmanager
    async def serving(operations: str, manifest: Any = None) -> AsyncIterator[Api]:
        path = tmp_path / "manifest.json"
        path.write_text(json.dumps(manifest))
        settings = Settings.load(
            env="test",
            database_url=database_url,
            data_dir=tmp_path,
            operations=operations,
            trusted_documents=path if manifest else None,
        )
        app = create_app(settings)
        async with app.router.lifespan_context(app) as state:
            resources = state["resources"]
            async with connected(app, resources) as client:
                yield Api(client, resources)

    return serving


TITLES = "query Titles {\n  posts {\n    title\n  }\n}\n"
NO_TITLES = {"data": {"posts": []}}
MD5 = "3be4abb81fa595e25eb725b2c6a87508"


@pytest.mark.parametrize("operations", ["any", "persisted", "trusted"])
async def test_trusted_documents_are_answered_in_every_mode(serving, operations):
    asked: list[dict[str, Any]] = [
        {"documentId": MD5},
        {"doc_id": MD5},
        {"id": MD5},
        {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": MD5}}},
        {"documentId": f"sha256:{hash_of(TITLES)}"},
        by_hash(TITLES),
        by_hash(TITLES.strip()),
        {"query": TITLES},
        {"query": TITLES.strip()},
        {"query": TITLES, **by_hash(TITLES)},
        {"query": TITLES, "extensions": {"persistedQuery": {"version": 1, "sha256Hash": MD5}}},
    ]

    async with serving(operations, {MD5: TITLES}) as api:
        for one in asked:
            assert (await post(api, **one)).json() == NO_TITLES, one
            assert (await get(api, **one)).json() == NO_TITLES, one


@pytest.mark.parametrize(("accept", "status"), [(RESPONSE, 400), (JSON, 200)])
async def test_persisted_takes_a_text_with_its_hash_alone(serving, accept, status):
    async with serving("persisted") as api:
        refused = await post(api, accept=accept, query=QUERY)

        assert refusal(refused)[:2] == (status, "PERSISTED_QUERY_NOT_ALLOWED")
        assert "send its SHA-256 with it" in refusal(refused)[2]
        assert (await post(api, query=QUERY, **by_hash(QUERY))).json() == ANSWER
        assert (await get(api, **by_hash(QUERY))).json() == ANSWER
        assert refusal(await post(api, query=QUERY))[1] == "PERSISTED_QUERY_NOT_ALLOWED"


async def test_trusted_takes_nothing_else_and_registers_nothing(serving):
    async with serving("trusted", {MD5: TITLES}) as api:
        for asked in ({"query": QUERY}, {"query": QUERY, **by_hash(QUERY)}, {"query": "{"}):
            refused = await post(api, **asked)

            assert refusal(refused)[:2] == (400, "PERSISTED_QUERY_NOT_ALLOWED")
            assert refusal(refused)[2].startswith("This server answers trusted documents alone:")
        assert refusal(await get(api, query=QUERY))[1] == "PERSISTED_QUERY_NOT_ALLOWED"
        assert refusal(await post(api, **by_hash(QUERY))) == (400, *NOT_FOUND)


@pytest.mark.parametrize("operations", ["persisted", "trusted"])
async def test_administrators_may_send_any_text(serving, operations):
    async with serving(operations, {MD5: TITLES}) as api:
        admin = await make_user(api.resources, role=Role.ADMIN)
        editor = await make_user(api.resources, role=Role.EDITOR)
        introspection = "{ __schema { queryType { name } } }"

        allowed = await post(api, query=introspection, by=admin)
        refused = await post(api, query=introspection, by=editor)

        assert allowed.json() == {"data": {"__schema": {"queryType": {"name": "Query"}}}}
        assert refusal(refused)[1] == "PERSISTED_QUERY_NOT_ALLOWED"
        # Beside its hash it is answered too; whether it is known to others then is the mode's.
        assert (await post(api, query=QUERY, by=admin, **by_hash(QUERY))).json() == ANSWER
        known = (await post(api, **by_hash(QUERY))).json() == ANSWER
        assert known is (operations == "persisted")


async def test_trusted_documents_that_are_not_valid_are_named_at_the_start(serving):
    wrong = {"old": "query Old {\n  nothing\n}", "broken": "{", MD5: TITLES}

    with capture_logs() as logged:
        async with serving("trusted", wrong) as api:
            served = await post(api, documentId=MD5)
            refused = await post(api, documentId="old")

    warned = [
        (line["place"].rpartition("/")[2], line["error"])
        for line in logged
        if line["event"] == "Trusted document is not valid"
    ]
    assert warned == [
        ("manifest.json#old:2:3", "Cannot query field 'nothing' on type 'Query'."),
        ("manifest.json#broken:1:2", "Syntax Error: Expected Name, found <EOF>."),
    ]
    assert served.json() == NO_TITLES
    assert refusal(refused)[:2] == (400, "GRAPHQL_VALIDATION_FAILED")
