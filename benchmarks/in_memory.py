"""The same blog without a database, for plain Strawberry and for our engine.

What is left is execution alone: rows are there already, and loaders only look them up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import strawberry
from strawberry.dataloader import DataLoader

from graphql_blog.engine.asked import Asked
from graphql_blog.engine.executor import BreadthFirstExecutor
from graphql_blog.engine.fields import batch_field, column, lookup, relation, root_rows
from graphql_blog.engine.loaders import Loaders
from graphql_blog.engine.rows import row_class
from graphql_blog.graph.schema import Schema

USERS, POSTS, COMMENTS_EACH = 1_000, 20_000, 5
TEXT = "Two thousand characters. " * 80

UserRow = row_class("User", ("id", "name"))
PostRow = row_class("Post", ("author_id", "content", "id", "title"))
CommentRow = row_class("Comment", ("author_id", "content", "id"))

# Newest first, as the lists want them.
ALL_USERS = {id_: UserRow((id_, f"User {id_}")) for id_ in range(1, USERS + 1)}
ALL_POSTS = {
    id_: PostRow((1 + id_ * 7 % USERS, TEXT, id_, f"Post {id_}")) for id_ in range(POSTS, 0, -1)
}
NEWEST = list(ALL_POSTS.values())[:1_000]


def comments_on(post_id: int, first: int) -> list[Any]:
    ids = range(post_id * COMMENTS_EACH, post_id * COMMENTS_EACH + min(first, COMMENTS_EACH))
    return [CommentRow((1 + id_ * 11 % USERS, f"Comment {id_}", id_)) for id_ in ids]


class Blog:
    """What the resolvers of plain Strawberry reach, in place of a session."""

    def __init__(self) -> None:
        self.users: DataLoader[int, Any] = DataLoader(load_fn=self._users)
        self.comments: DataLoader[tuple[int, int], list[Any]] = DataLoader(load_fn=self._comments)

    async def post(self, id_: int) -> Any:
        return ALL_POSTS.get(id_)

    async def posts(self, first: int) -> Sequence[Any]:
        return NEWEST[:first]

    async def _users(self, ids: list[int]) -> list[Any]:
        return [ALL_USERS[id_] for id_ in ids]

    async def _comments(self, keys: list[tuple[int, int]]) -> list[list[Any]]:
        return [comments_on(post_id, first) for post_id, first in keys]


@dataclass
class Context:
    """What our engine wants of a request."""

    loaders: Loaders = field(default_factory=Loaders)
    asked: dict[Any, Asked] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)
    meter: None = None
    trace: None = None


async def users_by_id(_asked: Asked, ids: list[int]) -> list[Any]:
    return [ALL_USERS[id_] for id_ in ids]


async def posts_by_id(_asked: Asked, ids: list[int]) -> list[Any]:
    return [ALL_POSTS.get(id_) for id_ in ids]


async def comments_of_posts(_asked: Asked, ids: list[int], first: int = 20) -> list[list[Any]]:
    return [comments_on(id_, first) for id_ in ids]


async def posts(_asked: Asked, first: int = 20) -> list[Any]:
    return NEWEST[:first]


def post_key(id: strawberry.ID) -> int:
    return int(id)


@strawberry.type
class User:
    id: strawberry.ID = column("id", description="")
    name: str = column("name", description="")


@strawberry.type
class Comment:
    id: strawberry.ID = column("id", description="")
    content: str = column("content", description="")
    author: User = relation(users_by_id, key="author_id", description="")


@strawberry.type
class Post:
    id: strawberry.ID = column("id", description="")
    title: str = column("title", description="")
    content: str = column("content", description="")
    author: User = relation(users_by_id, key="author_id", description="")
    comments: list[Comment] = batch_field(comments_of_posts, description="")


@strawberry.type
class Query:
    post: Post | None = lookup(posts_by_id, key=post_key, description="")
    posts: list[Post] = root_rows(posts, description="")


def schema(*, breadth_first: bool) -> Schema:
    chosen = BreadthFirstExecutor if breadth_first else None
    return Schema(query=Query, execution_context_class=chosen)
