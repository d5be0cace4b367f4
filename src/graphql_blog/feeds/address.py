"""One public address that is read, never written, and does not look at who asks."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from graphql_blog.throttle.meter import READ

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
ALLOWED = {"Allow": "GET, HEAD, OPTIONS"}


class Address:
    """Answers HEAD as GET without a body, OPTIONS by itself, and other verbs with 405."""

    def __init__(self, handle: Handler) -> None:
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self._answer(Request(scope))
        await response(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=ALLOWED)
        if request.method not in {"GET", "HEAD"}:
            words = f"{request.method} is not possible here, only {ALLOWED['Allow']}."
            raise HTTPException(405, words, ALLOWED)
        await charge(request, READ)
        response = await self._handle(request)
        if request.method == "HEAD":
            response.body = b""
        return response


async def charge(request: Request, points: int) -> None:
    """Raises `RateLimited` when whoever asks has spent too much."""
    if meter := request.scope["state"].get("meter"):
        await meter.charge(points)
