"""The app with its cache on, on each database and with each place to keep responses in."""

import pytest

from tests.caching import serving


@pytest.fixture(params=["memory", "redis"])
def store(request):
    return request.param


@pytest.fixture
def caching(settings, store, request):
    """The settings of a process that keeps responses."""
    changed = {"cache": store}
    if store == "redis":
        changed["redis_url"] = request.getfixturevalue("valkey").url
    return settings.load(**{**settings.model_dump(), **changed})


@pytest.fixture
async def api(caching):
    async with serving(caching) as made:
        yield made


@pytest.fixture
async def resources(api):
    return api.resources


@pytest.fixture
async def other(caching, api):
    """Another process of the same blog."""
    async with serving(caching) as made:
        yield made
