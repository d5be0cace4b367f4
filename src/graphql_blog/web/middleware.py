"""What every request passes through: its name, the limit of its body, the log, the last resort."""

import itertools
import logging
import os
import re
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field

import structlog
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import STRUCTLOG_KEY_PREFIX

from graphql_blog.throttle.meter import Budgets
from graphql_blog.web.compression import Compression
from graphql_blog.web.cors import Cors
from graphql_blog.web.errors import on_http_error, on_unforeseen_error
from graphql_blog.web.guards import NAMES, Guards, by_scheme
from graphql_blog.web.headers import Headers, headers_of
from graphql_blog.web.origins import Origins
from graphql_blog.web.proxies import Network, Proxies
from graphql_blog.web.throttle import Throttled
from graphql_blog.web.tracing import Traced

log = structlog.get_logger("graphql_blog.web")

# What `structlog.contextvars.bind_contextvars` sets, without its looking for it each time.
IN_THE_LOG: ContextVar[str] = ContextVar(f"{STRUCTLOG_KEY_PREFIX}requestId")
CLIENT_LEFT = 499
"""What nginx logs for a client that did not wait for its answer."""
# Asking the system for randomness each time takes longer than the rest of an id.
OF_THIS_PROCESS = os.urandom(8).hex()
numbers = itertools.count(int.from_bytes(os.urandom(4)))
MOST_PARAMETERS = 1_000
"""In one address: each is decoded, and all of them are compared."""
TOO_MANY_PARAMETERS = f"The address may have {MOST_PARAMETERS:,} parameters, not more."
NO_HOST = "Say in `Host` which server is meant."
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


def stack(
    edge: Edge,
    *,
    max_body_bytes: int,
    max_form_bytes: int,
    budgets: Budgets | None = None,
    compares: bool = False,
) -> list[Middleware]:
    """From the outside in; what is not wanted is not there, and costs nothing."""
    requests = Middleware(
        Requests,
        max_body_bytes=max_body_bytes,
        max_form_bytes=max_form_bytes,
        guards=by_scheme(edge.hsts_max_age),
    )
    layers = [
        edge.trusted_proxies and Middleware(Proxies, edge.trusted_proxies, edge.proxy_header),
        edge.origins and Middleware(Cors, edge.origins, credentials=edge.credentials),
        requests,
        edge.compression and Middleware(Compression),
        budgets and Middleware(Throttled, budgets=budgets),
        compares and Middleware(Traced),
    ]
    return [layer for layer in layers if layer]


class Requests:
    """Names each request, logs it, and answers for bugs: nothing leaves the server unmasked."""

    def __init__(
        self,
        app: ASGIApp,
        max_body_bytes: int,
        max_form_bytes: int,
        guards: Mapping[str, Guards],
    ) -> None:
        self.app = app
        self.guards = guards
        self.max_body_bytes = max_body_bytes
        self.max_form_bytes = max_form_bytes
        # What `log` makes anew each time that it is asked for anything.
        self._log = log.bind()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = headers_of(scope)
        request_id = _request_id(headers)
        scope.setdefault("state", {})["request_id"] = request_id
        guards = self.guards[scope.get("scheme", "http")]
        # Forms may have files in them, which do not stay in memory.
        is_form = headers.get(b"content-type", b"").startswith(b"multipart/")
        max_bytes = self.max_form_bytes if is_form else self.max_body_bytes
        exchange = _Exchange(receive, send, request_id, max_bytes, guards)
        began = time.perf_counter()
        bound = IN_THE_LOG.set(request_id)
        try:
            await self._answer(scope, headers, exchange)
        finally:
            if self._log.is_enabled_for(logging.INFO):
                self._log.info(
                    "Request",
                    method=scope["method"],
                    path=scope["path"],
                    status=exchange.status,
                    milliseconds=round((time.perf_counter() - began) * 1000, 1),
                )
            IN_THE_LOG.reset(bound)

    async def _answer(self, scope: Scope, headers: Headers, exchange: "_Exchange") -> None:
        try:
            if scope["query_string"].count(b"&") >= MOST_PARAMETERS:
                raise HTTPException(400, TOO_MANY_PARAMETERS)
            if b"host" not in headers and scope.get("http_version") == "1.1":
                raise HTTPException(400, NO_HOST)
            announced = headers.get(b"content-length", b"")
            if not announced.isdigit():
                await self.app(scope, exchange.receive, exchange.send)
            elif int(announced) <= exchange.max_bytes:
                # The server reads no more than was announced.
                await self.app(scope, exchange.unlimited, exchange.send)
            else:
                raise exchange.too_large()
        except ClientDisconnect:
            exchange.status = CLIENT_LEFT
        except Exception as error:
            wrongly_used = isinstance(error, HTTPException)
            respond = on_http_error if wrongly_used else on_unforeseen_error
            response = await respond(Request(scope), error)
            if exchange.status:
                raise  # The answer has begun: only breaking it off tells the client.
            await response(scope, exchange.receive, exchange.send)


class _Exchange:
    """One request on its way: counts what comes in, and completes what goes out."""

    __slots__ = ("_guards", "_read", "_request_id", "_send", "max_bytes", "status", "unlimited")

    def __init__(
        self, receive: Receive, send: Send, request_id: str, max_bytes: int, guards: Guards
    ) -> None:
        self.unlimited = receive
        self._send = send
        self._request_id = request_id.encode()
        self.max_bytes = max_bytes
        self._guards = guards
        self._read = 0
        self.status = 0
        """0 until the answer begins."""

    async def receive(self) -> Message:
        message = await self.unlimited()
        self._read += len(message.get("body", b""))
        if self._read > self.max_bytes:
            raise self.too_large()
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            given = message.get("headers", ())
            names, missing = dict(given), self._guards
            if not NAMES.isdisjoint(names):
                missing = tuple(guard for guard in missing if guard[0] not in names)
            message["headers"] = [*given, *missing, (b"x-request-id", self._request_id)]
        await self._send(message)

    def too_large(self) -> HTTPException:
        words = f"The body may have {self.max_bytes:,} bytes at most."
        return HTTPException(413, words, headers={"Connection": "close"})


def _request_id(headers: Headers) -> str:
    """The proxy's id for this request when it sent a sane one; else a new one."""
    given = headers.get(b"x-request-id")
    if given and SANE_REQUEST_ID.fullmatch(given):
        return given.decode()
    return f"{OF_THIS_PROCESS}{next(numbers):016x}"
