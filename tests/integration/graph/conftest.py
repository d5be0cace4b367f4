"""The GraphQL API, to be asked."""

import httpx2
import pytest

from graphql_blog.resources import Resources
from tests.asking import Api


@pytest.fixture
def api(client: httpx2.AsyncClient, resources: Resources) -> Api:
    return Api(client, resources)
