"""The app on a real uvicorn in the event loop of the test: sockets are real, tasks are counted."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import strawberry
import uvicorn
from starlette.routing import WebSocketRoute
from strawberry.scalars import JSON

from graphql_blog.app import create_app
from graphql_blog.cli.protocols import Http, WebSockets
from graphql_blog.db import models
from graphql_blog.engine.fields import relation
from graphql_blog.errors import Forbidden
from graphql_blog.graph import loaders
from graphql_blog.graph.context import Info
from graphql_blog.graph.schema import build_schema
from graphql_blog.graph.types import User
from graphql_blog.resources import Resources
from graphql_blog.settings import Settings

LARGE = "x" * 500_000
BELLS: dict[str | None, asyncio.Queue[int]] = defaultdict(asyncio.Queue)
OPEN: list[str] = []
SENT: list[str] = []


@strawberry.type
class Seen:
    """What an event is answered with."""

    number: int
    author: User | None = relation(
        loaders.users_by_id, key="number", description="Whose number it is."
    )

    @strawberry.field
    def username(self, info: Info) -> str | None:
        return info.context.viewer.username

    @strawberry.field
    def now(self, info: Info) -> datetime:
        return info.context.now

    @strawberry.field
    async def slow(self) -> int:
        await asyncio.sleep(60)
        return 0

    @strawberry.field
    def fails(self) -> int | None:
        raise ValueError("a secret")


@strawberry.type
class Subscription:
    """Until the blog has subscriptions of its own."""

    @strawberry.subscription
    async def counted(self, to: int) -> AsyncGenerator[int, None]:
        for number in range(to):
            yield number

    @strawberry.subscription
    async def seen(self, info: Info) -> AsyncGenerator[Seen, None]:
        """An event each time the test rings."""
        bell = BELLS[info.context.viewer.username]
        while True:
            yield Seen(number=await bell.get())

    @strawberry.subscription
    async def waiting(self) -> AsyncGenerator[int, None]:
        OPEN.append("waiting")
        try:
            await asyncio.Event().wait()
            yield 0
        finally:
            OPEN.remove("waiting")

    @strawberry.subscription
    async def endless(self) -> AsyncGenerator[int, None]:
        OPEN.append("endless")
        try:
            while True:
                yield 1
        finally:
            OPEN.remove("endless")

    @strawberry.subscription
    async def flood(self) -> AsyncGenerator[str, None]:
        while True:
            SENT.append("flood")
            yield LARGE

    @strawberry.subscription
    async def broken(self) -> AsyncGenerator[int, None]:
        yield 1
        raise ValueError("a secret")

    @strawberry.subscription
    async def forbidden(self) -> AsyncGenerator[int, None]:
        raise Forbidden("Not for you.")
        yield 1

    @strawberry.subscription
    async def unspeakable(self) -> AsyncGenerator[JSON, None]:
        yield {"no": object()}


SCHEMA = build_schema(subscription=Subscription)


@dataclass(frozen=True)
class Served:
    """A server, and what it holds open."""

    place: str
    resources: Resources
    server: uvicorn.Server

    def authorization(self, user: models.User) -> str:
        token = self.resources.tokens.issue(user.id, user.username, datetime.now(UTC))
        return f"Bearer {token.text}"


@asynccontextmanager
async def served(settings: Settings, **bounds: Any) -> AsyncIterator[Served]:
    """The app with subscriptions; `bounds` of its WebSockets are other than usual."""
    app = create_app(settings, SCHEMA)
    for route in app.routes:
        if isinstance(route, WebSocketRoute):
            route.app = replace(route.app, bounds=replace(route.app.bounds, **bounds))
    config = uvicorn.Config(
        app,
        port=0,
        http=Http,
        ws=WebSockets,
        ws_max_size=4 * settings.max_body_bytes,
        ws_per_message_deflate=False,
        log_config=None,
        access_log=False,
        lifespan="on",
        timeout_graceful_shutdown=5,
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server._serve())  # without its handlers of signals
    await until(lambda: server.started)
    try:
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Served(f"127.0.0.1:{port}", server.lifespan.state["resources"], server)
    finally:
        server.should_exit = True
        await running


async def until(condition: Any, seconds: float = 5) -> None:
    """Waits for it to become true."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - conditions of any kind, as a client meets them
            await asyncio.sleep(0.01)
