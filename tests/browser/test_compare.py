"""The comparison as somebody sees it who opens it on the demo blog in a browser."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.browser.visiting import PHONE, audited_page, faults, sideways
from tests.conftest import served

pytestmark = pytest.mark.xdist_group("demo server")

NOTE_TIMES = """() => {
    window.seen = new Set();
    const note = () => {
        window.seen.add(document.querySelector("#waterfall .time").textContent);
        const isOver = document.querySelector("#progress").textContent !== "";
        window.ended ||= isOver && window.seen.size > 3;
    };
    const observer = new MutationObserver(note);
    observer.observe(document.body, {subtree: true, childList: true, characterData: true});
}"""
HOME = """\
{
  posts(first: 10) {
    title
    excerpt
    author {
      name
    }
    commentCount
  }
}"""


@asynccontextmanager
async def comparing(
    browser: Browser, server: str, state: str = "", **options: Any
) -> AsyncIterator[Page]:
    async with audited_page(browser, server, **options) as page:
        await page.goto(f"{server}/compare{state}")
        await expect(page.get_by_role("radio").last).to_be_visible()
        yield page


async def press_run(page: Page) -> None:
    await page.get_by_role("button", name="Run").click()
    await expect(done(page)).to_be_visible(timeout=30_000)


def done(page: Page) -> Locator:
    return page.locator("#progress", has_text="·")


def editor(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Query")


def figure(page: Page, name: str) -> Locator:
    return page.get_by_role("row", name=name, exact=False).get_by_role("cell")


async def test_fetches_the_page_each_way_and_counts(browser, demo_server):
    async with comparing(browser, demo_server) as page:
        await expect(page.get_by_role("radio", name="Home page")).to_be_checked()
        await press_run(page)

        heading = page.get_by_role("heading", name="Home page, request by request")
        await expect(heading).to_be_visible()
        await expect(page.locator("#waterfall .lane")).to_have_count(4)
        requests = page.locator("#waterfall .lane").first.locator("rect.bar")
        count = await requests.count()
        assert count == 20
        await expect(figure(page, "Requests")).to_have_text([str(count), "1", "1", "1"])
        await expect(figure(page, "Round trips in sequence")).to_have_text(["2", "1", "1", "1"])
        await expect(figure(page, "SQL statements")).to_have_text(["41", "4", "3", "3"])
        await expect(page.locator("#verdict li").first).to_contain_text(
            f"Beside REST as commonly written GraphQL takes 1 instead of {count} requests"
        )
        read = page.locator("#statements .graphql li", has_text="posts.title")
        await expect(read).to_be_visible()
        await expect(page.locator("#runs")).to_have_text("5 runs of each way")
        await every_bar_has_its_number(page)


async def every_bar_has_its_number(page: Page) -> None:
    labels = page.locator("#waterfall .number")
    pictures = page.locator("#bytes").get_by_role("img")

    assert await labels.count() == await page.locator("#waterfall rect.bar").count() == 23
    for label in await labels.all_text_contents():
        assert re.fullmatch(r"[\d.]+ ms", label)
    for picture in await pictures.all():
        await expect(picture).to_have_attribute(
            "aria-label", re.compile(r": [\d.]+ k?B shown, [\d.]+ k?B never shown$")
        )


async def test_a_post_that_is_known_already_is_not_sent_again_by_rest(browser, demo_server):
    async with comparing(browser, demo_server, "?scenario=cached") as page:
        await press_run(page)

        received = figure(page, "Bytes received, compressed")
        await expect(received).to_have_text(["0 B", "0 B", re.compile(r"^[\d.]+ kB$"), "0 B"])
        wins = re.compile(r"^REST at its best wins with .* 0 B instead of [\d.]+ kB received")
        await expect(page.locator("#verdict li", has_text=wins)).to_be_visible()


async def test_latency_adds_to_each_round_trip(browser, demo_server):
    async with comparing(browser, demo_server) as page:
        await press_run(page)
        before = await times(page)
        slider = page.get_by_role("slider", name="Latency")
        await slider.focus()
        await page.keyboard.press("End")
        after = await times(page)

        added = [late - early for early, late in zip(before, after, strict=True)]
        assert added == [pytest.approx(trips * 150, abs=1) for trips in (2, 1, 1, 1)]
        await expect(page.locator("#distance")).to_have_text("150 ms, fast 3G")
        await expect(page).to_have_url(f"{demo_server}/compare?scenario=home&latency=150")


async def times(page: Page) -> list[float]:
    told = await page.locator("#waterfall .time").all_inner_texts()
    return [float(time.removesuffix(" ms")) for time in told]


async def test_works_by_keyboard_alone(browser, demo_server):
    async with comparing(browser, demo_server) as page:
        await page.get_by_role("radio", name="Home page").focus()
        await page.keyboard.press("ArrowUp")
        await expect(page.get_by_role("radio", name="Post page")).to_be_checked()
        await page.keyboard.press("Tab")
        await expect(editor(page)).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_text("Variables", exact=True)).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("textbox", name="Variables")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Run")).to_be_focused()
        await page.keyboard.press("Enter")

        await expect(done(page)).to_be_visible(timeout=30_000)


async def test_completes_what_is_typed(browser, demo_server):
    async with comparing(browser, demo_server) as page:
        async with page.expect_response("**/schema.json") as asked:
            await editor(page).focus()
        await (await asked.value).finished()
        await page.keyboard.press("ControlOrMeta+A")
        await page.keyboard.type("{\nposts {\nreadingT")
        suggestions = page.get_by_role("listbox", name="Suggestions")
        await expect(suggestions.get_by_role("option")).to_have_text(["readingTimeMinutesInt!"])
        assert await faults(page) == []
        await page.keyboard.press("Enter")
        await expect(suggestions).to_be_hidden()

        assert await editor(page).input_value() == "{\n  posts {\n    readingTimeMinutes"
        await expect(page.get_by_role("radio", name="Your own query")).to_be_checked()


SUGGEST = """async (texts) => {
    const {Schema, suggestions} = await import("/static/pages/compare/completion.js");
    const {data} = await (await fetch("/schema.json")).json();
    const schema = new Schema(data);
    return texts.map((text) => suggestions(schema, text, text.length).options[0]?.name ?? null);
}"""
FIRST_SUGGESTION = {
    "": "query",
    "{ posts": "posts",
    "{ postAgg": "postAggregate",
    "{ posts(fi": "first",
    "{ posts { author { na": "name",
    "{ posts { author { name } ti": "title",
    "{ postsConnection(orderBy: {fi": "field",
    "{ postsConnection(orderBy: {field: TI": "TITLE",
    "{ postsConnection(orderBy: {field: TITLE, d": "direction",
    "{ postsConnection(filter: {tag: {anyOf: []}}, fir": "first",
    "{ node(nodeId: 1) { ... on Us": "User",
    "{ node(nodeId: 1) { ... on User { use": "username",
    "query Q($id: I": "Int",
    "query Q($id: ID!) { post(id: $": "$id",
    "{ posts { title @inc": "@include",
    "{ posts { title @include(i": "if",
    "mutation { createP": "createPost",
    "fragment F on Comment { cont": "content",
    "{ posts { # tit": None,
    '{ post(slug: "tit': None,
    "{ posts { title": None,
}


async def test_suggests_what_the_schema_allows(browser, demo_server):
    async with comparing(browser, demo_server) as page:
        found = await page.evaluate(SUGGEST, list(FIRST_SUGGESTION))

    assert dict(zip(FIRST_SUGGESTION, found, strict=True)) == FIRST_SUGGESTION


async def test_keeps_what_was_written_while_scenarios_are_looked_at(browser, demo_server):
    async with comparing(browser, demo_server) as page:
        await editor(page).fill("{ posts { slug } }")
        await page.get_by_role("radio", name="Home page").check()
        assert await editor(page).input_value() == HOME
        await page.get_by_role("radio", name="Your own query").check()

        assert await editor(page).input_value() == "{ posts { slug } }"


async def test_counts_as_shown_what_the_query_asks_for(browser, demo_server):
    answer = [{"id": 1, "title": "Ö", "author": {"id": 2, "name": "A"}, "tags": None}]
    shown = """async ([answer, paths]) =>
        (await import("/static/pages/compare/shown.js")).shownBytes(answer, paths)"""
    async with comparing(browser, demo_server) as page:
        found = await page.evaluate(shown, [answer, ["title", "author.name", "tags.name"]])

    assert found == len('[{"title":"Ö","author":{"name":"A"},"tags":null}]'.encode())


async def test_shares_a_query_by_its_address(browser, demo_server):
    query = "query Mine($id: ID!) { post(id: $id) { title } }"
    async with comparing(browser, demo_server, "?latency=50") as page:
        await editor(page).fill(query)
        await page.get_by_text("Variables", exact=True).click()
        await page.get_by_role("textbox", name="Variables").fill('{"id": 1}')
        address: str = await page.evaluate("location.href")
        state = address.removeprefix(f"{demo_server}/compare")
    async with comparing(browser, demo_server, state) as page:
        await expect(page.get_by_role("radio", name="Your own query")).to_be_checked()
        assert await editor(page).input_value() == query
        await expect(page.get_by_role("textbox", name="Variables")).to_have_value('{"id": 1}')
        await expect(page.get_by_role("slider", name="Latency")).to_have_value("50")


async def test_copies_the_link(browser, demo_server):
    permissions = ["clipboard-read", "clipboard-write"]
    async with comparing(browser, demo_server, permissions=permissions) as page:
        await page.get_by_role("button", name="Copy link").click()
        await expect(page.get_by_text("Copied.")).to_be_visible()

        copied = await page.evaluate("navigator.clipboard.readText()")
        assert copied == f"{demo_server}/compare?scenario=home"


async def test_hands_the_query_to_graphiql_and_takes_it_back(browser, demo_server):
    async with comparing(browser, demo_server) as page:
        await page.get_by_role("link", name="Open in GraphiQL").click()
        pane = page.locator(".graphiql-query-editor")
        await expect(pane).to_contain_text("posts(first: 10)")
        await expect(page).to_have_url(f"{demo_server}/graphql")
        await page.get_by_role("button", name="Compare with REST").click()
        await expect(page.get_by_role("radio", name="Your own query")).to_be_checked()

        assert await editor(page).input_value() == HOME


async def test_says_in_words_what_is_wrong(browser, demo_server):
    async with comparing(browser, demo_server) as page:
        await page.get_by_text("Variables", exact=True).click()
        await page.get_by_role("textbox", name="Variables").fill("{id: 1}")
        await page.get_by_role("button", name="Run").click()
        await expect(page.get_by_role("alert")).to_contain_text("The variables are not valid JSON")
        assert await faults(page) == []
        await page.evaluate("() => { window.fetch = () => Promise.reject(new TypeError()); }")
        await page.get_by_role("textbox", name="Variables").fill("")
        await page.get_by_role("button", name="Run").click()

        await expect(page.get_by_role("alert")).to_have_text(
            "The server cannot be reached. Is it still running?"
        )


async def test_says_where_a_query_is_wrong(browser, demo_server):
    # Not `comparing`: the browser itself reports every answer that is no success.
    page = await browser.new_page()
    await page.goto(f"{demo_server}/compare")
    await expect(page.get_by_role("radio").last).to_be_visible()
    await editor(page).fill("{\n  posts {\n    nothing\n  }\n}")
    await page.keyboard.press("ControlOrMeta+Enter")

    await expect(page.get_by_role("alert")).to_have_text(
        "Line 3: Cannot query field 'nothing' on type 'Post'."
    )
    await page.close()


async def test_says_that_comparing_is_off(browser, tmp_path):
    with served(tmp_path, GRAPHQL_BLOG_COMPARE="off") as server:
        page = await browser.new_page()
        await page.goto(f"{server}/compare")

        await expect(page.get_by_role("alert")).to_have_text(
            "This server does not compare: GRAPHQL_BLOG_COMPARE=on switches it on."
        )
        await page.close()


async def test_is_open_to_everybody_and_fits_on_a_phone(browser, demo_server):
    async with comparing(browser, demo_server, viewport=PHONE) as page:
        assert await sideways(page) == 0
        assert await faults(page) == []
        await press_run(page)
        assert await sideways(page) == 0
        assert await faults(page) == []
        await page.set_viewport_size({"width": 1280, "height": 900})
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert await faults(page) == []


async def test_plays_what_was_measured(browser, demo_server):
    async with comparing(browser, demo_server, "?scenario=mobile") as page:
        await page.emulate_media(reduced_motion="no-preference")
        await press_run(page)
        await page.evaluate(NOTE_TIMES)
        await page.get_by_role("button", name="Watch again").click()
        await page.wait_for_function("() => window.ended")

        await expect(page.locator("#tiles .graphql strong").first).to_have_text("1")
