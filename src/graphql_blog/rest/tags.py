"""What /api/tags does, and the tags of a post."""

import dataclasses

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.db.models import Post, Tag
from graphql_blog.errors import NotFound
from graphql_blog.rest import lists, reads, schemas
from graphql_blog.rest.objects import making, sources
from graphql_blog.rest.objects.nouns import POST, TAG
from graphql_blog.rest.operations import operation
from graphql_blog.rest.requests import id_in_path, name_in_path
from graphql_blog.services import tags
from graphql_blog.services.validation import MAX_TAGS

BY_NAME = lists.Orders(tags.ordering, tags.ORDERINGS, "name")
ONE = operation(
    answers=schemas.TagRead,
    headers=("ETag",),
    parameters=reads.parameters_of(TAG),
    refuses=(NotFound,),
)


@operation(
    answers=list[schemas.TagRead],
    headers=lists.HEADERS,
    parameters=lists.parameters(sources.TAGS, BY_NAME),
)
async def listed(request: Request) -> Response:
    """The tags, by name."""
    return await lists.page_of(request, reads.reading_of(request), sources.TAGS, BY_NAME)


@dataclasses.replace(ONE, answers=list[schemas.TagRead])
async def listed_of_post(request: Request) -> Response:
    """All tags of a post, by name."""
    reading, post_id = reads.reading_of(request), id_in_path(request, "Post")
    selection = await reads.wanted(request, TAG, MAX_TAGS)
    await reads.required(reading, POST, Post.id, post_id)
    (found,) = await sources.tags_of_posts(reading, [post_id], selection.columns)
    return await reads.answer(request, reading, await making.made(reading, selection, found))


@ONE
async def shown(request: Request) -> Response:
    """A tag."""
    return await reads.one(request, TAG, Tag.slug, name_in_path(request, "slug", "Tag"))
