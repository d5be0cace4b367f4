"""GraphiQL as somebody sees it who opens the demo blog in a browser."""

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect
from starlette.applications import Starlette
from starlette.routing import Route as Address
from starlette.testclient import TestClient

from graphql_blog.web import graphiql
from tests.browser.visiting import new_page
from tests.conftest import served

pytestmark = pytest.mark.xdist_group("demo server")

EXAMPLES = ["FirstPost", "LatestPosts", "PostsByPage", "LogIn", "CreatePost"]
FIRST_POST = {"title": "First Post", "content": "Hello world!", "author": {"name": "Admin"}}
PAGED = {
    "first": 5,
    "filter": {"tag": {"anyOf": ["graphql", "python"]}},
    "orderBy": {"field": "TITLE", "direction": "ASC"},
}


@asynccontextmanager
async def open_graphiql(browser: Browser, server: str, **options: Any) -> AsyncIterator[Page]:
    async with new_page(browser, server, **options) as page:
        await page.goto(f"{server}/graphql")
        await expect(tabs(page)).to_have_text(EXAMPLES)
        await expect(query_pane(page)).to_contain_text("FirstPost")
        # Disabled until the schema is there.
        await expect(button(page, "Re-fetch GraphQL schema")).to_be_enabled()
        yield page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def query_pane(page: Page) -> Locator:
    return page.locator(".graphiql-query-editor")


def tabs(page: Page) -> Locator:
    return page.locator(".graphiql-tab-button")


async def choose(page: Page, example: str) -> None:
    await tabs(page).filter(has_text=example).click()
    operation = re.compile(rf"^(query|mutation) {example}\b", re.MULTILINE)
    await until_stored(page, "query", lambda query: operation.search(query) is not None)


async def until_stored(page: Page, key: str, awaited: Callable[[str], bool]) -> None:
    """What GraphiQL has taken notice of, it writes into the browser's storage."""
    with anyio.fail_after(10):
        # The browser tells nobody when that happens.
        while not awaited(  # noqa: ASYNC110
            await page.evaluate(f"localStorage['graphiql:{key}'] ?? ''")
        ):
            await anyio.sleep(0.05)


async def execute(page: Page) -> Any:
    """Press the button; the data that comes back, which must be without errors."""
    async with page.expect_response(lambda response: response.request.method == "POST") as asked:
        await button(page, "Execute query").click()
    answer = await (await asked.value).json()
    assert "errors" not in answer, answer["errors"]
    await expect(page.locator(".graphiql-response")).to_contain_text('"data"')
    return answer["data"]


async def replace(page: Page, pane: str, content: dict[str, Any]) -> None:
    await button(page, pane).click()
    await page.get_by_role("region", name=pane).locator(".graphiql-editor:not(.hidden)").click()
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.insert_text(json.dumps(content))
    # The editor has closed the first bracket and quote itself.
    await page.keyboard.press("ControlOrMeta+Shift+End")
    await page.keyboard.press("Delete")


async def test_runs_the_first_query_and_shows_its_answer(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await expect(page).to_have_title("graphql-blog · GraphiQL")

        assert await execute(page) == {"post": FIRST_POST}

        shown = page.locator(".graphiql-response")
        await expect(shown).to_contain_text('"title": "First Post"')
        await expect(shown).to_contain_text('"content": "Hello world!"')
        await expect(shown).to_contain_text('"name": "Admin"')


async def test_fetches_posts_with_what_hangs_on_them(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await choose(page, "LatestPosts")

        posts = (await execute(page))["postsConnection"]["nodes"]

    assert len(posts) == 10
    assert all(len(post["commentsConnection"]["nodes"]) <= 2 for post in posts)


async def test_pages_on_from_the_cursor_of_the_answer(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await choose(page, "PostsByPage")
        first = (await execute(page))["postsConnection"]
        await replace(page, "Variables", PAGED | {"after": first["pageInfo"]["endCursor"]})
        second = (await execute(page))["postsConnection"]

    titles = [edge["node"]["title"] for found in (first, second) for edge in found["edges"]]
    assert len(set(titles)) == len(titles) == 10


async def test_writes_with_the_token_of_the_log_in(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await choose(page, "LogIn")
        token = (await execute(page))["login"]["token"]
        await choose(page, "CreatePost")
        headers = {"Authorization": f"Bearer {token}"}
        await replace(page, "Headers", headers)

        created = (await execute(page))["createPost"]

        assert created["errors"] == []
        address = f"{demo_server}/api/posts/{created['post']['id']}"
        assert (await page.request.delete(address, headers=headers)).ok


async def test_shows_which_header_a_mutation_needs(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await choose(page, "CreatePost")
        await button(page, "Headers").click()

        pane = page.get_by_role("region", name="Headers")
        await expect(pane).to_contain_text('"Authorization": "Bearer <token>"')


async def test_explains_the_schema(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await button(page, "Show Documentation Explorer").click()
        documentation = page.locator(".graphiql-plugin")
        await documentation.get_by_role("link", name="Query", exact=True).click()
        await expect(documentation).to_contain_text("post(id: ID!): Post")
        await documentation.get_by_role("link", name="Post", exact=True).first.click()
        await expect(documentation).to_contain_text("title: String!")


async def test_says_why_it_has_no_schema_and_runs_queries_all_the_same(browser, tmp_path):
    with served(tmp_path, GRAPHQL_BLOG_INTROSPECTION="off") as server:
        page = await browser.new_page()
        await page.goto(f"{server}/graphql")
        shown = page.locator(".graphiql-response")
        await expect(shown).to_contain_text("Introspection is switched off on this server")
        assert await execute(page) == {"post": FIRST_POST}
        await page.close()


async def test_builds_a_query_by_clicking(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await button(page, "Show GraphiQL Explorer").click()
        await page.locator(".graphiql-explorer-root").get_by_text("slug", exact=True).first.click()
        await expect(query_pane(page)).to_contain_text("slug")

        assert (await execute(page))["post"]["slug"] == "first-post"


async def test_completes_what_is_typed(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await query_pane(page).get_by_text("content", exact=True).click()
        await page.keyboard.press("End")
        await page.keyboard.press("Enter")
        await page.keyboard.type("reading")
        await expect(page.locator(".suggest-widget")).to_contain_text("readingTimeMinutes")


async def test_remembers_what_was_run(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await execute(page)
        await button(page, "Show History").click()
        await expect(page.locator(".graphiql-history-items")).to_contain_text("FirstPost")


async def test_keeps_the_tabs_of_a_returning_visitor(browser, demo_server):
    async with open_graphiql(browser, demo_server) as page:
        await choose(page, "LogIn")
        await button(page, "Close Tab").click()
        await until_stored(page, "tabState", lambda tabs: "mutation LogIn" not in tabs)
        await page.reload()
        await expect(tabs(page)).to_have_text([name for name in EXAMPLES if name != "LogIn"])


@pytest.mark.parametrize(("scheme", "is_dark"), [("dark", True), ("light", False)])
async def test_follows_the_system_into_the_dark(browser, demo_server, scheme, is_dark):
    async with open_graphiql(browser, demo_server, color_scheme=scheme) as page:
        assert (await brightness(page) < 128) is is_dark


async def test_is_dark_when_the_settings_say_so(browser, demo_server):
    async with open_graphiql(browser, demo_server, color_scheme="light") as page:
        await button(page, "Open settings dialog").click()
        await button(page, "Dark").click()
        assert await brightness(page) < 128


async def brightness(page: Page) -> int:
    """Of the background, from 0 to 255."""
    colour = "element => getComputedStyle(element).backgroundColor"
    found = await page.locator(".graphiql-container").evaluate(colour)
    return max(int(part) for part in found.removeprefix("rgb(").rstrip(")").split(","))


async def test_a_plain_form_stands_in_for_a_missing_bundle(
    browser, demo_server, monkeypatch, tmp_path
):
    reason = tmp_path / "unavailable.txt"
    reason.write_text("npm could <not> be reached.")
    monkeypatch.setattr(graphiql, "PAGE", tmp_path / "index.html")
    monkeypatch.setattr(graphiql, "REASON", reason)
    fallback = TestClient(Starlette(routes=[Address("/graphql", graphiql.page)])).get("/graphql")

    async def without_bundle(route: Route) -> None:
        if route.request.method == "GET":
            await route.fulfill(headers=dict(fallback.headers), body=fallback.text)
        else:
            await route.continue_()

    async with new_page(browser, demo_server) as page:
        await page.route("**/graphql", without_bundle)
        await page.goto(f"{demo_server}/graphql")
        await expect(page.get_by_text("The reason: npm could <not> be reached.")).to_be_visible()
        await button(page, "Run").click()
        answer = page.get_by_label("Answer")
        await expect(answer).to_contain_text('"title": "First Post"')
        assert json.loads(await answer.inner_text()) == {"data": {"post": FIRST_POST}}
