"""The browser that these tests drive."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.chromium import launched_browser
from tests.servers import Unavailable, leave_out


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """One event loop for all tests, as the browser belongs to it."""
    return "asyncio"


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    try:
        async with launched_browser() as launched:
            yield launched
    except Unavailable as reason:
        leave_out(reason)
