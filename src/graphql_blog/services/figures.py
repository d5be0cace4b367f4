"""The blog in figures, as everybody may know them."""

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Select, func

from graphql_blog.auth import STRANGER
from graphql_blog.cache import Entry, Made, Responses
from graphql_blog.db import tags as names
from graphql_blog.db.models import Comment, Post, Tag, User
from graphql_blog.engine.readers import Reader
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
    known_tags = tags.visible_to(STRANGER).with_only_columns(func.count(Tag.id))
    # To count comments would take seconds in a large blog; their posts know how many they are.
    return posts.visible_to(STRANGER, now).with_only_columns(
        func.count(Post.id).label("posts"),
        func.sum(Post.comment_count).label("comments"),
        func.count(Post.author_id.distinct()).label("authors"),
        known_tags.scalar_subquery().label("tags"),
        func.min(Post.id).label("first_post"),
    )
