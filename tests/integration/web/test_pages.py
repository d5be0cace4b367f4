"""The small pages: home and health."""


async def test_programs_are_told_where_things_are(client):
    response = await client.get("/")

    assert response.json() == {
        "graphql": "/graphql",
        "schema": "/schema.graphql",
        "rest": "/api/posts",
        "openapi": "/openapi.json",
        "health": "/healthz",
    }


async def test_browsers_go_to_graphiql(client):
    home = await client.get("/", headers={"Accept": "text/html"})
    page = await client.get(home.headers["location"], headers={"Accept": "text/html"})

    assert (home.status_code, home.headers["location"]) == (307, "/graphql")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_health_is_well_while_the_database_answers(client):
    response = await client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok"})
