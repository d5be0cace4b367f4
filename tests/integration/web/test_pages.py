"""The home page, for programs and for browsers, and health."""

import zlib

import pytest

from graphql_blog.db.columns import CommentStatus
from graphql_blog.web.pages import CONTENT_SECURITY_POLICY, PAGES
from tests.factories import TOMORROW, make_comment, make_draft, make_post, make_tag, make_user

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
LINKS = {
    "graphql": "/graphql",
    "schema": "/schema.graphql",
    "introspection": "/schema.json",
    "rest": "/api/posts",
    "compare": "/compare",
    "openapi": "/openapi.json",
    "atom": "/feed.xml",
    "rss": "/rss.xml",
    "jsonFeed": "/feed.json",
    "sitemap": "/sitemap.xml",
    "health": "/healthz",
}
EMPTY = {"posts": 0, "comments": 0, "authors": 0, "tags": 0}


@pytest.fixture
async def blog(resources):
    """Two posts of one author to be seen, and much that is not."""
    ana, tag = await make_user(resources), await make_tag(resources, "Bread")
    first = await make_post(resources, ana, tags=(tag,), comment_count=2)
    await make_post(resources, ana)
    for status in (CommentStatus.VISIBLE, CommentStatus.VISIBLE, CommentStatus.SPAM):
        await make_comment(resources, first, status=status)
    await make_draft(resources, comment_count=3)
    await make_post(resources, published_at=TOMORROW)
    return first


async def test_programs_are_told_where_things_are(client):
    response = await client.get("/")

    assert response.headers["content-type"] == "application/json"
    assert response.json() == {**LINKS, "figures": EMPTY}


@pytest.mark.parametrize("accept", ["application/json", "*/*", "application/json, text/html;q=0.5"])
async def test_figures_are_those_of_strangers(client, blog, accept):
    response = await client.get("/", headers={"Accept": accept})

    assert response.json()["figures"] == {"posts": 2, "comments": 2, "authors": 1, "tags": 1}


async def test_figures_are_those_that_graphql_counts(client, api, blog):
    counted = await api.data("{ postAggregate { count } tagsConnection { totalCount } }")
    figures = (await client.get("/")).json()["figures"]

    assert figures["posts"] == counted["postAggregate"]["count"]
    assert figures["tags"] == counted["tagsConnection"]["totalCount"]


async def test_browsers_get_a_page_that_loads_nothing_from_elsewhere(client, blog):
    page = await client.get("/", headers=BROWSER)

    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert page.headers["vary"] == "Accept, Accept-Encoding"
    assert "<dt>posts</dt><dd>2</dd>" in page.text
    assert f"post(id: &quot;{blog.id}&quot;)" in page.text
    assert "://" not in page.text
    assert "$" not in page.text


async def test_an_empty_blog_is_asked_for_its_posts(client):
    page = await client.get("/", headers=BROWSER)

    assert "<dt>posts</dt><dd>0</dd>" in page.text
    assert "  posts {\n    title" in page.text


@pytest.mark.parametrize("headers", [BROWSER, {}], ids=["browser", "program"])
async def test_what_is_known_already_is_not_sent_again(client, blog, headers):
    first = await client.get("/", headers=headers)
    again = await client.get("/", headers={**headers, "If-None-Match": first.headers["etag"]})

    assert (again.status_code, again.content) == (304, b"")


async def test_one_statement_counts_it_all(client, blog, statements):
    await client.get("/")

    assert len(statements) == 1


async def test_figures_are_kept_until_something_changes(resources, client_with):
    await make_post(resources)
    client = await client_with(cache="memory")
    before = (await client.get("/")).json()["figures"]
    await make_post(resources)
    after = (await client.get("/")).json()["figures"]

    assert (before["posts"], after["posts"]) == (1, 2)


async def test_a_schema_that_is_not_shown_is_not_linked(client_with):
    client = await client_with(introspection="off")
    told = (await client.get("/")).json()
    page = (await client.get("/", headers=BROWSER)).text

    assert told.keys() == {*LINKS, "figures"} - {"schema", "introspection"}
    assert "schema.graphql" not in page
    assert "schema.json" not in page


async def test_the_comparison_is_a_page_that_loads_nothing_from_elsewhere(client):
    page = await client.get("/compare")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert page.headers["etag"]
    assert "://" not in page.text


def test_all_pages_together_are_small():
    files = [path for path in PAGES.rglob("*") if path.is_file()]

    assert sum(len(zlib.compress(path.read_bytes())) for path in files) < 40_000


async def test_health_is_well_while_the_database_answers(client):
    response = await client.get("/healthz")

    assert (response.status_code, response.json()) == (200, {"status": "ok", "database": "ok"})
