"""What is too much is refused over HTTP: in words, with numbers, and before anything is read."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from graphql_blog.app import create_app
from graphql_blog.settings import Settings
from tests.asking import RESPONSE
from tests.conftest import SECRET, connected
from tests.factories import make_post, make_user
from tests.hostile import TOO_MUCH

# What is refused is so before any database is asked.
pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

LIMITS = {
    "max_tokens": 60,
    "max_document_length": 300,
    "max_definitions": 2,
    "max_depth": 3,
    "max_introspection_depth": 1,
    "max_aliases": 2,
    "max_directives": 2,
    "max_fields": 20,
    "max_merged_fields": 3,
    "max_nodes": 30,
    "max_cost": 40,
    "max_variables_depth": 3,
    "max_variable_values": 4,
}
ONE = "{ __typename }"


@pytest.fixture
def settings(database_url, tmp_path) -> Settings:
    return Settings.load(
        env="test", database_url=database_url, data_dir=tmp_path, secret_key=SECRET, **LIMITS
    )


@pytest.fixture
async def default_client(database_url, tmp_path) -> AsyncIterator[httpx2.AsyncClient]:
    """Of a server whose limits are not set."""
    usual = Settings.load(
        env="test", database_url=database_url, data_dir=tmp_path, secret_key=SECRET
    )
    app = create_app(usual)
    async with (
        app.router.lifespan_context(app) as state,
        connected(app, state["resources"]) as made,
    ):
        yield made


@pytest.fixture
def statements(resources):
    sent = []
    resources.rows.observers.append(sent.append)
    return sent


CASES = {
    "TOO_MANY_TOKENS": ("{ " + "a," * 58 + "}", "{ " + "a," * 59 + "}", 60),
    "DOCUMENT_TOO_LONG": ("{ __typename }".ljust(300), "{ __typename }".ljust(301), 300),
    "TOO_MANY_DEFINITIONS": (
        "{ ...F } fragment F on Query { __typename }",
        "{ ...F ...G } fragment F on Query { __typename } fragment G on Query { __typename }",
        2,
    ),
    "QUERY_TOO_DEEP": ("{ posts { author { id } } }", "{ posts { tags { posts { id } } } }", 3),
    "INTROSPECTION_TOO_DEEP": (
        "{ __schema { types { name } } }",
        "{ __schema { types { fields { name } } } }",
        1,
    ),
    "TOO_MANY_ALIASES": ("{ a: __typename b: __typename }", "{ a: x b: x c: x }", 2),
    "TOO_MANY_DIRECTIVES": (
        "{ __typename @skip(if: true) @include(if: true) }",
        "{ __typename @skip(if: true) @include(if: true) @a }",
        2,
    ),
    "TOO_MANY_FIELDS": (
        "{ posts(first: 1) { " + " ".join(f"f{i}" for i in range(19)) + " } }",
        "{ posts(first: 1) { " + " ".join(f"f{i}" for i in range(20)) + " } }",
        20,
    ),
    "TOO_MANY_NODES": ("{ posts(first: 30) { id } }", "{ posts(first: 31) { id } }", 30),
    "MAX_COST_EXCEEDED": (
        "{ posts(first: 8) { plainText contentHtml } }",
        "{ posts(first: 9) { plainText contentHtml } }",
        40,
    ),
}


@pytest.mark.parametrize("code", CASES)
async def test_a_document_at_a_limit_passes_and_one_above_is_refused(api, statements, code):
    fits, exceeds, limit = CASES[code]

    passed = await api.body(fits)
    before = len(statements)
    answer = await api.post(exceeds)

    assert code not in codes(passed)
    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert "data" not in answer.json()
    assert (error["extensions"]["code"], error["extensions"]["limit"]) == (code, limit)
    assert error["extensions"]["value"] > limit
    assert len(statements) == before


def codes(body):
    return [error["extensions"]["code"] for error in body.get("errors", [])]


@pytest.mark.parametrize(
    ("query", "fits", "exceeds", "code", "value"),
    [
        (ONE, {"v": [[1]]}, {"v": [[[1]]]}, "VARIABLES_TOO_DEEP", 4),
        (ONE, {"v": [1, 2, 3]}, {"v": [1, 2, 3, 4]}, "VARIABLES_TOO_LARGE", 5),
        (
            "query ($n: Int) { posts(first: $n) { plainText contentHtml } }",
            {"n": 8},
            {"n": 9},
            "MAX_COST_EXCEEDED",
            45,
        ),
        ("query ($n: Int) { posts(first: $n) { id } }", {"n": 30}, {"n": 31}, "TOO_MANY_NODES", 31),
    ],
)
async def test_variables_at_a_limit_pass_and_one_above_are_refused(
    api, statements, query, fits, exceeds, code, value
):
    passed = await api.body(query, **fits)
    before = len(statements)
    answer = await api.post(query, **exceeds)

    (error,) = answer.json()["errors"]
    assert code not in codes(passed)
    assert answer.status_code == 400
    assert (error["extensions"]["code"], error["extensions"]["value"]) == (code, value)
    assert len(statements) == before


async def test_pages_of_a_hundred_are_the_limit_of_the_schema_itself(api):
    (error,) = await api.errors("query ($n: Int) { posts(first: $n) { id } }", n=101)

    assert error["extensions"] == {"code": "PAGE_SIZE_EXCEEDED", "value": 101, "limit": 100}


async def test_clients_that_want_plain_json_get_it_with_200(client):
    query = {"query": CASES["QUERY_TOO_DEEP"][1]}

    answer = await client.post("/graphql", json=query, headers={"Accept": "application/json"})

    assert answer.status_code == 200
    assert list(answer.json()) == ["errors"]


async def test_a_refusal_by_cost_says_what_it_would_have_cost(api):
    fixed = (await api.post("{ posts(first: 9) { plainText contentHtml } }")).json()
    query = "query ($n: Int) { posts(first: $n) { plainText contentHtml } }"
    asked = (await api.post(query, n=9)).json()

    for body in (fixed, asked):
        assert body["extensions"] == {"cost": {"requestedQueryCost": 45, "actualQueryCost": 0}}
        assert body["errors"][0]["extensions"]["dearest"][0] == {
            "path": ["posts", "plainText"],
            "cost": 18,
        }


async def test_only_the_operation_that_is_asked_for_has_to_be_cheap(api, resources):
    await make_post(resources)
    query = "query Dear { posts(first: 100) { id } } query Cheap { posts(first: 1) { id } }"

    async def asked(name):
        body = {"query": query, "operationName": name}
        return (await api.client.post("/graphql", json=body, headers={"Accept": RESPONSE})).json()

    assert codes(await asked("Dear")) == ["MAX_COST_EXCEEDED"]
    assert await asked("Cheap") == {"data": {"posts": [{"id": "1"}]}}


VARIABLES = '{{"query": "{{ __typename }}", "variables": {{"a": {}}}}}'
QUERY = '{{"query": "{{ posts({}) {{ id }} }}"}}'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (VARIABLES.format("1e999"), "The body is not valid JSON"),
        (VARIABLES.format("9" * 400), "The body is not valid JSON"),
        (VARIABLES.format("[" * 2000 + "]" * 2000), "The body is not valid JSON"),
        (VARIABLES.format("[" * 900 + "]" * 900), "Variables may be nested 3 levels deep"),
        ("[" * 20_000, "The body is not valid JSON"),
        ("[" * 20_001, "The body may have 20,000 values, not more."),
        (VARIABLES.format("[{}" + ",{}" * 20_000 + "]"), "The body may have 20,000 values"),
        (QUERY.format("first: " + "9" * 250), "Int cannot represent"),
        (QUERY.format("first: 1e999"), "Int cannot represent"),
        (QUERY.format("first: 1" + "0" * 200 + ".5"), "Int cannot represent"),
    ],
)
async def test_huge_numbers_and_deep_json_are_refused_in_words(client, body, words):
    headers = {"Content-Type": "application/json", "Accept": RESPONSE}

    answer = await client.post("/graphql", content=body, headers=headers)

    assert answer.status_code == 400
    assert words in answer.json()["errors"][0]["message"]


async def test_a_text_about_brackets_is_a_text(api, resources):
    about = '[{"a": "\\\\"}] ' * 12_000
    author = await make_user(resources)
    mutation = """mutation ($input: CreatePostInput!) {
      createPost(input: $input) { errors { code path } } }"""

    answer = await api.body(mutation, by=author, input={"title": "T", "content": about})

    assert answer == {"data": {"createPost": {"errors": []}}}


async def test_the_server_is_well_after_all_hostile_documents(default_client):
    headers = {"Accept": RESPONSE}
    for text, code in TOO_MUCH.values():
        answer = await default_client.post("/graphql", json={"query": text}, headers=headers)

        assert codes(answer.json()) == [code] or answer.status_code == 413

    answer = await default_client.post("/graphql", json={"query": "{ __typename }"})
    assert answer.json() == {"data": {"__typename": "Query"}}
