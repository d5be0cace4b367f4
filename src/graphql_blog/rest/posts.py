"""What /api/posts does."""

import dataclasses
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post, Tag, User
from graphql_blog.errors import Forbidden, Invalid, NotFound, Stale, Taken, WrongState
from graphql_blog.rest import answers, lists, reads, schemas
from graphql_blog.rest.objects import making, sources
from graphql_blog.rest.objects.nouns import POST, TAG, USER
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.rest.objects.tables import FEW_RELATED, ROOT, TABLES, post_address
from graphql_blog.rest.operations import operation
from graphql_blog.rest.representations import forms, texts
from graphql_blog.rest.requests import (
    Choice,
    Id,
    Name,
    WholeNumber,
    body_of,
    id_in_path,
    name_in_path,
    resources_of,
)
from graphql_blog.services import posts, validation
from graphql_blog.services.validation import NewPost, PostChanges, Publication

TAG_SLUG = Name("tag", "Those with this tag; by its slug.")
AUTHOR = Id("author", "Those of this account; by its id.")
AUTHOR_USERNAME = Name("authorUsername", "Those of this account; by its username.")
STATUS = Choice("status", "Those in this state.", tuple(PostStatus))
FEW = WholeNumber("limit", "How many at most.", default=FEW_RELATED, least=1, most=100)
FILTERS = (TAG_SLUG, AUTHOR, AUTHOR_USERNAME, STATUS)

NEWEST = lists.Orders(posts.ordering, posts.ORDERINGS, "-publishedAt")
LAST_CHANGED = lists.Orders(posts.ordering, posts.ORDERINGS, "-updatedAt")
LIST = operation(
    answers=list[schemas.PostRead],
    headers=lists.HEADERS,
    parameters=lists.parameters(sources.POSTS, NEWEST),
    refuses=(NotFound,),
)
ONE = operation(
    answers=schemas.PostRead,
    media_types=forms.OF_A_POST,
    headers=("ETag",),
    parameters=reads.parameters_of(POST),
    refuses=(NotFound,),
)


@dataclasses.replace(LIST, parameters=(*LIST.parameters, *FILTERS), refuses=())
async def listed(request: Request) -> Response:
    """The posts that the viewer may read, newest first."""
    reading = reads.reading_of(request)
    conditions = _conditions(request, reading.now)
    return await lists.page_of(request, reading, sources.POSTS, NEWEST, conditions=conditions)


@LIST
async def listed_of_author(request: Request) -> Response:
    """The posts of an account, newest first."""
    reading, author_id = reads.reading_of(request), id_in_path(request, "User")
    await reads.required(reading, USER, User.id, author_id)
    return await lists.page_of(request, reading, sources.POSTS_OF_USERS, NEWEST, owner=author_id)


@LIST
async def listed_with_tag(request: Request) -> Response:
    """The posts with a tag, newest first."""
    reading, slug = reads.reading_of(request), name_in_path(request, "slug", "Tag")
    tag = await reads.required(reading, TAG, Tag.slug, slug)
    return await lists.page_of(request, reading, sources.POSTS_WITH_TAGS, NEWEST, owner=tag.id)


@dataclasses.replace(
    LIST,
    parameters=lists.parameters(sources.POSTS_OF_USERS, LAST_CHANGED),
    refuses=(),
    members_only=True,
)
async def listed_of_viewer(request: Request) -> Response:
    """One's own posts in every state, last changed first."""
    reading, own = reads.reading_of(request), sources.POSTS_OF_USERS
    return await lists.page_of(request, reading, own, LAST_CHANGED, owner=reading.viewer.id)


@dataclasses.replace(LIST, headers=("ETag",), parameters=(FEW, *reads.parameters_of(POST)))
async def related(request: Request) -> Response:
    """Posts that share tags with a post; those that share the rarest come first."""
    reading, post_id, limit = (
        reads.reading_of(request),
        id_in_path(request, "Post"),
        FEW.of(request),
    )
    selection = await reads.wanted(request, POST, limit)
    await reads.required(reading, POST, Post.id, post_id)
    (found,) = await sources.related_posts(reading, [post_id], selection.columns, limit)
    return await reads.answer(request, reading, await making.made(reading, selection, found))


@ONE
async def shown(request: Request) -> Response:
    """A post; also as XML, as a page, and as it was written."""
    id_ = id_in_path(request, "Post")
    if request.state.media_type in forms.TEXTS:
        return await texts.of_post(request, id_)
    return await reads.one(request, POST, Post.id, id_)


@dataclasses.replace(ONE, moves=True)
async def shown_by_slug(request: Request) -> Response:
    """The post with a slug. Slugs it had before, and the path of an imported post, lead there."""
    reading, selection = reads.reading_of(request), await reads.wanted(request, POST)
    slug = name_in_path(request, "slug", "Post")
    row = await sources.post_by_slug(reading, slug, selection.columns | {"id", "slug"})
    if row is None:
        raise NotFound("Post not found")
    if row.slug != slug:
        query = f"?{request.url.query}" if request.url.query else ""
        location = {"Location": f"{ROOT}/posts/by-slug/{quote(row.slug, safe='')}{query}"}
        sharing = await reads.sharing(request, reading)
        return Response(None, 301, {**answers.OF_READERS, **location, **sharing})
    if request.state.media_type in forms.TEXTS:
        return await texts.of_post(request, row.id)
    (content,) = await making.made(reading, selection, [row])
    return await reads.answer(request, reading, content)


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
    given, reading = await body_of(request), reads.reading_of(request)
    async with resources_of(request).transaction() as session:
        post = await posts.create(session, reading.viewer, given, reading.now)
    location = {"Location": post_address(post.id)}
    return answers.validated(await making.whole(reading, POST, post), 201, location)


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
    given = await body_of(request)
    validation.read(NewPost, given)
    return await _changed(request, given)


@CHANGED
async def change(request: Request) -> Response:
    """Changes what is given of a post."""
    return await _changed(request, await body_of(request))


@operation(status=204, refuses=(Forbidden, NotFound), members_only=True, if_match=True)
async def remove(request: Request) -> Response:
    """Deletes a post with its comments."""
    reading = reads.reading_of(request)
    async with _unless_changed(request, reading) as session:
        await posts.remove(session, reading.viewer, id_in_path(request, "Post"), reading.now)
    return Response(status_code=204)


MOVED = dataclasses.replace(CHANGED, body=None, refuses=(Forbidden, NotFound, WrongState))


@dataclasses.replace(
    MOVED, body=Publication, body_is_optional=True, refuses=(Invalid, *MOVED.refuses)
)
async def publish(request: Request) -> Response:
    """Makes a post visible, now or at an instant to come."""
    given = validation.read(Publication, await body_of(request, is_optional=True))
    reading = reads.reading_of(request)
    async with _unless_changed(request, reading) as session:
        id_ = id_in_path(request, "Post")
        post = await posts.publish(session, reading.viewer, id_, reading.now, given.at)
    return answers.validated(await making.whole(reading, POST, post))


@MOVED
async def unpublish(request: Request) -> Response:
    """Makes a post a draft again."""
    reading = reads.reading_of(request)
    async with _unless_changed(request, reading) as session:
        id_ = id_in_path(request, "Post")
        post = await posts.unpublish(session, reading.viewer, id_, reading.now)
    return answers.validated(await making.whole(reading, POST, post))


def _conditions(request: Request, now: datetime) -> sources.Conditions:
    tag, author, username = (given.of(request) for given in (TAG_SLUG, AUTHOR, AUTHOR_USERNAME))
    status = STATUS.of(request)
    found = (
        posts.tagged([str(tag)]) if tag is not None else None,
        Post.author_id == author if author is not None else None,
        Post.author.has(User.username == username) if username is not None else None,
        posts.in_status(PostStatus(status), now) if status is not None else None,
    )
    return tuple(condition for condition in found if condition is not None)


async def _changed(request: Request, given: Mapping[str, Any]) -> Response:
    reading = reads.reading_of(request)
    async with _unless_changed(request, reading) as session:
        id_ = id_in_path(request, "Post")
        post = await posts.change(session, reading.viewer, id_, given, reading.now)
    return answers.validated(await making.whole(reading, POST, post))


@asynccontextmanager
async def _unless_changed(request: Request, reading: Reading) -> AsyncIterator[AsyncSession]:
    """A transaction, undone with 412 when `If-Match` does not name the post as it was before.

    RFC 9110 §13.2.1: conditions count only where the answer would be a success without them, hence
    they are looked at last.
    """
    async with resources_of(request).transaction() as session:
        if "if-match" not in request.headers:
            yield session
            return
        columns = {name for value in TABLES[POST].whole.values() for name in value.columns}
        named = POST.readable(reading).where(Post.id == id_in_path(request, "Post"))
        rows = named.with_only_columns(*POST.columns(columns)).with_for_update()
        before = (await session.execute(rows)).one_or_none()
        yield session
        answers.require_match(request, answers.etag(await making.whole(reading, POST, before)))
