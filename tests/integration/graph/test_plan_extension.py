"""The plan of an operation in its answer: for administrators who ask for it, and nobody else."""

import asyncio

import pytest

from graphql_blog.auth import Role
from tests.factories import make_post, make_user

LIST = "{ posts { title author { name } } }"
ASKING = {"GraphQL-Plan": "1"}


@pytest.fixture
async def admin(resources):
    """An administrator, on a blog of one post."""
    author = await make_user(resources, username="ana")
    await make_post(resources, author, title="One", slug="one")
    return await make_user(resources, role=Role.ADMIN)


async def test_administrators_see_what_their_operation_did(api, admin):
    answer = (await api.post(LIST, by=admin, headers=ASKING)).json()

    assert list(answer) == ["data", "extensions"]
    assert answer["data"] == {"posts": [{"title": "One", "author": {"name": "ana"}}]}
    plan = answer["extensions"]["plan"]
    (posts,) = plan.pop("fields")
    (author,) = posts.pop("fields")
    (sent,) = posts.pop("statements")
    assert plan.pop("milliseconds") > 0
    assert plan == {
        "executor": "engine",
        "because": None,
        "levels": 2,
        "statements": 2,
        "rows": 2,
        "values": 5,
        "elsewhere": [],
    }
    assert posts == {
        "path": "posts",
        "field": "posts",
        "type": "[Post!]!",
        "level": 1,
        "objects": 1,
        "columns": {"Post": ["author_id", "id", "title"]},
        "values": {"title": ["title"]},
        "batches": [],
    }
    assert sent.pop("sql").startswith("SELECT posts.author_id, posts.id, posts.title FROM posts")
    assert sent.pop("milliseconds") > 0
    assert sent == {"columns": ["author_id", "id", "title"], "rows": 1}
    assert author["batches"] == [{"name": "users_by_id", "keys": 1, "fields": ["posts.author"]}]


@pytest.mark.parametrize("role", [None, Role.READER, Role.AUTHOR, Role.EDITOR])
async def test_others_who_ask_get_what_they_always_get(api, admin, resources, role):
    somebody = role and await make_user(resources, role=role)

    asking = await api.post(LIST, by=somebody, headers=ASKING)

    assert asking.content == (await api.post(LIST, by=somebody)).content
    assert list(asking.json()) == ["data"]


@pytest.mark.parametrize("word", ["true", "ON"])
async def test_other_words_ask_as_well(api, admin, word):
    answer = await api.post(LIST, by=admin, headers={"GraphQL-Plan": word})

    assert list(answer.json()) == ["data", "extensions"]


@pytest.mark.parametrize("headers", [{}, {"GraphQL-Plan": "0"}])
async def test_administrators_who_do_not_ask_get_none(api, admin, headers):
    answer = await api.post(LIST, by=admin, headers=headers)

    assert list(answer.json()) == ["data"]


async def test_the_plan_stands_beside_other_extensions_and_errors(api, admin, resources):
    for _ in range(20):
        await make_post(resources)
    query = "{ posts { excerpt(maxLength: 0) } }"
    more = "{ posts { title } }"

    failed = (await api.post(query, by=admin, headers=ASKING)).json()
    cut = (await api.post(more, by=admin, headers=ASKING)).json()
    invalid = (await api.post("{ nothing }", by=admin, headers=ASKING)).json()

    assert failed["data"] is None
    assert failed["extensions"]["plan"]["statements"] == 1
    assert sorted(cut["extensions"]) == ["notices", "plan"]
    assert list(invalid) == ["errors"]


async def test_requests_at_the_same_time_see_only_their_own_statements(api, admin, resources):
    asked = ["{ posts { title } }", LIST, "{ users { name } }"]

    answers = await asyncio.gather(
        *(api.post(query, by=admin, headers=ASKING) for query in asked),
        api.post(LIST, by=admin),
    )

    *plans, without = [answer.json().get("extensions", {}).get("plan") for answer in answers]
    assert [plan["statements"] for plan in plans] == [1, 2, 1]
    assert [plan["elsewhere"] for plan in plans] == [[], [], []]
    assert without is None
    assert resources.rows.observers == []


async def test_a_mutation_tells_what_it_wrote(api, admin):
    mutation = 'mutation { deletePost(input: { id: "1" }) { deletedId errors { message } } }'

    answer = (await api.post(mutation, by=admin, headers=ASKING)).json()

    (field,) = answer["extensions"]["plan"]["fields"]
    deleted = [sent for sent in field["statements"] if sent["sql"].startswith("DELETE FROM posts")]
    assert [(sent["columns"], sent["rows"]) for sent in deleted] == [([], 1)]


async def test_each_mutation_of_a_request_has_its_own_statements(api, admin, resources):
    await make_post(resources)
    change = """mutation {
      a: updatePost(input: { id: "1", title: "One" }) { post { title } }
      b: updatePost(input: { id: "2", title: "Two" }) { post { title } }
    }"""

    answer = (await api.post(change, by=admin, headers=ASKING)).json()

    payloads = [field["fields"][0] for field in answer["extensions"]["plan"]["fields"]]
    assert [len(post["statements"]) for post in payloads] == [1, 1]
    assert [post["batches"] for post in payloads] == [
        [{"name": "posts_by_id", "keys": 1, "fields": [f"{alias}.post"]}] for alias in "ab"
    ]
