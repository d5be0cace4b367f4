"""JSON with validators: each answer has an ETag, so that clients ask again only for what changed.

read     If-None-Match names the ETag      → 304, nothing is sent twice
change   If-Match does not name the ETag   → 412, nobody's work is overwritten
"""

from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

# What is answered depends on who asks and in which form; it may be kept, but not used unasked.
SHARED_HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept, Authorization"}


def json(
    content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    return Response(_encoded(content), status_code, headers, "application/json")


def validated(
    content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON with the ETag to ask or change conditionally with."""
    return json(content, status_code, {**SHARED_HEADERS, "ETag": etag(content), **(headers or {})})


def fresh(request: Request, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    """The same for a read: 304 when the reader has exactly this already."""
    response = validated(content, headers=headers)
    if not names(request.headers.get("if-none-match"), response.headers["etag"]):
        return response
    of_content = ("content-length", "content-type")
    kept = {name: value for name, value in response.headers.items() if name not in of_content}
    return Response(status_code=304, headers=kept)


def etag(content: Any) -> str:
    return f'"{blake2b(_encoded(content), digest_size=12).hexdigest()}"'


def require_match(request: Request, current: str) -> None:
    """Refuses with 412 when `If-Match` names other versions than the current one."""
    if not names(request.headers.get("if-match"), current):
        raise HTTPException(412, "It was changed since you read it: read it again.")


def names(header: str | None, current: str) -> bool:
    if header is None:
        return False
    # Proxies that compress turn our ETags into weak ones; they name the same version still.
    named = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in named or current in named


def _encoded(content: Any) -> bytes:
    return orjson.dumps(content, option=orjson.OPT_UTC_Z)
