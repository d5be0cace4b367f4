"""The small pages: home and health."""

from graphql_blog.app import create_app
from graphql_blog.settings import Settings
from tests import servers
from tests.conftest import connected


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


async def test_health_says_when_the_database_is_away(postgres_server, tmp_path):
    async with servers.temporary_database(postgres_server, "template") as url:
        app = create_app(Settings.load(database_url=url, data_dir=tmp_path))
        async with app.router.lifespan_context(app) as state, connected(app, **state) as client:
            server_url, _, name = url.rpartition("/")
            closed = f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'
            await servers.administer(server_url, closed)

            response = await client.get("/healthz")

    assert (response.status_code, response.json()) == (
        503,
        {"status": "unwell", "database": "away"},
    )
