"""GraphQL over Server-Sent Events: the "distinct connections mode" of npm's graphql-sse."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.types import Receive, Scope, Send

from graphql_blog.web.negotiation import EVENTS

KEEP_ALIVE_SECONDS = 12
"""Proxies take a connection for dead on which nothing is said."""
SEND_SECONDS = 30
"""What is not taken for so long is the last: nothing is piled up for slow readers."""
COMMENT = b":\n\n"

_HEADERS = [
    (b"content-type", f"{EVENTS}; charset=utf-8".encode()),
    (b"cache-control", b"no-cache"),
    (b"vary", b"Accept, Authorization"),
    (b"x-accel-buffering", b"no"),  # nginx would wait until there is more to pass on
]


class _Over(Exception):
    """There is nothing more to say."""


class _Left(Exception):
    """There is nobody to say it to."""


@dataclass(slots=True)
class EventStream:
    """An answer in events: a `next` for each body, and `complete`."""

    bodies: AsyncGenerator[dict[str, Any], None]
    closing: asyncio.Event
    """Set when the server goes. The client misses a `complete` then, and connects again."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body"})
            return
        out, over = _Out(send), False
        try:
            # The first of them to end ends the others.
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._tell(out))
                tasks.create_task(_keep_alive(out))
                tasks.create_task(_watch(receive))
                tasks.create_task(self._go_away())
        except* _Left:
            pass
        except* _Over:
            over = True
        if over:
            with suppress(_Left):
                await out.send(b"", more=False)

    async def _tell(self, out: "_Out") -> None:
        await out.send(COMMENT)  # Some browsers wait for a first byte.
        async with aclosing(self.bodies):
            async for body in self.bodies:
                await out.send(_event(b"next", orjson.dumps(body, option=orjson.OPT_UTC_Z)))
        await out.send(_event(b"complete", b""))
        raise _Over

    async def _go_away(self) -> None:
        await self.closing.wait()
        raise _Over


class _Out:
    """What goes out: one at a time, so that waiting for a slow reader makes everything wait."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._writing = asyncio.Lock()

    async def send(self, text: bytes, *, more: bool = True) -> None:
        message = {"type": "http.response.body", "body": text, "more_body": more}
        try:
            async with self._writing, asyncio.timeout(SEND_SECONDS):
                await self._send(message)
        except (OSError, TimeoutError):
            raise _Left from None


async def _keep_alive(out: _Out) -> None:
    while True:
        await asyncio.sleep(KEEP_ALIVE_SECONDS)
        await out.send(COMMENT)


async def _watch(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise _Left


def _event(name: bytes, data: bytes) -> bytes:
    # JSON has no line breaks outside of texts, and none inside.
    return b"event: %b\ndata: %b\n\n" % (name, data)
