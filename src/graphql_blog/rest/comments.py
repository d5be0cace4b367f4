"""What /api/comments does, and the comments of posts and accounts."""

import dataclasses

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.db.models import Comment, Post, User
from graphql_blog.errors import Forbidden, Invalid, NotFound, WrongState
from graphql_blog.rest import answers, lists, reads, schemas
from graphql_blog.rest.objects import making, sources
from graphql_blog.rest.objects.nouns import COMMENT, POST, USER
from graphql_blog.rest.objects.tables import comment_address
from graphql_blog.rest.operations import operation
from graphql_blog.rest.requests import body_of, id_in_path, resources_of
from graphql_blog.services import comments
from graphql_blog.services.validation import NewComment

OLDEST = lists.Orders(comments.ordering, comments.ORDERINGS, "createdAt")
LIST = operation(
    answers=list[schemas.CommentRead],
    headers=lists.HEADERS,
    parameters=lists.parameters(sources.COMMENTS_OF_POSTS, OLDEST),
    refuses=(NotFound,),
)


@LIST
async def listed_on_post(request: Request) -> Response:
    """The comments on a post, oldest first, replies among them."""
    reading, id_ = reads.reading_of(request), id_in_path(request, "Post")
    await reads.required(reading, POST, Post.id, id_)
    return await lists.page_of(request, reading, sources.COMMENTS_OF_POSTS, OLDEST, owner=id_)


@LIST
async def listed_of_author(request: Request) -> Response:
    """The comments of an account, oldest first."""
    reading, id_ = reads.reading_of(request), id_in_path(request, "User")
    await reads.required(reading, USER, User.id, id_)
    return await lists.page_of(request, reading, sources.COMMENTS_OF_USERS, OLDEST, owner=id_)


@LIST
async def replies(request: Request) -> Response:
    """The answers to a comment, oldest first."""
    reading, id_ = reads.reading_of(request), id_in_path(request, "Comment")
    await reads.required(reading, COMMENT, Comment.id, id_)
    return await lists.page_of(request, reading, sources.REPLIES, OLDEST, owner=id_)


@dataclasses.replace(
    LIST,
    answers=schemas.CommentRead,
    headers=("ETag",),
    parameters=reads.parameters_of(COMMENT),
)
async def shown(request: Request) -> Response:
    """A comment."""
    return await reads.one(request, COMMENT, Comment.id, id_in_path(request, "Comment"))


@operation(
    status=201,
    answers=schemas.Comment,
    headers=("ETag", "Location"),
    body=NewComment,
    refuses=(Invalid, Forbidden, NotFound, WrongState),
    members_only=True,
)
async def add(request: Request) -> Response:
    """Comments on a published post, or answers a comment on it."""
    given, reading = await body_of(request), reads.reading_of(request)
    async with resources_of(request).transaction() as session:
        post_id = id_in_path(request, "Post")
        comment = await comments.add(session, reading.viewer, post_id, given, reading.now)
    location = {"Location": comment_address(comment.id)}
    return answers.validated(await making.whole(reading, COMMENT, comment), 201, location)
