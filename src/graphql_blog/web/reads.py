"""Answers to GET at the GraphQL endpoint: named by an ETag, and public where that is possible."""

from dataclasses import dataclass

from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_blog import http_cache
from graphql_blog.cache import Entry
from graphql_blog.http_cache import Subject
from graphql_blog.resources import Resources
from graphql_blog.web.headers import HeaderList, Headers

VARY = (b"vary", b"Accept, Authorization")


@dataclass(slots=True)
class Read:
    """A response with the headers of both, what is answered and what was found of it."""

    status: int
    headers: HeaderList
    body: bytes

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        body = b"" if scope["method"] == "HEAD" else self.body
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": body})


def read(
    scope: Scope, request: Headers, body: bytes, of_content: HeaderList, kept: Entry | None
) -> ASGIApp:
    """The answer with its validator and lifetime; 304 when the reader has exactly this already.

    `kept` is what of it is good for all who are like this reader.
    """
    resources: Resources = scope["state"]["resources"]
    subject = None
    if kept is not None and resources.responses is not None and _is_stranger(request):
        subject = Subject(kept.tags, kept.expires_at - resources.responses.memory.clock())
    current, asked = http_cache.etag(body), request.get(b"if-none-match")
    known = http_cache.named(None if asked is None else asked.decode("latin-1"), current)
    said = {**resources.lifetimes.headers(subject), "ETag": known or current}
    headers = [VARY, *((name.lower().encode(), value.encode()) for name, value in said.items())]
    if known is not None:
        return Read(304, headers, b"")
    length = (b"content-length", b"%d" % len(body))
    return Read(200, [*headers, *of_content, length], body)


def _is_stranger(request: Headers) -> bool:
    """Whether nothing says who asks. Cookies mean nothing here, but whoever sends one to a cache
    may mean it.
    """
    return b"authorization" not in request and b"cookie" not in request
