"""Which answers are kept, for whom, and what a second request for them costs."""

import asyncio

import pytest

from graphql_blog.auth import Role
from tests.caching import outcome
from tests.factories import make_draft, make_post, make_user

# Other tests cross them: here each database, and each place to keep responses in, is enough.
PAIRS = [("sqlite", "memory"), ("postgresql", "redis")]
pytestmark = pytest.mark.parametrize(("template", "store"), PAIRS, indirect=True)

QUERY = '{ post(id: "1") { title author { name } } }'
DRAFTS = "{ posts { title viewerCanUpdate } viewer { email } }"


async def test_the_second_request_is_answered_without_sql(api, resources, statements):
    await make_post(resources, title="First")
    first = await api.post(QUERY)
    statements.clear()
    second = await api.post(QUERY)

    assert (first.headers["x-cache"], second.headers["x-cache"]) == ("MISS", "HIT")
    assert second.content == first.content
    assert second.headers["content-type"] == first.headers["content-type"]
    assert statements == []


async def test_nor_does_an_account_cost_sql(api, resources, statements):
    ana = await make_user(resources, username="ana")
    await make_post(resources, ana)
    await api.post(DRAFTS, by=ana)
    statements.clear()

    assert await outcome(api, DRAFTS, by=ana) == "HIT"
    assert statements == []


async def test_fifty_who_miss_at_once_are_one_execution(api, resources, statements):
    await make_post(resources)
    await api.post('{ tag(id: "1") { id } }')
    statements.clear()

    outcomes = await asyncio.gather(*[outcome(api, QUERY) for _ in range(50)])

    assert sorted(outcomes) == ["HIT"] * 49 + ["MISS"]
    tables = [sql.partition("FROM ")[2].split()[0] for sql in statements]
    # The last looks when the next post becomes visible.
    assert tables == ["posts", "users", "posts"]


async def test_what_is_asked_differently_is_another_answer(api, resources):
    await make_post(resources, title="One")
    await make_post(resources, title="Two")
    one = "query A($id: ID!) { post(id: $id) { title } } query B { tags { name } }"
    asked = [
        {"variables": {"id": "1"}, "operationName": "A"},
        {"variables": {"id": "2"}, "operationName": "A"},
        {"variables": {"id": "1"}, "operationName": "B"},
    ]

    async def ask(parameters, accept):
        sent = {"query": one, **parameters}
        response = await api.client.post("/graphql", json=sent, headers={"Accept": accept})
        return response.headers["x-cache"], response.json()["data"]

    for accept in ("application/json", "application/graphql-response+json"):
        for wanted in ("MISS", "HIT"):
            assert [await ask(parameters, accept) for parameters in asked] == [
                (wanted, {"post": {"title": "One"}}),
                (wanted, {"post": {"title": "Two"}}),
                (wanted, {"tags": []}),
            ]


async def test_the_order_of_variables_makes_no_difference(api):
    query = "query ($a: ID!, $b: ID!) { a: post(id: $a) { id } b: post(id: $b) { id } }"

    assert await outcome(api, query, a="1", b="2") == "MISS"
    assert await outcome(api, query, b="2", a="1") == "HIT"


async def test_a_query_by_get_is_the_same_as_by_post(api):
    await api.post("{ tags { name } }")
    accept = {"Accept": "application/graphql-response+json"}
    response = await api.client.get(
        "/graphql", params={"query": "{ tags { name } }"}, headers=accept
    )

    assert (response.headers["x-cache"], response.json()) == ("HIT", {"data": {"tags": []}})


async def test_nobody_gets_the_answer_of_somebody_else(api, resources):
    ana = await make_user(resources, username="ana")
    ben = await make_user(resources, username="ben")
    edith = await make_user(resources, username="edith", role=Role.EDITOR)
    await make_draft(resources, ana, title="Draft")
    mine = {"title": "Draft", "viewerCanUpdate": True}
    expected = {
        ana: {"posts": [mine], "viewer": {"email": "ana@example.com"}},
        ben: {"posts": [], "viewer": {"email": "ben@example.com"}},
        edith: {"posts": [mine], "viewer": {"email": "edith@example.com"}},
        None: {"posts": [], "viewer": None},
    }

    for wanted in ("MISS", "HIT"):
        for viewer, data in expected.items():
            response = await api.post(DRAFTS, by=viewer)
            assert (response.headers["x-cache"], response.json()["data"]) == (wanted, data)


async def test_a_new_role_counts_at_once(api, resources):
    ana = await make_user(resources, username="ana", role=Role.READER)
    await make_draft(resources, title="Draft")
    await api.post("{ posts { title } viewer { role } }", by=ana)
    async with resources.transaction() as session:
        (await session.merge(ana)).role = Role.EDITOR

    assert await api.data("{ posts { title } viewer { role } }", by=ana) == {
        "posts": [{"title": "Draft"}],
        "viewer": {"role": "EDITOR"},
    }


async def test_a_bad_token_is_refused_though_the_answer_is_there(api):
    await api.post(QUERY)
    response = await api.post(QUERY, headers={"Authorization": "Bearer nonsense"})

    assert (response.status_code, response.headers.get("x-cache")) == (401, None)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Cache-Control", "no-cache"),
        ("Cache-Control", "max-age=0, no-store"),
        ("GraphQL-Plan", "1"),
        ("GraphQL-Cost", "1"),
    ],
)
async def test_who_wants_an_answer_made_for_him_gets_it(api, name, value):
    await api.post(QUERY)

    for _ in range(2):
        assert await outcome(api, QUERY, headers={name: value}) == "BYPASS"
    assert await outcome(api, QUERY) == "HIT"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ('{ post(id: "VXNlcjox") { id } }', 200),
        ("{ posts(first: 1000) { id } }", 400),
        ("{ nothing }", 400),
        ("{", 400),
    ],
)
async def test_errors_are_not_kept(api, query, status):
    answers = [await api.post(query) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [status] * 2
    assert "HIT" not in {answer.headers["x-cache"] for answer in answers}
    ids = [answer.json()["errors"][0]["extensions"]["requestId"] for answer in answers]
    assert ids[0] != ids[1]


async def test_mutations_are_executed_each_time(api, resources):
    query = 'mutation { login(input: {username: "a", password: "b"}) { token errors { code } } }'

    assert [await outcome(api, query) for _ in range(2)] == ["BYPASS", "BYPASS"]


async def test_variables_that_are_too_deep_or_too_many_are_no_key(api):
    deep: object = "a"
    for _ in range(150):
        deep = {"and": [deep]}
    query = "query ($filter: PostFilter) { posts(filter: $filter) { id } }"

    assert await outcome(api, query, filter=deep) == "BYPASS"
    many = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert await outcome(api, many, ids=["x" * 200] * 60) == "BYPASS"


async def test_introspection_is_kept(api):
    query = "{ __schema { queryType { name } } }"

    assert [await outcome(api, query) for _ in range(2)] == ["MISS", "HIT"]
