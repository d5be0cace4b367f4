"""The app with its cache on, as one of several processes that serve the same blog."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from graphql_blog.app import create_app
from graphql_blog.settings import Settings
from tests.asking import Api
from tests.conftest import connected


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[Api]:
    """The API on an app of its own, with its own connections and its own memory."""
    app = create_app(settings)
    async with app.router.lifespan_context(app) as state:
        resources = state["resources"]
        if resources.responses is not None:
            await until(resources.invalidation.is_watching)
        async with connected(app, resources) as client:
            yield Api(client, resources)


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "It does not come to hold."
        await asyncio.sleep(0.01)


async def outcome(api: Api, query: str, **more: object) -> str:
    """What became of a query at the cache."""
    response = await api.post(query, **more)
    return response.headers["x-cache"]
