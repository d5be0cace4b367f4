"""What a GraphQL request over HTTP asks for, read from its body or its address."""

from typing import Any, NamedTuple

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from graphql_blog.web.headers import Headers
from graphql_blog.web.negotiation import JSON, is_json

ALLOWED = {"Allow": "GET, HEAD, POST, OPTIONS"}


class Refused(Exception):
    """The request is refused before GraphQL sees it."""

    def __init__(
        self, status: int, message: str, code: str = "BAD_REQUEST", **headers: str
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers


class Parameters(NamedTuple):
    """The parameters of a GraphQL request, of the right types."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None


async def parameters_of(scope: Scope, receive: Receive, headers: Headers) -> Parameters:
    """Raises `Refused` for what is no GraphQL request."""
    method = scope["method"]
    if method == "POST":
        return _checked(await _from_body(receive, headers))
    if method in {"GET", "HEAD"}:
        return _checked(_from_address(scope["query_string"]))
    raise Refused(405, "Send GET or POST.", "METHOD_NOT_ALLOWED", **ALLOWED)


def asks_by_address(scope: Scope) -> bool:
    return "query" in QueryParams(scope["query_string"])


async def _from_body(receive: Receive, headers: Headers) -> dict[str, Any]:
    if not is_json(headers.get(b"content-type", b"")):
        raise Refused(415, f"Send the body as {JSON}.", "UNSUPPORTED_MEDIA_TYPE")
    body = _json(await _whole(receive), "The body")
    if not isinstance(body, dict):
        raise Refused(400, 'The body must be a JSON object, as in {"query": "{ __typename }"}.')
    return body


async def _whole(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


def _from_address(query_string: bytes) -> dict[str, Any]:
    given = dict(QueryParams(query_string))
    variables = given.pop("variables", "")
    return {**given, "variables": _json(variables.encode(), "`variables`") if variables else None}


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"{what} is not valid JSON: {error}.") from None


def _checked(given: dict[str, Any]) -> Parameters:
    query, variables = given.get("query"), given.get("variables")
    operation_name = given.get("operationName")
    if not isinstance(query, str) or not query:
        raise Refused(400, "`query` must be a text with a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise Refused(400, "`variables` must be a JSON object.")
    if operation_name is not None and not isinstance(operation_name, str):
        raise Refused(400, "`operationName` must be a text.")
    return Parameters(query, variables or {}, operation_name or None)
