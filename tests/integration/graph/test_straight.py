"""Plain queries go straight: the same answers, no statement more, and errors take the long way."""

import asyncio

import pytest

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus
from graphql_blog.engine import straight
from graphql_blog.engine.executor import Run
from graphql_blog.engine.readers import DatabaseAway
from tests.factories import make_comment, make_draft, make_post, make_tag, make_user

PAGE = """query ($id: ID!, $first: Int) {
  post(id: $id) {
    __typename id title slug status: version publishedAt contentFormat
    author { name username createdAt role bio }
    tags { name postCount posts(first: $first) { title author { name } } }
    comments(first: $first) { content status parent { id author { name } } author { name } }
    commentCount previousSlugs
    relatedPosts(first: 2) { title tags { name } }
  }
  again: post(id: $id) { title }
  posts(first: $first) { id author { username posts(first: 1) { title } } }
  users { name postCount }
  tag(id: 99) { name }
}"""


@pytest.fixture
async def blog(resources):
    """Posts with shared authors and tags, replies, and a draft of each author."""
    ana, ben = await make_user(resources), await make_user(resources)
    editor = await make_user(resources, role=Role.EDITOR)
    tags = (await make_tag(resources, "news"), await make_tag(resources, "fun"))
    for number in range(4):
        author = (ana, ben)[number % 2]
        post = await make_post(resources, author, title=f"Post {number}", tags=tags[: number % 3])
        await make_draft(resources, author, title=f"Draft {number}")
        first = await make_comment(resources, post, ben)
        await make_comment(resources, post, ana, parent_id=first.id)
        await make_comment(resources, post, ana, status=CommentStatus.PENDING)
    return {"ana": ana, "ben": ben, "editor": editor, "stranger": None}


@pytest.fixture
def ways(monkeypatch):
    """The ways that operations took, in their order."""
    taken = []
    executed, data = Run.execute, straight.StraightRun.data

    def long(self, **options):
        taken.append("long")
        return executed(self, **options)

    def short(self):
        taken.append("straight")
        return data(self)

    monkeypatch.setattr(Run, "execute", long)
    monkeypatch.setattr(straight.StraightRun, "data", short)
    return taken


async def test_it_answers_as_the_long_way_does_with_as_many_statements(api, blog, statements, ways):
    for viewer in blog.values():
        for id_ in ("1", "2", "404"):
            variables = {"id": id_, "first": 2}
            plain = PAGE + f" # {viewer.username if viewer else ''} {id_}"
            long, first_time = await api.data(plain, by=viewer, **variables), len(statements)
            statements.clear()

            assert await api.data(plain, by=viewer, **variables) == long
            assert len(statements) == first_time
            statements.clear()

    assert ways == ["long", "straight"] * 12


async def test_variables_that_take_a_closer_look_are_coerced_as_ever(api, blog, ways):
    for variables in ({"id": "1"}, {"id": 1, "first": 2}, {"id": "1", "first": None}):
        assert (await api.data(PAGE, **variables))["post"]["title"] == "Post 0"

    with_float = await api.data(PAGE, id="1", first=2.0)

    assert with_float == await api.data(PAGE, id="1", first=2)
    assert ways == ["long", "straight", "straight", "long", "straight"]


async def test_an_error_is_told_by_the_long_way(api, blog, ways):
    query = "query ($id: ID!) { posts { id } post(id: $id) { title } other: post(id: 1) { title } }"
    await api.data(query, id="1")
    await api.data(query, id="2")

    (error,) = await api.errors(query, id="VXNlcjox")

    assert error["path"] == ["post"]
    assert error["message"] == "VXNlcjox is the id of a User, not of a Post."
    assert ways == ["long", "straight", "straight", "long"]
    assert (await api.data(query, id="2"))["other"] == {"title": "Post 0"}


@pytest.mark.parametrize(
    "query",
    [
        "{ posts { excerpt } }",
        "{ posts { nodeId } }",
        "{ posts { seo { noIndex } } }",
        "{ postsConnection { nodes { id } } }",
        "{ node(id: 1) { id } }",
        "{ postAggregate { count } }",
    ],
)
async def test_what_is_no_plain_row_never_goes_straight_and_reads_nothing_to_find_out(
    api, blog, statements, ways, query
):
    once = await api.data(query)
    read = len(statements)

    assert await api.data(query) == once

    assert ways == ["long", "long"]
    assert len(statements) == 2 * read


async def test_an_error_beside_other_fields_is_told_by_the_long_way(
    api, blog, resources, ways, monkeypatch
):
    query = "{ posts { title } users { name } }"
    once = await api.data(query)
    assert await api.data(query) == once

    async def away(*_):
        raise DatabaseAway

    with monkeypatch.context() as patched:
        patched.setattr(type(resources.rows), "_answer", away)
        response = await api.post(query)

    assert (response.status_code, response.headers["retry-after"]) == (503, "5")
    assert ways == ["long", "straight", "straight", "long"]
    assert await api.data(query) == once


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
async def test_requests_that_share_their_reads_get_their_own_answers(api, blog):
    asked = [(viewer, id_) for viewer in blog.values() for id_ in ("1", "2", "3", "4", "404")]
    alone = [await api.data(PAGE, by=viewer, id=id_, first=2) for viewer, id_ in asked]

    together = await asyncio.gather(
        *[api.data(PAGE, by=viewer, id=id_, first=2) for viewer, id_ in asked * 3]
    )

    assert together == alone * 3
    stranger = [data["post"] and data["post"]["title"] for data in together[15:20]]
    assert stranger == ["Post 0", None, "Post 1", None, None]
