"""Answers with validators: each has an ETag, so that clients ask again only for what changed.

read     If-None-Match names the ETag      → 304, nothing is sent twice
change   If-Match does not name the ETag   → 412, nobody's work is overwritten
"""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog import http_cache

# What is answered depends on who asks and in which form; it may be kept, but not used unasked.
OF_READERS = {"Cache-Control": http_cache.PRIVATE, "Vary": "Accept, Authorization"}
FOR_EVERYBODY = {"Cache-Control": "no-cache"}
"""What is the same for all until another release of this server."""


def json(
    content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(encoded(content), status_code, headers, "application/json")


def validated(
    content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON with the ETag to ask or change conditionally with."""
    body = encoded(content)
    said = {**OF_READERS, "ETag": http_cache.etag(body), **(headers or {})}
    return Response(body, status_code, said, "application/json")


def fresh(request: Request, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    """The same for a read: 304 when the reader has exactly this already."""
    said = {**OF_READERS, **(headers or {})}
    return fresh_bytes(request, encoded(content), "application/json", said)


def fresh_bytes(
    request: Request, body: bytes, media_type: str, headers: Mapping[str, str]
) -> Response:
    """The same for what is no JSON."""
    response = Response(body, 200, {"ETag": http_cache.etag(body), **headers}, media_type)
    known = http_cache.named(request.headers.get("if-none-match"), response.headers["etag"])
    if known is None:
        return response
    of_content = ("content-length", "content-type")
    kept = {name: value for name, value in response.headers.items() if name not in of_content}
    return Response(status_code=304, headers=kept | {"etag": known})


def etag(content: Any) -> str:
    return http_cache.etag(encoded(content))


def require_match(request: Request, current: str) -> None:
    """Refuses with 412 when `If-Match` names other versions than the current one."""
    if not http_cache.names(request.headers.get("if-match"), current):
        raise HTTPException(412, "It was changed since you read it: read it again.")


def encoded(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_UTC_Z)
