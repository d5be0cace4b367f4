"""The app with its response cache on, which knows what answers are made of, and for how long."""

import pytest

from tests.caching import serving
from tests.factories import make_post, make_user


@pytest.fixture
def public(settings):
    """The settings of a process whose answers may be kept."""
    return settings.load(**{**settings.model_dump(), "cache": "memory"})


@pytest.fixture
async def api(public):
    async with serving(public) as made:
        yield made


@pytest.fixture
async def resources(api):
    return api.resources


@pytest.fixture
async def ana(api):
    return await make_user(api.resources, username="ana")


@pytest.fixture
async def post(api, ana):
    return await make_post(api.resources, ana, title="First", slug="first")
