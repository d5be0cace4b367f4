"""The wire of a WebSocket: JSON messages, bounded in size and in time, either way."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketDisconnected

from graphql_blog.json_size import MOST_VALUES, values_in

MAX_REASON_BYTES = 123
"""So many fit into a close frame beside the code (RFC 6455 §5.5)."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one WebSocket may take."""

    message_bytes: int
    operations: int
    """At once; queries and mutations count as well as subscriptions."""
    init_seconds: float = 10
    idle_seconds: float = 30
    """Who says nothing for so long is asked whether somebody is there, and has as long again."""
    send_seconds: float = 30
    """A message that is not taken for so long is the last: nothing is piled up for slow readers."""


class Ended(Exception):
    """Why a WebSocket ends, in a code and words for a close frame."""

    def __init__(self, code: int, reason: str, *, by_client: bool = False) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
        self.by_client = by_client


class Wire:
    """Sends and receives messages; raises `Ended` where that goes wrong."""

    def __init__(self, socket: WebSocket, bounds: Bounds) -> None:
        self.bounds = bounds
        self._socket = socket
        self._writing = asyncio.Lock()

    async def receive(self) -> Any:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            code, reason = message.get("code") or 1005, message.get("reason") or ""
            raise Ended(code, reason, by_client=True)
        text = message.get("text")
        if text is None:
            raise Ended(4400, "Invalid message: it must be text, and not binary")
        encoded = text.encode()
        if len(encoded) > self.bounds.message_bytes:
            raise Ended(1009, f"A message may have {self.bounds.message_bytes:,} bytes at most")
        if values_in(encoded):
            raise Ended(4400, f"Invalid message: it may have {MOST_VALUES:,} values at most")
        try:
            return orjson.loads(encoded)
        except orjson.JSONDecodeError as error:
            raise Ended(4400, f"Invalid message: it is not JSON: {error}") from None

    async def send(self, **message: Any) -> None:
        """Waits until the client has taken what was sent before: one at a time."""
        text = orjson.dumps(message, option=orjson.OPT_UTC_Z).decode()
        try:
            async with self._writing, asyncio.timeout(self.bounds.send_seconds):
                await self._socket.send_text(text)
        except TimeoutError:
            seconds = f"{self.bounds.send_seconds:g} seconds"
            raise Ended(1013, f"Messages were not read for {seconds}") from None
        except (WebSocketDisconnect, WebSocketDisconnected):
            raise Ended(1006, "", by_client=True) from None

    async def close(self, end: Ended) -> None:
        if end.by_client:
            return
        # Whoever reads nothing does not read this either.
        with suppress(WebSocketDisconnect, WebSocketDisconnected, TimeoutError):
            async with asyncio.timeout(1):
                await self._socket.close(end.code, end.reason)
