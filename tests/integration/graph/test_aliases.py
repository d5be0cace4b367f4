"""Fields that stand twice in a request answer as they would in two."""

import pytest

from tests.factories import make_comment, make_post, make_tag, make_user

FIELDS = [
    "postsConnection(first: 2) { nodes { id } }",
    "postsConnection(first: 2) { totalCount }",
    "postsConnection(first: 2) { totalCount pageInfo { endCursor hasNextPage } }",
    "postsConnection(first: 2) { edges { cursor } totalCount }",
    "posts(first: 2) { id title }",
    "posts(first: 2) { id content }",
    "posts { id seo { metaTitle } }",
]


@pytest.mark.parametrize("other", FIELDS)
async def test_two_aliases_answer_as_two_requests(api, resources, other):
    users = [await make_user(resources), await make_user(resources)]
    for user in users * 3:
        await make_post(resources, user)

    for field in FIELDS:
        both = await api.data(f"{{ a: user(id: 1) {{ {field} }} b: user(id: 2) {{ {other} }} }}")
        alone = {
            "a": (await api.data(f"{{ user(id: 1) {{ {field} }} }}"))["user"],
            "b": (await api.data(f"{{ user(id: 2) {{ {other} }} }}"))["user"],
        }

        assert both == alone, field


async def test_each_place_says_for_itself_that_it_was_cut(client, resources):
    short, long = await make_post(resources), await make_post(resources)
    await make_comment(resources, short)
    for _ in range(21):
        await make_comment(resources, long)
    query = "{ a: post(id: 1) { comments { id } } b: post(id: 2) { comments { id } } }"

    answer = (await client.post("/graphql", json={"query": query})).json()

    assert answer["extensions"]["notices"] == [
        {
            "path": ["b", "comments"],
            "code": "TRUNCATED",
            "returned": 20,
            "use": "commentsConnection",
        }
    ]


async def test_aliases_of_one_shape_share_a_statement(api, resources, statements):
    for _ in range(4):
        await make_post(resources)
    statements.clear()

    await api.data(
        "{ a: post(id: 1) { author { name } } b: post(id: 2) { author { name } }"
        " c: post(id: 3) { author { name } } }"
    )

    assert len(statements) == 2


@pytest.mark.parametrize(
    "query",
    [
        '{ postAggregate(filter: {tag: {noneOf: ["x"]}}) { byTag { count } } }',
        '{ tags { postsConnection(filter: {tag: {anyOf: ["news"]}}) { nodes { id } } } }',
        '{ user(id: 1) { posts(filter: {tag: {allOf: ["news"]}}) { id } } }',
    ],
)
async def test_a_filter_by_tag_goes_with_every_list(api, resources, query):
    await make_post(resources, tags=(await make_tag(resources, "News"),))

    data = await api.data(query)

    assert data in (
        {"postAggregate": {"byTag": [{"count": 1}]}},
        {"tags": [{"postsConnection": {"nodes": [{"id": "1"}]}}]},
        {"user": {"posts": [{"id": "1"}]}},
    )
