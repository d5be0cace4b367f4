"""addComment: under what, by whom, and what is refused."""

import pytest
from sqlalchemy import func, select

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, PostStatus
from graphql_blog.db.models import Comment, Post
from tests.asserts import invalid, not_found
from tests.factories import TOMORROW, make_comment, make_draft, make_post, make_user

NO_SUCH_COMMENT = not_found("There is no such comment under this post.", "parentId")
ADD = """mutation ($input: AddCommentInput!) { addComment(input: $input) {
  comment {
    id content contentHtml status author { id } post { id commentCount } parent { id }
    viewerCanUpdate viewerCanDelete
  }
  errors { __typename message code path ... on ValidationError { limit } }
} }"""


@pytest.fixture
async def reader(resources):
    return await make_user(resources, role=Role.READER)


@pytest.fixture
def add(api, reader):
    async def add(*, by=reader, **input_):
        return (await api.data(ADD, by=by, input=input_))["addComment"]

    return add


async def stored(resources):
    async with resources.reading() as session:
        return await session.scalar(select(func.count()).select_from(Comment))


async def test_a_comment_is_visible_at_once_and_counted(add, resources, reader):
    await make_post(resources)

    payload = await add(postId="1", content="**Yes**\n")

    assert payload == {
        "comment": {
            "id": "1",
            "content": "**Yes**\n",
            "contentHtml": "<p><strong>Yes</strong></p>\n",
            "status": "VISIBLE",
            "author": {"id": str(reader.id)},
            "post": {"id": "1", "commentCount": 1},
            "parent": None,
            "viewerCanUpdate": True,
            "viewerCanDelete": True,
        },
        "errors": [],
    }
    async with resources.reading() as session:
        assert await session.scalar(select(Post.comment_count)) == 1


async def test_a_comment_answers_another_under_the_same_post(add, resources):
    post, other = await make_post(resources), await make_post(resources)
    await make_comment(resources, post)
    await make_comment(resources, other)

    for parent in ("1", "Q29tbWVudDox"):
        payload = await add(postId="UG9zdDox", content="Yes", parentId=parent)
        assert payload["comment"]["parent"] == {"id": "1"}
    for nothing in (None, ""):
        payload = await add(postId="1", content="Yes", parentId=nothing)
        assert payload["comment"]["parent"] is None

    assert await add(postId="1", content="Yes", parentId="2") == {
        "comment": None,
        "errors": [NO_SUCH_COMMENT],
    }
    assert await stored(resources) == 6


async def test_what_cannot_be_seen_is_not_answered(add, resources):
    post = await make_post(resources)
    for status in (CommentStatus.SPAM, CommentStatus.DELETED, CommentStatus.PENDING):
        hidden = await make_comment(resources, post, status=status)
        payload = await add(postId="1", content="Yes", parentId=str(hidden.id))
        assert payload == {"comment": None, "errors": [NO_SUCH_COMMENT]}
    for nothing in ("99", "x"):
        (error,) = (await add(postId="1", content="Yes", parentId=nothing))["errors"]
        assert (error["code"], error["path"]) == ("NOT_FOUND", ["input", "parentId"])


async def test_only_published_posts_take_comments(add, resources):
    ana = await make_user(resources)
    await make_draft(resources, ana)
    await make_post(resources, ana, published_at=TOMORROW)
    await make_post(resources, ana, status=PostStatus.ARCHIVED)

    for id_ in ("1", "2", "3", "99", "x"):
        payload = await add(postId=id_, content="Yes")
        assert payload == {
            "comment": None,
            "errors": [not_found(field="postId")],
        }
    for id_ in ("1", "2", "3"):
        payload = await add(by=ana, postId=id_, content="Yes")
        assert payload == {
            "comment": None,
            "errors": [invalid(None, "Only published posts take comments.", "INVALID_STATE")],
        }
    assert await stored(resources) == 0


async def test_a_comment_is_neither_blank_nor_endless(add, resources):
    await make_post(resources)

    for content, code, limit in [
        ("", "REQUIRED", None),
        (" \n", "REQUIRED", None),
        ("c" * 10_001, "TOO_LONG", 10_000),
    ]:
        (error,) = (await add(postId="1", content=content))["errors"]
        assert (error["code"], error["limit"], error["path"]) == (code, limit, ["input", "content"])
    assert (await add(postId="1", content="c" * 10_000))["errors"] == []
    assert await stored(resources) == 1
