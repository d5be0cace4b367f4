"""graphql-ws and graphql-sse: what the page shows of them, and subscriptions to their ends."""

import asyncio

import pytest

from tests.clients.front_end import FrontEnd
from tests.serving import OPEN, served, until

pytestmark = pytest.mark.xdist_group("clients")


def test_the_programs_of_the_page_run(front_end):
    front_end.follow("streams")

    assert front_end.run("node main.mjs") == "admin\nadmin\nGRAPHQL_VALIDATION_FAILED\n"


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
async def test_subscriptions_begin_end_and_are_left(packages, settings, tmp_path):
    async with served(settings) as server:
        front_end = FrontEnd(tmp_path, packages, f"http://{server.place}")
        front_end.follow("streams")
        front_end.add("subscriptions.mjs")
        told = await asyncio.to_thread(front_end.told, "node subscriptions.mjs")
        await until(lambda: OPEN == [])

    expected = {
        "whole": [{"data": {"counted": number}} for number in range(3)],
        "left": [{"data": {"endless": 1}}] * 2,
        "mistaken": [["GRAPHQL_VALIDATION_FAILED"]],
        "after": [{"data": {"__typename": "Query"}}],
    }
    assert told == {"sockets": expected, "events": expected}
