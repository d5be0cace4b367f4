"""A blog as Strawberry's documentation teaches it: what ours is measured against.

Entities of SQLAlchemy's ORM as the objects behind the types, a session and DataLoaders for each
request, an extension that opens and closes the session, and the caches for parsing and validation.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

import strawberry
from sqlalchemy import DateTime, ForeignKey, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, aliased, mapped_column
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.extensions import ParserCache, SchemaExtension, ValidationCache

DRIVERS = {"postgresql://": "postgresql+asyncpg://", "sqlite://": "sqlite+aiosqlite://"}
Instant = DateTime(timezone=True)


class Base(DeclarativeBase):
    """The parent of the entities."""


class UserEntity(Base):
    """An account."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class PostEntity(Base):
    """A post."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    listed_at: Mapped[datetime] = mapped_column(Instant)
    visible_from: Mapped[datetime | None] = mapped_column(Instant)
    title: Mapped[str]
    content: Mapped[str]


class CommentEntity(Base):
    """A comment on a post."""

    __tablename__ = "comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    status: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[str]


@dataclass
class Blog:
    """What the resolvers of one request reach the database through."""

    session: AsyncSession
    # A session runs one statement at a time, and two loaders may be ready at once.
    free: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def post(self, id_: int) -> PostEntity | None:
        return next(iter(await self._found(_visible().where(PostEntity.id == id_))), None)

    async def posts(self, first: int) -> Sequence[PostEntity]:
        newest = _visible().order_by(PostEntity.listed_at.desc(), PostEntity.id.desc())
        return await self._found(newest.limit(first))

    @cached_property
    def users(self) -> DataLoader[int, UserEntity | None]:
        return DataLoader(load_fn=self._users)

    async def _users(self, ids: list[int]) -> list[UserEntity | None]:
        found = await self._found(select(UserEntity).where(UserEntity.id.in_(ids)))
        by_id = {user.id: user for user in found}
        return [by_id.get(id_) for id_ in ids]

    @cached_property
    def comments(self) -> DataLoader[tuple[int, int], list[CommentEntity]]:
        return DataLoader(load_fn=self._comments)

    async def _comments(self, keys: list[tuple[int, int]]) -> list[list[CommentEntity]]:
        """The first so many comments of each post: a key is a post and a number."""
        by_post = defaultdict(list)
        for comment in await self._found(_first_comments({post_id for post_id, _ in keys}, keys)):
            by_post[comment.post_id].append(comment)
        return [by_post[post_id][:first] for post_id, first in keys]

    async def _found(self, wanted: Select[Any]) -> Sequence[Any]:
        async with self.free:
            return (await self.session.scalars(wanted)).all()


def _visible() -> Select[Any]:
    return select(PostEntity).where(PostEntity.visible_from <= datetime.now(UTC))


def _first_comments(post_ids: set[int], keys: list[tuple[int, int]]) -> Select[Any]:
    oldest = (CommentEntity.created_at, CommentEntity.id)
    number = func.row_number().over(partition_by=CommentEntity.post_id, order_by=oldest)
    numbered = (
        select(CommentEntity, number.label("number"))
        .where(CommentEntity.post_id.in_(post_ids), CommentEntity.status == "VISIBLE")
        .subquery()
    )
    comment = aliased(CommentEntity, numbered)
    most = max(first for _, first in keys)
    return select(comment).where(numbered.c.number <= most).order_by(numbered.c.number)


Info = strawberry.Info[dict[str, Any], None]


def blog_of(info: Info) -> Any:
    return info.context["blog"]


@strawberry.type
class User:
    id: strawberry.ID
    name: str


@strawberry.type
class Comment:
    id: strawberry.ID
    content: str

    @strawberry.field
    async def author(self, info: Info) -> User:
        return await blog_of(info).users.load(self.author_id)  # type: ignore


@strawberry.type
class Post:
    id: strawberry.ID
    title: str
    content: str

    @strawberry.field
    async def author(self, info: Info) -> User:
        return await blog_of(info).users.load(self.author_id)  # type: ignore

    @strawberry.field
    async def comments(self, info: Info, first: int = 20) -> list[Comment]:
        return await blog_of(info).comments.load((self.id, first))  # type: ignore


@strawberry.type
class Query:
    @strawberry.field
    async def post(self, info: Info, id: strawberry.ID) -> Post | None:
        return await blog_of(info).post(int(id))  # type: ignore[no-any-return]

    @strawberry.field
    async def posts(self, info: Info, first: int = 20) -> list[Post]:
        return await blog_of(info).posts(first)  # type: ignore[no-any-return]


class SessionForEachRequest(SchemaExtension):
    """Opens the session before an operation and closes it afterwards."""

    async def on_operation(self) -> AsyncIterator[None]:
        context = self.execution_context.context
        async with context["sessions"]() as session:
            context["blog"] = Blog(session)
            yield


def schema(*extensions: Any) -> strawberry.Schema:
    return strawberry.Schema(Query, extensions=[*extensions])


CACHES = (ParserCache, ValidationCache)


def sessions(database_url: str) -> async_sessionmaker[AsyncSession]:
    scheme = database_url.partition("//")[0] + "//"
    url = database_url.replace(scheme, DRIVERS[scheme], 1)
    engine = create_async_engine(url, pool_size=10, max_overflow=10)
    return async_sessionmaker(engine, expire_on_commit=False)


class Endpoint(GraphQL[dict[str, Any], None]):
    """Strawberry's own ASGI application with the sessions in its context."""

    def __init__(self, served: strawberry.Schema, maker: async_sessionmaker[AsyncSession]) -> None:
        super().__init__(served)
        self.sessions = maker

    async def get_context(self, request: HTTPConnection, response: Any) -> dict[str, Any]:
        return {"request": request, "response": response, "sessions": self.sessions}


def app(database_url: str) -> ASGIApp:
    application = Starlette()
    endpoint = Endpoint(schema(SessionForEachRequest, *CACHES), sessions(database_url))
    application.add_route("/graphql", endpoint)  # type: ignore[arg-type]
    return application
