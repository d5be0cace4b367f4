"""The small pages: home and health."""

import pytest

from tests import servers


async def test_programs_are_told_where_things_are(client):
    response = await client.get("/")

    assert response.json() == {"graphql": "/graphql", "rest": "/api/posts", "health": "/healthz"}


async def test_browsers_go_to_graphiql(client):
    home = await client.get("/", headers={"Accept": "text/html"})
    page = await client.get(home.headers["location"], headers={"Accept": "text/html"})

    assert (home.status_code, home.headers["location"]) == (307, "/graphql")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_health_is_well_while_the_database_answers(client):
    response = await client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok"})


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_health_says_when_the_database_is_away(client, resources, database_url):
    await resources.reader.dispose()
    server_url, _, name = database_url.rpartition("/")
    await servers.administer(server_url, f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')

    response = await client.get("/healthz")

    assert (response.status_code, response.json()) == (
        503,
        {"status": "unwell", "database": "away"},
    )
