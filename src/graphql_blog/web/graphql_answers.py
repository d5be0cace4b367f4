"""How answers of the GraphQL endpoint are sent: whole, in part, or as a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.types import ExecutionResult

from graphql_blog.cache import Entry, Outcome
from graphql_blog.errors import RateLimited
from graphql_blog.graph.context import Context
from graphql_blog.graph.errors import CODES
from graphql_blog.web import reads
from graphql_blog.web.headers import Headers, headers_of
from graphql_blog.web.negotiation import JSON, RESPONSE, accepted
from graphql_blog.web.results import body_of, refusal_of
from graphql_blog.web.statuses import Statuses

# Answers differ by who asks, so that no cache between may keep them.
KEPT = {"Cache-Control": "no-store", "Vary": "Accept, Authorization"}


def refused(
    request: Request,
    status: int,
    message: str,
    code: str,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> Response:
    """A refusal of the whole request: nothing was executed, hence no `data`."""
    media_type = accepted(headers_of(request.scope).get(b"accept")).refusal_type
    return Response(
        orjson.dumps(refusal_of(request.state.request_id, message, code, **more)),
        status,
        media_type=f"{media_type}; charset=utf-8",
        headers={**KEPT, **(headers or {})},
    )


def rate_limited(request: Request, refusal: RateLimited) -> Response:
    headers, seconds = {"Retry-After": str(refusal.retry_after)}, refusal.retry_after
    code = CODES[type(refusal)]
    return refused(request, 429, refusal.message, code, headers, retryAfter=seconds)


@dataclass(slots=True)
class Answer:
    """A Starlette response, but for the time that making one takes."""

    status: int
    media_type: str
    body: bytes
    is_whole: bool = True
    """Whether there are no errors in it."""
    cache: Outcome = Outcome.BYPASS
    kept: Entry | None = None
    """What others like this viewer may get of it."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        length = (b"content-length", b"%d" % len(self.body))
        headers = [*_HEADERS[self.media_type], _CACHE[self.cache], length]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


_TYPES = {
    media_type: (b"content-type", f"{media_type}; charset=utf-8".encode())
    for media_type in (RESPONSE, JSON)
}
_HEADERS = {
    media_type: [
        *((name.lower().encode(), value.encode()) for name, value in KEPT.items()),
        content_type,
    ]
    for media_type, content_type in _TYPES.items()
}
_CACHE = {outcome: (b"x-cache", outcome.value.encode()) for outcome in Outcome}


def read(answer: Answer, scope: Scope, headers: Headers) -> ASGIApp:
    """The answer to a GET can be asked for conditionally, as far as nothing is missing in it."""
    if not answer.is_whole:
        return answer
    said = [_CACHE[answer.cache], _TYPES[answer.media_type]]
    return reads.read(scope, headers, answer.body, said, answer.kept)


def answer_of(
    result: ExecutionResult, context: Context, media_type: str, statuses: Statuses
) -> Answer:
    body, status = body_of(result, context), 200
    if result.errors:
        status = statuses.of(result.errors, media_type, executed="data" in body)
    written = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    return Answer(status, media_type, written, is_whole=not result.errors)
