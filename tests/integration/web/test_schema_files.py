"""The schema at addresses of its own."""

import pytest
from graphql import build_client_schema

from graphql_blog.graph.introspection import SWITCHED_OFF
from graphql_blog.settings import Switch
from tests.committed import COMMITTED, assert_is_the_committed_schema

pytestmark = pytest.mark.parametrize("template", ["sqlite"], indirect=True)

PATHS = ["/schema.graphql", "/schema.json"]


@pytest.fixture
def settings(request, settings):
    return settings.model_copy(update={"introspection": getattr(request, "param", None)})


async def test_the_sdl_is_the_committed_file(client):
    response = await client.get("/schema.graphql")

    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert response.text == COMMITTED


async def test_the_json_is_an_introspection_of_the_same(client):
    response = await client.get("/schema.json")

    assert response.headers["content-type"] == "application/json"
    assert list(response.json()) == ["data"]
    assert_is_the_committed_schema(build_client_schema(response.json()["data"]))


@pytest.mark.parametrize("path", PATHS)
async def test_it_is_not_sent_again_to_whoever_has_it(client, path):
    first = await client.get(path)
    # Weak, where what is sent was packed on the way.
    etag = first.headers["etag"].removeprefix("W/")
    again = await client.get(path, headers={"If-None-Match": f'"other", W/{etag}'})
    other = await client.get(path, headers={"If-None-Match": '"other"'})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"].removeprefix("W/") == etag
    assert again.headers["cache-control"] == "no-cache"
    assert other.status_code == 200


@pytest.mark.parametrize("path", PATHS)
async def test_verbs_that_read_are_answered_and_others_are_405(client, path):
    head, options = await client.head(path), await client.options(path)
    refused = await client.post(path)

    assert head.status_code == 200
    assert int(head.headers["content-length"]) > 10_000
    assert (options.status_code, options.headers["allow"]) == (204, "GET, HEAD, OPTIONS")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert refused.json()["error"] == "POST is not possible here, only GET, HEAD, OPTIONS."


@pytest.mark.parametrize("settings", [Switch.OFF], indirect=True)
@pytest.mark.parametrize("path", PATHS)
async def test_where_introspection_is_off_it_is_404_and_says_why(client, path):
    response = await client.get(path)

    assert response.status_code == 404
    assert response.json() == {
        "error": SWITCHED_OFF,
        "code": "NOT_FOUND",
        "details": [],
        "requestId": response.headers["x-request-id"],
    }
