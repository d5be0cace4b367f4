"""What every request passes through: its name, the limit of its body, the log, the last resort."""

import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_blog.throttle.meter import Budgets
from graphql_blog.web.compression import Compression
from graphql_blog.web.cors import Cors
from graphql_blog.web.errors import on_http_error, on_unforeseen_error
from graphql_blog.web.guards import Guards, by_scheme
from graphql_blog.web.headers import Headers, headers_of
from graphql_blog.web.origins import Origins
from graphql_blog.web.proxies import Network, Proxies
from graphql_blog.web.throttle import Throttled

log = structlog.get_logger("graphql_blog.web")

CLIENT_LEFT = 499
"""What nginx logs for a client that did not wait for its answer."""
SANE_REQUEST_ID = re.compile(rb"[A-Za-z0-9._-]{8,64}")


@dataclass(frozen=True, kw_only=True)
class Edge:
    """Who may be before this server, and what they are told."""

    trusted_proxies: tuple[Network, ...] = ()
    proxy_header: str = "x-forwarded-for"
    origins: Origins = field(default_factory=Origins)
    credentials: bool = False
    hsts_max_age: int = 0
    compression: bool = True


def stack(edge: Edge, *, max_body_bytes: int, budgets: Budgets | None = None) -> list[Middleware]:
    """From the outside in; what is not wanted is not there, and costs nothing."""
    layers = [
        edge.trusted_proxies and Middleware(Proxies, edge.trusted_proxies, edge.proxy_header),
        edge.origins and Middleware(Cors, edge.origins, credentials=edge.credentials),
        Middleware(Requests, max_body_bytes=max_body_bytes, guards=by_scheme(edge.hsts_max_age)),
        edge.compression and Middleware(Compression),
        budgets and Middleware(Throttled, budgets=budgets),
    ]
    return [layer for layer in layers if layer]


class Requests:
    """Names each request, logs it, and answers for bugs: nothing leaves the server unmasked."""

    def __init__(self, app: ASGIApp, max_body_bytes: int, guards: Mapping[str, Guards]) -> None:
        self.app = app
        self.guards = guards
        self.max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = headers_of(scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        guards = self.guards[scope.get("scheme", "http")]
        exchange = _Exchange(receive, send, request_id, self.max_body_bytes, guards)
        began = time.perf_counter()
        bound = structlog.contextvars.bind_contextvars(requestId=request_id)
        try:
            await self._answer(scope, headers, exchange)
            log.info(
                "Request",
                method=scope["method"],
                path=scope["path"],
                status=exchange.status,
                milliseconds=round((time.perf_counter() - began) * 1000, 1),
            )
        finally:
            structlog.contextvars.reset_contextvars(**bound)

    async def _answer(self, scope: Scope, headers: Headers, exchange: "_Exchange") -> None:
        try:
            if exchange.is_too_large(headers.get(b"content-length", b"")):
                response = await on_http_error(Request(scope), exchange.too_large())
                await response(scope, exchange.receive, exchange.send)
            else:
                await self.app(scope, exchange.receive, exchange.send)
        except ClientDisconnect:
            exchange.status = CLIENT_LEFT
        except Exception as error:
            response = await on_unforeseen_error(Request(scope), error)
            if exchange.status:
                raise  # The answer has begun: only breaking it off tells the client.
            await response(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request on its way: counts what comes in, and completes what goes out."""

    __slots__ = ("_guards", "_max_bytes", "_read", "_receive", "_request_id", "_send", "status")

    def __init__(
        self, receive: Receive, send: Send, request_id: str, max_bytes: int, guards: Guards
    ) -> None:
        self._receive = receive
        self._send = send
        self._request_id = request_id.encode()
        self._max_bytes = max_bytes
        self._guards = guards
        self._read = 0
        self.status = 0
        """0 until the answer begins."""

    async def receive(self) -> Message:
        message = await self._receive()
        self._read += len(message.get("body", b""))
        if self._read > self._max_bytes:
            raise self.too_large()
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message.get("headers", ())
            names = {name for name, _ in given}
            guards = [header for header in self._guards if header[0] not in names]
            message["headers"] = [*given, *guards, (b"x-request-id", self._request_id)]
        await self._send(message)

    def is_too_large(self, announced: bytes) -> bool:
        return announced.isdigit() and int(announced) > self._max_bytes

    def too_large(self) -> HTTPException:
        words = f"The body may have {self._max_bytes:,} bytes at most."
        return HTTPException(413, words, headers={"Connection": "close"})


def _request_id(headers: Headers) -> str:
    """The proxy's id for this request when it sent a sane one; else a new one."""
    given = headers.get(b"x-request-id", b"")
    return given.decode() if SANE_REQUEST_ID.fullmatch(given) else os.urandom(16).hex()
