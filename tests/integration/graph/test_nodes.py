"""Global ids: every object by its nodeId, and both forms of id wherever one is taken."""

import pytest

from tests.factories import make_comment, make_draft, make_post, make_tag

NODE = "query ($id: ID!) { node(id: $id) { __typename id nodeId } }"
NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


@pytest.fixture
async def one_of_each(resources):
    tag = await make_tag(resources, "News")
    post = await make_post(resources, tags=(tag,))
    await make_comment(resources, post)


async def test_a_node_id_leads_back_to_its_object(api, one_of_each):
    for field in ("post", "user", "comment", "tag"):
        data = await api.data(f"{{ {field}(id: 1) {{ __typename id nodeId }} }}")

        assert data[field]["id"] == "1"
        assert await api.data(NODE, id=data[field]["nodeId"]) == {"node": data[field]}


async def test_an_id_argument_takes_both_forms(api, one_of_each):
    for field in ("post", "user", "comment", "tag"):
        node_id = (await api.data(f"{{ {field}(id: 1) {{ nodeId }} }}"))[field]["nodeId"]

        query = f"query ($id: ID!) {{ {field}(id: $id) {{ id nodeId }} }}"
        assert await api.data(query, id=node_id) == {field: {"id": "1", "nodeId": node_id}}


async def test_a_global_id_of_another_noun_is_refused_in_words(api, one_of_each):
    user = (await api.data("{ user(id: 1) { nodeId } }"))["user"]["nodeId"]

    errors = await api.errors("query ($id: ID!) { post(id: $id) { id } }", id=user)

    assert errors == [
        {
            "message": f"{user} is the id of a User, not of a Post.",
            "path": ["post"],
            "extensions": {"code": "BAD_USER_INPUT"},
        }
    ]


async def test_a_plain_id_in_a_filter_is_the_same_as_a_global_one(api, resources):
    first, _ = await make_post(resources), await make_post(resources)
    query = "query ($id: ID!) { posts(filter: {authorId: {eq: $id}}) { id author { nodeId } } }"

    by_plain = await api.data(query, id=first.author_id)
    by_global = await api.data(query, id=by_plain["posts"][0]["author"]["nodeId"])

    assert [post["id"] for post in by_plain["posts"]] == [str(first.id)]
    assert by_global == by_plain


async def test_what_is_no_global_id_of_anything_is_null(api, one_of_each):
    ids = ["1", "", "UG9zdDo5OQ", "UG9zdDoxx", "UG9zdDowMQ", "Vmlld2VyOjE", "!!", "é", "Ug=="]

    assert await api.data(NODES, ids=ids) == {"nodes": [None] * len(ids)}
    for id_ in ids:
        assert await api.data(NODE, id=id_) == {"node": None}, id_


async def test_nodes_come_in_the_order_asked_with_nulls_and_repeats(api, resources, one_of_each):
    await make_draft(resources)
    ids = ["VGFnOjE", "UG9zdDox", "UG9zdDoy", "nothing", "UG9zdDox", "VXNlcjox", "Q29tbWVudDox"]

    data = await api.data(NODES, ids=ids)

    post = {"__typename": "Post", "id": "1"}
    assert data["nodes"] == [
        {"__typename": "Tag", "id": "1"},
        post,
        None,
        None,
        post,
        {"__typename": "User", "id": "1"},
        {"__typename": "Comment", "id": "1"},
    ]


async def test_nodes_of_one_type_are_one_statement(api, resources, statements):
    posts = [await make_post(resources) for _ in range(3)]
    ids = [post["nodeId"] for post in (await api.data("{ posts { nodeId } }"))["posts"]]
    statements.clear()

    data = await api.data(
        "query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Post { title } } }", ids=ids
    )

    assert [node["title"] for node in data["nodes"]] == [post.title for post in posts[::-1]]
    assert len(statements) == 1


async def test_a_hundred_nodes_may_be_asked_for_and_no_more(api):
    assert len((await api.data(NODES, ids=["x"] * 100))["nodes"]) == 100

    for errors in (
        await api.errors(NODES, ids=["x"] * 101),
        await api.errors(f"{{ nodes(ids: {'[' + '1,' * 101 + ']'}) {{ id }} }}"),
    ):
        assert [error["extensions"] for error in errors] == [
            {"code": "PAGE_SIZE_EXCEEDED", "value": 101, "limit": 100}
        ]
