"""Pages of another site, in a real browser: what they can send, and what they can read."""

import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx2
import pytest
from playwright.async_api import Browser, Page

from tests.conftest import served

pytestmark = pytest.mark.xdist_group("demo server")

READ = """async ([url, options]) => {
    try {
        const answer = await fetch(url, options);
        const names = ["x-request-id", "etag", "x-total-count", "content-type"];
        const readable = names.filter((name) => answer.headers.get(name));
        return [answer.status, await answer.json(), readable];
    } catch (error) { return error.name; }
}"""
FORM = """([url, kind, fields]) => {
    const form = document.createElement("form");
    Object.assign(form, {method: "post", action: url, enctype: kind});
    for (const [name, value] of Object.entries(fields)) {
        const input = Object.assign(document.createElement("input"), {name, value});
        form.append(input);
    }
    document.body.append(form);
    form.submit();
}"""
ASK = {
    "method": "POST",
    "headers": {"content-type": "application/json", "x-any": "thing"},
    "body": '{"query": "{ __typename }"}',
}
REGISTER = r"register(input: {username: \"forged\", email: \"f@x.yz\"}) { user { id } }"
WRITE = f'{{"query": "mutation {{ {REGISTER} }}", "x": "'
ACCOUNT = '{"username": "forged", "email": "f@x.yz", "x": "'


@pytest.fixture(scope="module")
def other_site() -> Iterator[str]:
    """A site with an empty page, on an origin of its own."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Another site</title>")

        def log_message(self, *_: object) -> None:
            """Nobody wants to know."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Empty) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@asynccontextmanager
async def page_of(browser: Browser, site: str) -> AsyncIterator[Page]:
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(site)
    yield page
    await context.close()


async def test_a_site_that_is_not_listed_reads_nothing(browser, demo_server, other_site):
    async with page_of(browser, other_site) as page:
        for address, options in [("/api/posts", {}), ("/healthz", {}), ("/graphql", ASK)]:
            assert await page.evaluate(READ, [f"{demo_server}{address}", options]) == "TypeError"


async def test_a_listed_site_reads_both_apis(browser, other_site, tmp_path: Path):
    with served(tmp_path, GRAPHQL_BLOG_CORS_ORIGINS=other_site) as url:
        async with page_of(browser, other_site) as page:
            graphql = await page.evaluate(READ, [f"{url}/graphql", ASK])
            status, posts, names = await page.evaluate(READ, [f"{url}/api/posts?limit=2", {}])
            with_cookies = {"credentials": "include"}
            refused = await page.evaluate(READ, [f"{url}/api/posts", with_cookies])

    assert graphql == [200, {"data": {"__typename": "Query"}}, ["x-request-id", "content-type"]]
    assert (status, len(posts)) == (200, 2)
    assert names == ["x-request-id", "etag", "x-total-count", "content-type"]
    assert refused == "TypeError"


@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", ""])
@pytest.mark.parametrize(("address", "body"), [("/graphql", WRITE), ("/api/users", ACCOUNT)])
async def test_forms_of_another_site_do_nothing(
    browser, demo_server, other_site, kind, address, body
):
    url = f"{demo_server}{address}"
    async with page_of(browser, other_site) as page:
        # Sent as text, name, = and value make up JSON.
        async with page.expect_response(url) as answered:
            await page.evaluate(FORM, [url, kind, {body: '"}'}])
        answer = await answered.value

    users = httpx2.get(f"{demo_server}/api/users", params={"limit": 100}).json()
    assert answer.status in {400, 415}
    assert "forged" not in {user["username"] for user in users}
