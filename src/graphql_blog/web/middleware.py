"""What every request passes through, outermost first.

Requests          a request id, the access log, and the last resort when something breaks
SecurityHeaders   what browsers are told about every answer
BodyLimit         bodies that are too large are refused, announced or not
"""

import re
import time
from typing import Any
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_blog.web.errors import on_http_error, on_unforeseen_error

log = structlog.get_logger("graphql_blog.web")

CLIENT_LEFT = 499
"""What nginx logs for a client that did not wait for its answer."""
SANE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def stack(*, max_body_bytes: int) -> list[Middleware]:
    return [
        Middleware(Requests),
        Middleware(SecurityHeaders),
        Middleware(BodyLimit, max_bytes=max_body_bytes),
    ]


class Requests:
    """Names each request, logs it, and answers for bugs: nothing leaves the server unmasked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        status, began = 0, time.perf_counter()

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with structlog.contextvars.bound_contextvars(requestId=request_id):
            try:
                await self.app(scope, receive, send_named)
            except ClientDisconnect:
                status = CLIENT_LEFT
            except Exception as error:
                response = await on_unforeseen_error(Request(scope), error)
                if status:
                    raise  # The answer has begun: only breaking it off tells the client.
                await response(scope, receive, send_named)
            milliseconds = round((time.perf_counter() - began) * 1000, 1)
            log.info(
                "Request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                milliseconds=milliseconds,
            )


class SecurityHeaders:
    """What browsers must not do with our answers, unless a page says otherwise."""

    HEADERS = (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.HEADERS:
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_guarded)


class BodyLimit:
    """Refuses bodies over `max_bytes` with 413, whether announced or found out while reading."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self.app = app
        self.max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        if announced.isdigit() and int(announced) > self.max_bytes:
            response = await on_http_error(Request(scope), self._too_large())
            await response(scope, receive, send)
            return
        read = 0

        async def receive_counted() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > self.max_bytes:
                raise self._too_large()
            return message

        await self.app(scope, receive_counted, send)

    def _too_large(self) -> HTTPException:
        words = f"The body may have {self.max_bytes:,} bytes at most."
        return HTTPException(413, words, headers={"Connection": "close"})


def _request_id(headers: Headers) -> str:
    """The proxy's id for this request when it sent a sane one; else a new one."""
    given: Any = headers.get("x-request-id", "")
    return given if SANE_REQUEST_ID.fullmatch(given) else uuid4().hex
