"""The app with other settings than usual."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any, TypeAlias

import httpx2
import pytest

from graphql_blog.app import create_app
from graphql_blog.resources import Resources
from graphql_blog.settings import Settings
from tests.conftest import SECRET, connected

ClientWith: TypeAlias = Callable[..., Awaitable[httpx2.AsyncClient]]


@pytest.fixture
async def client_with(settings: Settings, resources: Resources) -> AsyncIterator[ClientWith]:
    """A client of the app with these settings, on the same database."""
    async with AsyncExitStack() as opened:

        async def make(**changed: Any) -> httpx2.AsyncClient:
            url = settings.database.render_as_string(hide_password=False)
            kept = {"env": "test", "database_url": url, "data_dir": settings.data_dir}
            app = create_app(Settings.load(**kept, secret_key=SECRET, **changed))
            return await opened.enter_async_context(connected(app, resources))

        yield make
