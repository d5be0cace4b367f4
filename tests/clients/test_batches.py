"""Clients that gather operations and send them together."""

import pytest

from tests.clients.front_end import FrontEnd
from tests.conftest import served

pytestmark = pytest.mark.xdist_group("clients")


@pytest.fixture
def gathering(packages, tmp_path_factory):
    with served(tmp_path_factory.mktemp("batches"), GRAPHQL_BLOG_MAX_BATCH="3") as url:
        yield FrontEnd(tmp_path_factory.mktemp("client"), packages, url)


def test_several_operations_are_one_request(gathering):
    gathering.add("batches.mjs", "requests.mjs")

    by_apollo, by_graphql_request = gathering.told("node batches.mjs")

    assert by_apollo == {
        "result": ["First Post", "GRAPHQL_VALIDATION_FAILED", "Who writes here"],
        "requests": [{"operations": 3, "status": 200}],
    }
    assert by_graphql_request == {
        "result": ["First Post", "Who writes here"],
        "requests": [{"operations": 2, "status": 200}],
    }
