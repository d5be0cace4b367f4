"""Cross-origin requests: the pages of allowed sites may read our answers, those of others not.

A preflight is the `OPTIONS` of its address with CORS headers on top: what an address allows is
said in one place, its `Allow`, and a preflight is named, logged and guarded as any other request.
"""

import re
from collections.abc import Iterable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_blog.web.headers import HeaderList, Headers, headers_of, with_vary
from graphql_blog.web.origins import Origins

EXPOSED = (
    b"Allow, ETag, Link, Location, RateLimit, RateLimit-Limit, RateLimit-Policy,"
    b" RateLimit-Remaining, RateLimit-Reset, Retry-After, Server-Timing,"
    b" WWW-Authenticate, X-Cache, X-Request-ID, X-Total-Count"
)
ALLOWED_ORIGIN = b"access-control-allow-origin"
ASKED_METHOD = b"access-control-request-method"
KEPT_SECONDS = b"7200"
"""How long a browser need not ask again; Chromium takes no more than that."""
HEADER_NAMES = re.compile(rb"[\w!#$%&'*+.^`|~, \t-]{1,4096}", re.ASCII)


class Cors:
    """Adds to every answer what the origin of its request may do with it."""

    def __init__(self, app: ASGIApp, origins: Origins, *, credentials: bool) -> None:
        self._app = app
        self._origins = origins
        self._admitted = [(b"access-control-expose-headers", EXPOSED)]
        if credentials:
            self._admitted.append((b"access-control-allow-credentials", b"true"))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = headers_of(scope)
        is_preflight = scope["method"] == "OPTIONS" and ASKED_METHOD in request

        async def admitting(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = self._admitting(message.get("headers", ()), request.get(b"origin"))
                if is_preflight:
                    headers += _preflight(headers, request)
                message["headers"] = headers
            await send(message)

        await self._app(scope, receive, admitting)

    def _admitting(self, answer: Iterable[tuple[bytes, bytes]], origin: bytes | None) -> HeaderList:
        if self._origins.are_any:
            # One answer for all: there is nothing that a cache could mix up.
            return [*answer, (ALLOWED_ORIGIN, b"*"), *self._admitted]
        varied = with_vary(answer, b"Origin")
        if origin is None or not self._origins.are_listed(origin):
            return varied
        return [*varied, (ALLOWED_ORIGIN, origin), *self._admitted]


def _preflight(answer: HeaderList, request: Headers) -> HeaderList:
    """What may be sent to this address; nothing for an origin that was not admitted."""
    said = dict(answer)
    if ALLOWED_ORIGIN not in said:
        return []
    added = [
        (b"access-control-allow-methods", said.get(b"allow", b"GET, HEAD")),
        (b"access-control-max-age", KEPT_SECONDS),
    ]
    # Who is trusted to read is trusted with the headers it sends: tracing adds all sorts of them.
    asked = request.get(b"access-control-request-headers", b"")
    if HEADER_NAMES.fullmatch(asked):
        added.append((b"access-control-allow-headers", asked))
    return added
