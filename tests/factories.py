"""Rows for tests: functions with defaults, so that a test names only what it is about.

Each commits at once. What is left out is the same every time, but for names that must be unique.
"""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from sqlalchemy.orm import DeclarativeBase

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, PostStatus
from graphql_blog.db.models import Comment, PastSlug, Post, PostTag, Tag, User
from graphql_blog.resources import Resources

LONG_AGO = datetime(2020, 1, 1, 12, tzinfo=UTC)
TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)

Noun = TypeVar("Noun", bound=DeclarativeBase)

_numbers = count(1)


async def make_user(resources: Resources, **given: Any) -> User:
    name = given.get("username") or f"user{next(_numbers)}"
    defaults = {"username": name, "email": f"{name}@example.com", "role": Role.AUTHOR}
    return await stored(resources, User(**defaults | given))


async def make_tag(resources: Resources, name: str, **given: Any) -> Tag:
    return await stored(resources, Tag(**{"name": name, "slug": name.lower()} | given))


async def make_post(
    resources: Resources, author: User | None = None, *, tags: tuple[Tag, ...] = (), **given: Any
) -> Post:
    """Published long ago, a minute after the one made before, unless said otherwise."""
    author = author or await make_user(resources)
    number = next(_numbers)
    at = LONG_AGO + timedelta(minutes=number)
    published = given.get("status", PostStatus.PUBLISHED) is PostStatus.PUBLISHED
    defaults = {
        "author_id": author.id,
        "title": f"Title {number}",
        "slug": f"title-{number}",
        "content": f"Content {number}",
        "status": PostStatus.PUBLISHED,
        "published_at": at if published else None,
        "created_at": at,
        "updated_at": at,
    }
    post = await stored(resources, Post(**defaults | given))
    for tag in tags:
        await stored(resources, PostTag(post_id=post.id, tag_id=tag.id, listed_at=post.listed_at))
    return post


async def make_draft(resources: Resources, author: User | None = None, **given: Any) -> Post:
    return await make_post(resources, author, **{"status": PostStatus.DRAFT} | given)


async def make_comment(
    resources: Resources, post: Post, author: User | None = None, **given: Any
) -> Comment:
    author = author or await make_user(resources, role=Role.READER)
    number = next(_numbers)
    at = LONG_AGO + timedelta(minutes=number)
    defaults = {
        "post_id": post.id,
        "author_id": author.id,
        "content": f"Comment {number}",
        "status": CommentStatus.VISIBLE,
        "created_at": at,
        "updated_at": at,
    }
    return await stored(resources, Comment(**defaults | given))


async def make_past_slug(resources: Resources, post: Post, slug: str, **given: Any) -> PastSlug:
    return await stored(
        resources, PastSlug(**{"slug": slug, "post_id": post.id, "replaced_at": LONG_AGO} | given)
    )


async def stored(resources: Resources, row: Noun) -> Noun:
    async with resources.transaction() as session:
        session.add(row)
    return row
