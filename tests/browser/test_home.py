"""The home page as somebody sees it who opens the demo blog in a browser."""

import re

import pytest
from playwright.async_api import Page, expect

from tests.browser.visiting import PHONE, audited_page, faults, new_page, sideways

pytestmark = pytest.mark.xdist_group("demo server")


async def opened(page: Page, server: str) -> None:
    await page.goto(f"{server}/")
    await expect(page.locator("#answer")).to_contain_text('"title": "First Post"')


async def test_shows_the_blog_in_figures_and_the_first_answer(browser, demo_server):
    async with new_page(browser, demo_server) as page:
        await opened(page, demo_server)

        await expect(page).to_have_title("graphql-blog")
        await expect(page.get_by_role("heading", level=1)).to_have_text(
            "A blog that answers what you ask."
        )
        figures = page.get_by_label("This blog in figures")
        await expect(figures.get_by_role("term")).to_have_text(
            ["posts", "comments", "authors", "tags"]
        )
        await expect(figures.get_by_role("definition").first).to_have_text(re.compile(r"^\d+$"))
        await expect(page.get_by_role("status")).to_contain_text("1 request · 116 bytes")


async def test_asks_again_by_keyboard(browser, demo_server):
    async with new_page(browser, demo_server) as page:
        await opened(page, demo_server)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
        again = page.get_by_role("button", name="Ask again")
        for _ in range(10):
            await page.keyboard.press("Tab")
            if await again.evaluate("button => button === document.activeElement"):
                break

        async with page.expect_response("**/graphql") as asked:
            await page.keyboard.press("Enter")

        assert (await asked.value).status == 200


async def test_leads_everywhere(browser, demo_server):
    async with new_page(browser, demo_server) as page:
        await opened(page, demo_server)
        links = await page.get_by_role("link").evaluate_all("links => links.map(a => a.href)")
        statuses = {}
        for link in sorted({link.partition("#")[0] for link in links}):
            answer = await page.request.get(link, headers={"Accept": "text/html, */*"})
            statuses[link.removeprefix(demo_server)] = answer.status

    assert set(statuses.values()) == {200}, statuses
    assert {"/graphql", "/api/posts", "/schema.graphql", "/openapi.json"} < statuses.keys()


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_is_open_to_everybody(browser, demo_server, scheme):
    async with audited_page(browser, demo_server, color_scheme=scheme) as page:
        await opened(page, demo_server)

        assert await faults(page) == []


async def test_fits_on_a_phone(browser, demo_server):
    async with audited_page(browser, demo_server, viewport=PHONE) as page:
        await opened(page, demo_server)

        assert await sideways(page) == 0
        assert await faults(page) == []


async def test_says_in_words_that_the_server_is_away(browser, demo_server):
    async with new_page(browser, demo_server) as page:
        await opened(page, demo_server)
        # Chromium reports a request that fails, and the page does nothing against that.
        await page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
        await page.get_by_role("button", name="Ask again").click()

        await expect(page.get_by_role("status")).to_have_text(
            "The server cannot be reached. Is it still running?"
        )
