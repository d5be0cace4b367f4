"""The schema at addresses of its own, for tools that want it without asking a query.

/schema.graphql   SDL, as the command `graphql-blog schema` prints it
/schema.json      what the introspection query answers
"""

from collections.abc import Callable
from functools import cached_property

import orjson
from graphql import introspection_from_schema
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from graphql_blog.graph.introspection import SWITCHED_OFF
from graphql_blog.graph.schema import Schema
from graphql_blog.http_cache import etag, named

ALLOWED = {"Allow": "GET, HEAD, OPTIONS"}


class SchemaFile:
    """Made when it is first asked for; it does not change while a process lives."""

    def __init__(self, make: Callable[[], bytes], media_type: str, *, shown: bool) -> None:
        self._make = make
        self._media_type = media_type
        self._shown = shown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(Request(scope))(scope, receive, send)

    @cached_property
    def _body(self) -> bytes:
        return self._make()

    @cached_property
    def _headers(self) -> dict[str, str]:
        return {"ETag": etag(self._body), "Cache-Control": "no-cache"}

    def _answer(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=ALLOWED)
        if request.method not in {"GET", "HEAD"}:
            words = f"{request.method} is not possible here, only {ALLOWED['Allow']}."
            raise HTTPException(405, words, ALLOWED)
        if not self._shown:
            raise HTTPException(404, SWITCHED_OFF)
        if known := named(request.headers.get("if-none-match"), self._headers["ETag"]):
            return Response(status_code=304, headers=self._headers | {"ETag": known})
        return Response(self._body, headers=self._headers, media_type=self._media_type)


def schema_files(schema: Schema) -> list[BaseRoute]:
    sdl = SchemaFile(lambda: _sdl(schema), "text/plain", shown=schema.introspection)
    result = SchemaFile(lambda: _result(schema), "application/json", shown=schema.introspection)
    return [Route("/schema.graphql", sdl), Route("/schema.json", result)]


def _sdl(schema: Schema) -> bytes:
    return f"{schema.as_str()}\n".encode()


def _result(schema: Schema) -> bytes:
    shown = introspection_from_schema(
        schema._schema,
        # No tool knows it yet.
        experimental_directive_deprecation=False,
    )
    return orjson.dumps({"data": shown})
