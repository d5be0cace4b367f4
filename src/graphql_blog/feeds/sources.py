"""Whose posts a feed has: everybody's, those with a tag, or one author's. Public ones alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select
from starlette.requests import Request

from graphql_blog.auth import STRANGER
from graphql_blog.db import tags as names
from graphql_blog.db.models import Post, PostTag, Tag, User
from graphql_blog.engine.rows import Row, fetch
from graphql_blog.errors import NotFound
from graphql_blog.rest.requests import resources_of
from graphql_blog.services import posts, tags, users


@dataclass(frozen=True)
class Source:
    """Posts from the newest on, and what they have in common."""

    rows: Select[Any]
    about: str | None
    """A word for the title; None for the whole blog."""
    made_of: frozenset[str]


async def everything(request: Request, now: datetime) -> Source:
    return Source(_newest(_public(now)), None, frozenset({names.listed(Post.__tablename__)}))


async def with_tag(request: Request, now: datetime) -> Source:
    """Raises `NotFound`."""
    named = tags.visible_to(STRANGER).where(Tag.slug == request.path_params["slug"])
    tag = await _one(request, named, "Tag", Tag.id, Tag.name)
    tagged = _public(now).join(PostTag, PostTag.post_id == Post.id).where(PostTag.tag_id == tag.id)
    # In the order of the link, which has an index for it.
    newest = tagged.order_by(PostTag.listed_at.desc(), PostTag.post_id.desc())
    made_of = {names.listed(Post.__tablename__), names.of(Tag.id, tag.id)}
    return Source(newest, tag.name, frozenset(made_of))


async def of_author(request: Request, now: datetime) -> Source:
    """Raises `NotFound`."""
    named = users.visible_to(STRANGER).where(User.username == request.path_params["username"])
    author = await _one(request, named, "User", User.id, User.name)
    written = _newest(_public(now).where(Post.author_id == author.id))
    made_of = {names.of(Post.author_id, author.id), names.of(User.id, author.id)}
    return Source(written, author.name, frozenset(made_of))


def _public(now: datetime) -> Select[Any]:
    return posts.visible_to(STRANGER, now).join(User, User.id == Post.author_id)


def _newest(rows: Select[Any]) -> Select[Any]:
    return rows.order_by(Post.listed_at.desc(), Post.id.desc())


async def _one(request: Request, rows: Select[Any], noun: str, *columns: Any) -> Row:
    wanted = rows.with_only_columns(*columns)
    found = await fetch(resources_of(request).reader, wanted, noun)
    if not found:
        raise NotFound(f"{noun} not found")
    return found[0]
