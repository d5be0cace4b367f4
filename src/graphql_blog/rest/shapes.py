"""Rows as JSON objects, and the columns that they are made of."""

from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.models import Post, User, status_at
from graphql_blog.rest import schemas
from graphql_blog.services import content

ROOT = "/api"

Columns: TypeAlias = tuple[InstrumentedAttribute[Any], ...]

POST_COLUMNS: Columns = (
    Post.id,
    Post.author_id,
    Post.status,
    Post.content_format,
    Post.version,
    Post.published_at,
    Post.created_at,
    Post.updated_at,
    Post.listed_at,  # not shown: cursors are made of it
    Post.title,
    Post.slug,
    Post.excerpt,
    Post.content,
)

USER_COLUMNS: Columns = (
    User.id,
    User.username,
    User.created_at,
    User.role,
    User.name,
    User.website_url,
    User.bio,
)


async def post(row: Any, now: datetime) -> schemas.Post:
    """Whole, whatever of it is wanted, and its author only as an id: REST's way of fetching."""
    return {
        "id": row.id,
        "title": row.title,
        "content": row.content,
        "contentFormat": row.content_format,
        "slug": row.slug,
        "excerpt": await _excerpt(row),
        "status": status_at(row.status, row.published_at, now),
        "publishedAt": row.published_at,
        "createdAt": row.created_at,
        "updatedAt": row.updated_at,
        "version": row.version,
        "authorId": row.author_id,
        "links": {"self": post_address(row.id), "author": user_address(row.author_id)},
    }


def user(row: Any) -> schemas.User:
    """The public face of an account: no e-mail, no hash."""
    address = user_address(row.id)
    return {
        "id": row.id,
        "username": row.username,
        "name": row.name,
        "bio": row.bio,
        "websiteUrl": row.website_url,
        "role": row.role,
        "createdAt": row.created_at,
        "links": {"self": address, "posts": f"{address}/posts"},
    }


def post_address(id_: int) -> str:
    return f"{ROOT}/posts/{id_}"


def user_address(id_: int) -> str:
    return f"{ROOT}/users/{id_}"


async def _excerpt(row: Any) -> str:
    """The author's own, else the opening: as plain text, cut short, as in GraphQL."""
    shown = await content.rendered(row.excerpt or row.content, row.content_format)
    return shown.excerpt()
