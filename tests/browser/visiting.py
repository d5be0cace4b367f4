"""A visitor's page, on which nothing may go wrong, and what holds for every page of ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, Route

from tests import npm

PHONE = {"width": 360, "height": 740}
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI}) =>
    console.error(`${violatedDirective} forbids ${blockedURI}`));
"""
AXE = """async () => (await axe.run()).violations.map(
    ({id, nodes}) => `${id}: ${nodes.map(({html}) => html).join(" ")}`)"""
SIDEWAYS = """() => {
    const {scrollWidth, clientWidth} = document.documentElement;
    return scrollWidth - clientWidth;
}"""


@asynccontextmanager
async def new_page(browser: Browser, server: str, **options: Any) -> AsyncIterator[Page]:
    """A first visitor's page. Every other host is out of reach, and nothing may go wrong."""
    wrong: list[str] = []

    async def stay_here(route: Route) -> None:
        if route.request.url.startswith(f"{server}/"):
            await route.continue_()
        else:
            wrong.append(f"asked for {route.request.url}")
            await route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            wrong.append(message.text)

    context = await browser.new_context(**options)
    await context.route("**/*", stay_here)
    await context.add_init_script(REPORT_VIOLATIONS)
    page = await context.new_page()
    page.on("console", listen)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    await context.close()
    assert wrong == []


@asynccontextmanager
async def audited_page(browser: Browser, server: str, **options: Any) -> AsyncIterator[Page]:
    """A first visitor's page that `faults` can be asked of."""
    async with new_page(browser, server, reduced_motion="reduce", **options) as page:
        axe = npm.project("accessibility") / "node_modules/axe-core/axe.min.js"
        await page.add_init_script(path=axe)
        yield page


async def faults(page: Page) -> list[str]:
    """What axe finds on the page as it is now."""
    found: list[str] = await page.evaluate(AXE)
    return found


async def sideways(page: Page) -> int:
    """How many pixels the page can be scrolled to the right."""
    pixels: int = await page.evaluate(SIDEWAYS)
    return pixels
