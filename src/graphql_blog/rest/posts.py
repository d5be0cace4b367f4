"""What /api/posts does."""

import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.auth import Viewer
from graphql_blog.db import tags
from graphql_blog.db.models import Post, User
from graphql_blog.engine.rows import fetch
from graphql_blog.errors import Forbidden, Invalid, NotFound, Stale, Taken
from graphql_blog.rest import answers, lists, public, schemas, shapes
from graphql_blog.rest.operations import operation
from graphql_blog.rest.requests import body_of, id_in_path, resources_of, viewer_of
from graphql_blog.services import posts, users, validation
from graphql_blog.services.validation import NewPost, PostChanges

POSTS = tags.listed(Post.__tablename__)
NEWEST_FIRST = posts.ordering("PUBLISHED_AT", descending=True)


@operation(answers=list[schemas.Post], headers=lists.HEADERS, parameters=lists.PARAMETERS)
async def listed(request: Request) -> Response:
    """The posts that the viewer may read, newest first."""
    viewer, now = viewer_of(request), datetime.now(UTC)
    return await _page(request, posts.visible_to(viewer, now), now, {POSTS})


@operation(
    answers=list[schemas.Post],
    headers=lists.HEADERS,
    parameters=lists.PARAMETERS,
    refuses=(NotFound,),
)
async def listed_of_author(request: Request) -> Response:
    """The posts of an account, newest first."""
    viewer, now = viewer_of(request), datetime.now(UTC)
    author_id = id_in_path(request, "User")
    author = users.visible_to(viewer).where(User.id == author_id).with_only_columns(User.id)
    if not await fetch(resources_of(request).reader, author, "User"):
        raise NotFound("User not found")
    written = posts.visible_to(viewer, now).where(Post.author_id == author_id)
    return await _page(
        request, written, now, {tags.of(Post.author_id, author_id), tags.of(User.id, author_id)}
    )


@operation(answers=schemas.Post, headers=("ETag",), refuses=(NotFound,))
async def shown(request: Request) -> Response:
    """A post."""
    viewer, now = viewer_of(request), datetime.now(UTC)
    found = await fetch(resources_of(request).reader, _one(request, viewer, now), "Post")
    if not found:
        raise NotFound("Post not found")
    sharing = await public.headers(request, {tags.of(Post.id, found[0].id)})
    return answers.fresh(request, await shapes.post(found[0], now), sharing)


@operation(
    status=201,
    answers=schemas.Post,
    headers=("ETag", "Location"),
    body=NewPost,
    refuses=(Invalid, Forbidden, Taken),
    members_only=True,
)
async def create(request: Request) -> Response:
    """Writes a post; published at once unless it says otherwise."""
    viewer, now = viewer_of(request), datetime.now(UTC)
    given = await body_of(request)
    async with resources_of(request).transaction() as session:
        post = await posts.create(session, viewer, given, now)
    location = {"Location": shapes.post_address(post.id)}
    return answers.validated(await shapes.post(post, now), 201, location)


CHANGED = operation(
    answers=schemas.Post,
    headers=("ETag",),
    body=PostChanges,
    refuses=(Invalid, Forbidden, NotFound, Taken, Stale),
    members_only=True,
    if_match=True,
)


@dataclasses.replace(CHANGED, whole=("title", "content"))
async def replace(request: Request) -> Response:
    """Replaces title and content of a post; what else is not given stays as it is.

    Tags are no part of what GET shows, so a client that sends back what it got would lose them.
    """
    viewer, given = viewer_of(request), await body_of(request)
    validation.read(NewPost, given)
    return await _changed(request, viewer, given)


@CHANGED
async def change(request: Request) -> Response:
    """Changes what is given of a post."""
    viewer, given = viewer_of(request), await body_of(request)
    return await _changed(request, viewer, given)


@operation(status=204, refuses=(Forbidden, NotFound), members_only=True, if_match=True)
async def remove(request: Request) -> Response:
    """Deletes a post with its comments."""
    viewer, now = viewer_of(request), datetime.now(UTC)
    async with _unless_changed(request, viewer, now) as session:
        await posts.remove(session, viewer, id_in_path(request, "Post"), now)
    return Response(status_code=204)


async def _page(
    request: Request, readable: Select[Any], now: datetime, made_of: set[str]
) -> Response:
    rows, headers = await lists.page_of(request, readable, shapes.POST_COLUMNS, NEWEST_FIRST)
    sharing = await public.headers(request, made_of, listed_at=now)
    content = [await shapes.post(row, now) for row in rows]
    return answers.fresh(request, content, {**headers, **sharing})


def _one(request: Request, viewer: Viewer, now: datetime) -> Select[Any]:
    named = posts.visible_to(viewer, now).where(Post.id == id_in_path(request, "Post"))
    return named.with_only_columns(*shapes.POST_COLUMNS)


async def _changed(request: Request, viewer: Viewer, given: Mapping[str, Any]) -> Response:
    now = datetime.now(UTC)
    async with _unless_changed(request, viewer, now) as session:
        post = await posts.change(session, viewer, id_in_path(request, "Post"), given, now)
    return answers.validated(await shapes.post(post, now))


@asynccontextmanager
async def _unless_changed(
    request: Request, viewer: Viewer, now: datetime
) -> AsyncIterator[AsyncSession]:
    """A transaction, undone with 412 when `If-Match` does not name the post as it was before.

    RFC 9110 §13.2.1: conditions count only where the answer would be a success without them, hence
    they are looked at last.
    """
    async with resources_of(request).transaction() as session:
        if "if-match" not in request.headers:
            yield session
            return
        before = (await session.execute(_one(request, viewer, now).with_for_update())).one_or_none()
        yield session
        answers.require_match(request, answers.etag(await shapes.post(before, now)))
