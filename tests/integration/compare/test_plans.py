"""Plans for any query, what a request took, and what REST would have taken."""

import json

import pytest

from graphql_blog.auth import Role
from graphql_blog.compare.figures import ONLY_A_PART
from graphql_blog.db.models import Post
from tests.asking import RESPONSE
from tests.comparing import compared, counts, planned
from tests.factories import make_comment, make_draft, make_past_slug, make_post, make_user

LIST = "{ posts { title author { name } commentCount } }"


@pytest.fixture
async def blog(resources):
    """Three posts of two authors."""
    ana, ben = await make_user(resources), await make_user(resources)
    posts = [await make_post(resources, author) for author in (ana, ben, ana)]
    await make_comment(resources, posts[0], ben)
    return posts


async def test_a_plan_says_which_requests_each_way_takes(client, blog):
    query = "query A($n: Int) { posts(first: $n) { title } }"
    plan = await planned(client, query=query, variables={"n": 2})

    assert {way["name"]: len(way["steps"]) for way in plan["ways"]} == {
        "rest-plain": 1,
        "rest-best": 1,
        "graphql": 1,
        "graphql-get": 1,
    }
    assert plan["ways"][0]["steps"] == [
        {
            "name": "posts",
            "from": None,
            "path": "/api/posts?limit=2",
            "each": "",
            "method": "GET",
            "shown": ["title"],
        }
    ]
    get = plan["ways"][3]["steps"][0]
    assert get["path"].startswith("/graphql?variables=%7B%22n%22%3A2%7D&extensions=")
    assert get["before"]["query"] == plan["operation"]["query"]
    assert (plan["scenario"], plan["title"], plan["notes"]) == (None, "Your own query", [])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"query": "{ posts { titel } }"}, "Cannot query field 'titel' on type 'Post'."),
        ({"query": "{"}, "Syntax Error"),
        ({"query": "{ posts(first: 101) { id } }"}, "100"),
        ({"query": "{ posts { comments(first: 100) { author { name } } } }"}, "could cost 4,020"),
    ],
)
async def test_a_query_that_graphql_would_refuse_has_no_plan(client, given, words):
    answer = await client.post("/compare/plan", json=given)

    assert answer.status_code == 400
    assert answer.json()["error"] == "The query is not valid."
    assert any(words in detail["message"] for detail in answer.json()["details"])


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, 'Send {"scenario": …}, or {"query": …}'),
        ({"query": 1}, 'Send {"scenario": …}, or {"query": …}'),
        ({"query": "{ a }", "variables": []}, "`variables` must be a JSON object."),
        ({"scenario": "attic"}, "There is no scenario of that name"),
        ({"scenario": ["attic"]}, "There is no scenario of that name"),
        (
            {"query": "query ($id: ID!) { post(id: $id) { id } }"},
            "Variable '$id' has invalid value",
        ),
        ({"query": "query ($n: Int) { posts(first: $n) { id } }", "variables": {"n": "a"}}, "Int"),
        ({"query": 'mutation { deletePost(input: {id: "1"}) { deletedId } }'}, "Only queries"),
        ({"query": "query A { __typename } query B { __typename }"}, "several operations"),
    ],
)
async def test_what_cannot_be_compared_is_refused_in_words(client, given, words):
    answer = await client.post("/compare/plan", json=given)

    assert answer.status_code == 400
    refusal = answer.json()
    details = [detail.get("message", "") for detail in refusal["details"]]
    assert words in " ".join([refusal["error"], *details])


async def test_a_request_is_told_what_it_took(client, blog):
    answer = await client.get("/api/posts/1?fields=title", headers={"X-Compare": "1"})

    trace = json.loads(answer.headers["x-compare-trace"])
    assert answer.headers["x-compare-trace"].isascii()
    statement = trace["statements"][0]
    assert statement["sql"].startswith("SELECT posts.id, posts.title FROM posts WHERE ")
    assert statement["columns"] == ["posts.id", "posts.title"]
    assert statement["rows"] == 1
    assert trace["rows"] == sum(one["rows"] for one in trace["statements"])
    assert trace["columnsRead"] == sum(len(one["columns"]) for one in trace["statements"])
    assert trace["cpuMs"] > 0


async def test_nobody_is_told_unasked(client, client_with, blog):
    quiet = await client_with(compare="off")

    asking = {"X-Compare": "1"}
    for answer in (
        await client.get("/api/posts"),
        await client.get("/healthz", headers=asking),
        await client.get("/api/posts", headers={"X-Compare": "0"}),
        await client.get("/api/posts", headers={"X-Compare": ""}),
        await quiet.get("/api/posts", headers=asking),
    ):
        assert answer.status_code == 200
        assert "x-compare-trace" not in answer.headers
    for path in ("/compare/plan", "/compare/scenarios"):
        assert (await quiet.get(path)).status_code == 404


async def test_a_stream_begins_before_anything_is_known(client, blog):
    headers = {"X-Compare": "1", "Accept": "text/event-stream"}
    answer = await client.post("/graphql", json={"query": LIST}, headers=headers)

    assert answer.status_code == 200
    assert "x-compare-trace" not in answer.headers


async def test_only_administrators_plan_what_is_not_trusted(api, resources, client_with, tmp_path):
    (tmp_path / "one.graphql").write_text("{ __typename }")
    client = await client_with(operations="trusted", trusted_documents=tmp_path)
    people = [await make_user(resources, role=role) for role in (Role.ADMIN, Role.EDITOR)]

    answers = [
        await client.post("/compare/plan", json={"query": LIST}, headers=api.headers(person))
        for person in people
    ]

    assert [answer.status_code for answer in answers] == [200, 400]


async def test_kept_answers_are_no_measure(resources, client_with, blog):
    client = await client_with(cache="memory")
    for _ in range(3):
        await client.post("/graphql", json={"query": LIST})
    answer = await client.post("/graphql", json={"query": LIST}, headers={"X-Compare": "1"})

    assert answer.headers["x-cache"] == "BYPASS"
    assert len(json.loads(answer.headers["x-compare-trace"])["statements"]) == 3


async def test_graphql_says_what_rest_takes_for_the_same(api, blog):
    headers = {"X-Compare-Rest": "1"}
    body = (await api.post(LIST, headers=headers)).json()

    told = body["extensions"]["restEquivalent"]
    received = 0
    for url in told["urls"]:
        method = "HEAD" if url.endswith("comments?limit=1") else "GET"
        received += len((await api.client.request(method, url)).content)
    assert told["urls"][0] == "/api/posts"
    assert sorted(told["urls"][1:]) == [
        "/api/posts/1/comments?limit=1",
        "/api/posts/2/comments?limit=1",
        "/api/posts/3/comments?limit=1",
        "/api/users/1",
        "/api/users/2",
    ]
    assert (told["requests"], told["bytes"]) == (6, received)
    assert "restEquivalent" not in (await api.post(LIST)).json().get("extensions", {})


async def test_it_asks_as_whoever_asked(api, resources, blog):
    ana = await make_user(resources)
    draft = await make_draft(resources, ana)
    query = f'{{ post(id: "{draft.id}") {{ title author {{ name }} }} }}'

    own = (await api.post(query, by=ana, headers={"X-Compare-Rest": "1"})).json()
    strangers = (await api.post(query, headers={"X-Compare-Rest": "1"})).json()

    assert own["extensions"]["restEquivalent"]["requests"] == 2
    assert strangers["extensions"]["restEquivalent"]["requests"] == 1


async def test_a_mutation_is_done_once_and_has_no_equivalent(api, resources):
    ana = await make_user(resources)
    written = 'mutation { createPost(input: { title: "A", content: "b" }) { post { id } } }'
    answer = await api.post(written, by=ana, headers={"X-Compare-Rest": "1"})

    assert answer.status_code == 200
    assert answer.json() == {"data": {"createPost": {"post": {"id": "1"}}}}
    async with resources.transaction() as session:
        assert await session.get(Post, 2) is None


async def test_it_comes_to_an_end(api, resources, monkeypatch, blog):
    monkeypatch.setattr("graphql_blog.web.comparing.MOST_REQUESTS", 3)

    told = (await api.post(LIST, headers={"X-Compare-Rest": "1"})).json()["extensions"]

    assert told["restEquivalent"]["requests"] <= 3
    assert told["restEquivalent"]["incomplete"] == "After 3 requests no more were made."


async def test_what_is_not_there_is_null_one_way_and_404_the_other(client, blog):
    found = await compared(client, query='{ post(id: "999") { title author { name } } }')

    assert counts(found.figures["rest-plain"], "requests", "bytesUnused")[0] == 1
    assert counts(found.figures["graphql"], "requests")[0] == 1


async def test_nobody_asks_twice_for_what_he_has(client, blog):
    query = (
        '{ a: post(id: "1") { title author { name } } b: post(id: "1") { content }'
        " posts { author { posts { author { name } } } } }"
    )
    found = await compared(client, query=query)

    urls = found.urls["rest-plain"]
    assert len(urls) == len(set(urls))
    assert sorted(urls) == [
        "GET /api/posts",
        "GET /api/posts/1",
        "GET /api/users/1",
        "GET /api/users/1/posts",
        "GET /api/users/2",
        "GET /api/users/2/posts",
    ]
    assert counts(found.figures["rest-plain"], "roundTrips") == [3]


async def test_an_old_slug_takes_another_round_trip(client, resources, blog):
    await make_past_slug(resources, blog[0], "as-it-was")
    found = await compared(client, query='{ postBySlug(slug: "as-it-was") { title } }')

    assert counts(found.figures["rest-plain"], "requests", "roundTrips") == [2, 2]
    assert counts(found.figures["graphql"], "requests", "roundTrips") == [1, 1]


async def test_what_rest_cannot_fetch_is_no_victory(client, blog):
    nothing = await compared(client, query="{ postAggregate { count } }")
    part = await compared(client, query="{ postAggregate { count } posts { title } }")

    for found in (nothing, part):
        assert found.verdicts[0] == ONLY_A_PART
        assert not any(" wins with " in words for words in found.verdicts)


async def test_a_log_in_is_not_traced(client, resources):
    await make_user(resources, username="ana")
    given = {"username": "ana", "password": "wrong"}
    answer = await client.post("/api/login", json=given, headers={"X-Compare": "1"})

    assert "x-compare-trace" not in answer.headers


async def test_a_plan_is_for_whoever_asks(api, resources):
    ana = await make_user(resources)
    await make_draft(resources, ana)

    strangers = (await api.client.get("/compare/scenarios")).json()
    own = (await api.client.get("/compare/scenarios", headers=api.headers(ana))).json()

    assert "post" not in [one["name"] for one in strangers]
    assert "post" in [one["name"] for one in own]


async def test_accept_of_graphql_clients_makes_no_difference(api, blog):
    headers = {"X-Compare-Rest": "1", "Accept": RESPONSE}

    assert (await api.post(LIST, headers=headers)).json()["extensions"]["restEquivalent"]
