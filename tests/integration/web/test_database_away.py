"""A database that is away is said so by both APIs, and written into the log."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from graphql_blog.app import create_app
from graphql_blog.settings import Settings
from tests import servers
from tests.conftest import connected

WORDS = "The database is away: try again soon."


@pytest.fixture
async def stranded(postgres_server: str, tmp_path) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of a server whose database takes no connections any more."""
    async with servers.temporary_database(postgres_server, "template") as url:
        app = create_app(Settings.load(database_url=url, data_dir=tmp_path))
        async with (
            app.router.lifespan_context(app) as state,
            connected(app, state["resources"]) as client,
        ):
            name = url.rpartition("/")[2]
            closed = f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'
            await servers.administer(postgres_server, closed)
            yield client


async def test_rest_says_so(stranded, capsys):
    answer = await stranded.get("/api/posts")

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (answer.json()["error"], answer.json()["code"]) == (WORDS, "SERVICE_UNAVAILABLE")
    assert "Database connection failed" in capsys.readouterr().out


@pytest.mark.parametrize(
    "query",
    [
        "{ posts { id } }",
        "{ post(id: 1) { id } }",
        'mutation { login(input: {username: "a", password: "b"}) { token } }',
    ],
)
async def test_graphql_says_so(stranded, capsys, query):
    answer = await stranded.post("/graphql", json={"query": query})

    (error,) = answer.json()["errors"]
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert (error["message"], error["extensions"]["code"]) == (WORDS, "SERVICE_UNAVAILABLE")
    assert "Database connection failed" in capsys.readouterr().out


async def test_health_says_so(stranded):
    answer = await stranded.get("/healthz")

    assert (answer.status_code, answer.json()) == (503, {"status": "unwell", "database": "away"})


async def test_home_still_says_where_things_are(stranded):
    told = (await stranded.get("/")).json()
    page = (await stranded.get("/", headers={"Accept": "text/html"})).text

    assert (told["graphql"], told["figures"]) == ("/graphql", None)
    assert '<p class="notice">The database cannot be reached at the moment' in page
