"""The blog in figures, as everybody may know them."""

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, func, select

from graphql_blog.auth import STRANGER
from graphql_blog.cache import Entry, Made, Responses
from graphql_blog.db import tags as names
from graphql_blog.db.models import Comment, Post, Tag, User
from graphql_blog.engine.readers import Reader
from graphql_blog.engine.statements import constant, only
from graphql_blog.services import due, posts, tags

SHAPE = ("figures",)
MADE_OF = frozenset(names.listed(noun.__tablename__) for noun in (Post, Comment, Tag, User))


@dataclass(frozen=True, slots=True)
class Figures:
    """How much there is to read, and where it begins."""

    posts: int
    comments: int
    authors: int
    tags: int
    first_post: int | None


async def of_strangers(responses: Responses | None, rows: Reader, now: datetime) -> Figures:
    """Counted once, and again when something changed or a scheduled post has become visible."""
    if responses is None:
        return await _counted(rows, now)

    async def count() -> Made[Entry]:
        body = orjson.dumps(astuple(await _counted(rows, now)))
        until = await due.next_visible(responses, rows, now)
        made = Entry(body, 0, "", MADE_OF, until)
        return Made(made, made)

    found, _ = await responses.through(SHAPE, count, is_shared=False)
    return Figures(*orjson.loads(found.body))


async def _counted(rows: Reader, now: datetime) -> Figures:
    statement = rows.statements.get(SHAPE, lambda: _statement(now))
    found = await rows.fetch(statement, {"now": now})
    in_all, comments, authors, known_tags, first_post = found[0]
    return Figures(in_all, int(comments or 0), authors, known_tags, first_post)


def _statement(now: datetime) -> Select[Any]:
    """A statement of its own for each figure, so that each finds all it needs in one index."""
    readable = posts.visible_to(STRANGER, now)
    # To count comments would take seconds in a large blog; their posts know how many they are.
    figures = {
        "posts": readable.with_only_columns(func.count(Post.id)),
        "comments": readable.with_only_columns(func.sum(Post.comment_count)),
        "authors": readable.with_only_columns(func.count(Post.author_id.distinct())),
        "tags": tags.visible_to(STRANGER).with_only_columns(func.count(Tag.id)),
        "first_post": only(readable.with_only_columns(Post.id).order_by(Post.id), constant(1)),
    }
    return select(*(found.scalar_subquery().label(name) for name, found in figures.items()))
