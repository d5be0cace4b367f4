"""The ways of the comparison, carried out on the app of a test."""

from collections.abc import Mapping
from typing import Any

import httpx2

from graphql_blog.compare.figures import Range
from graphql_blog.compare.measuring import Measured, measured
from graphql_blog.compare.running import Answer, Send, Sent


def sending(client: httpx2.AsyncClient) -> Send:
    async def send(sent: Sent) -> Answer:
        headers = {"X-Compare": "1", "Accept": "application/json", "Accept-Encoding": "identity"}
        if sent.body:
            headers["Content-Type"] = "application/json"
        if sent.etag:
            headers["If-None-Match"] = sent.etag
        answer = await client.request(
            sent.method, sent.path, content=sent.body or None, headers=headers
        )
        said = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(answer.status_code, said, answer.content, len(answer.content))

    return send


async def planned(client: httpx2.AsyncClient, **wanted: Any) -> dict[str, Any]:
    answer = await client.post("/compare/plan", json=wanted)
    assert answer.status_code == 200, answer.text
    plan: dict[str, Any] = answer.json()
    return plan


async def compared(client: httpx2.AsyncClient, **wanted: Any) -> Measured:
    return await measured(await planned(client, **wanted), sending(client), rounds=1)


def counts(figures: Mapping[str, Range], *names: str) -> list[float]:
    return [figures[name].median for name in names]
