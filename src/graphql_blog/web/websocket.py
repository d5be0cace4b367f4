"""WebSockets on /graphql: who may open one, within which bounds, and how each of them ends."""

import asyncio
import os
from dataclasses import dataclass

import orjson
import structlog
from starlette.responses import Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from graphql_blog.throttle.meter import Budgets
from graphql_blog.web.admission import Admission
from graphql_blog.web.conversation import Conversation
from graphql_blog.web.headers import headers_of
from graphql_blog.web.origins import Origins
from graphql_blog.web.results import refusal_of
from graphql_blog.web.streaming import Executes
from graphql_blog.web.wire import Bounds, Ended, Wire

log = structlog.get_logger("graphql_blog.web.websocket")

PROTOCOL = "graphql-transport-ws"
# Clients of the protocol before it ask for `graphql-ws`.
NOT_SPOKEN = Ended(4406, f"Subprotocol not acceptable: only {PROTOCOL} is spoken (npm: graphql-ws)")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An ASGI application for WebSockets that speak `graphql-transport-ws`."""

    execute: Executes
    origins: Origins
    bounds: Bounds
    budgets: Budgets | None
    closing: asyncio.Event
    """Set when the server goes."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket, headers = WebSocket(scope, receive, send), headers_of(scope)
        if not self.origins.is_allowed(headers.get(b"origin"), headers.get(b"host", b"")):
            await _refuse(socket)
            return
        wire = Wire(socket, self.bounds)
        if PROTOCOL not in scope["subprotocols"]:
            await socket.accept()
            await wire.close(NOT_SPOKEN)
            return
        await socket.accept(PROTOCOL)
        client, authorization = scope.get("client"), headers.get(b"authorization")
        admission = Admission(
            scope["state"]["resources"], client[0] if client else "", self.budgets
        )
        given = None if authorization is None else authorization.decode("latin-1")
        conversation = Conversation(wire, self.execute, admission, given, self.closing)
        end = await conversation.run()
        await wire.close(end)
        log.info("WebSocket", code=end.code, reason=end.reason, operations=conversation.count)


async def _refuse(socket: WebSocket) -> None:
    """Browsers say whose page it is that connects; nothing else keeps them from each other."""
    words = "Pages of this origin may not connect: the operator of the server has to allow it."
    body = orjson.dumps(refusal_of(os.urandom(16).hex(), words, "FORBIDDEN"))
    await socket.receive()
    if "websocket.http.response" in socket.scope.get("extensions", {}):
        response = Response(body, 403, media_type="application/json; charset=utf-8")
        await socket.send_denial_response(response)
    else:
        await socket.close()  # which is 403, too, without the words
