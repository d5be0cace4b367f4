"""A post for people: the page, or the source."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.db import tags as names
from graphql_blog.db.models import Post, PostTag, Tag, User, status_at
from graphql_blog.engine.rows import fetch, fetch_tuples
from graphql_blog.errors import NotFound
from graphql_blog.rest import answers, links, public
from graphql_blog.rest.representations import page, source
from graphql_blog.rest.representations.document import Document
from graphql_blog.rest.representations.forms import HTML
from graphql_blog.rest.requests import resources_of, viewer_of
from graphql_blog.services import posts

COLUMNS: tuple[Any, ...] = (
    Post.id,
    Post.author_id,
    Post.status,
    Post.content_format,
    Post.published_at,
    Post.updated_at,
    Post.no_index,
    Post.canonical_url,
    Post.title,
    Post.slug,
    Post.content,
    User.name.label("author_name"),
)


async def of_post(request: Request, id_: int) -> Response:
    """The post as text, in the form that was asked for. Raises `NotFound`."""
    viewer, now = viewer_of(request), datetime.now(UTC)
    reader = resources_of(request).reader
    named = posts.visible_to(viewer, now).join(User, User.id == Post.author_id)
    found = await fetch(reader, named.where(Post.id == id_).with_only_columns(*COLUMNS), "Post")
    if not found:
        raise NotFound("Post not found")
    (post,) = found
    tagged = select(Tag.name).join(PostTag, PostTag.tag_id == Tag.id).where(PostTag.post_id == id_)
    document = Document(
        post=post,
        status=status_at(post.status, post.published_at, now),
        tags=[name for (name,) in await fetch_tuples(reader, tagged.order_by(Tag.name, Tag.id))],
        address=post.canonical_url or links.post(request, post.id, post.slug),
        site=resources_of(request).site,
    )
    made_of = {names.of(Post.id, id_), names.of(User.id, post.author_id)}
    made_of.add(names.of(PostTag.post_id, id_))
    headers = {**answers.OF_READERS, **await public.headers(request, made_of)}
    return await _written(request, document, headers)


async def _written(request: Request, document: Document, headers: dict[str, str]) -> Response:
    if request.state.media_type == HTML:
        body, form = await page.of(document), f"{HTML}; charset=utf-8"
        headers["Content-Security-Policy"] = page.POLICY
    else:
        body, form = source.of(document), source.FORM
    return answers.fresh_bytes(request, body.encode(), form, headers)
