"""What a GraphQL request over HTTP asks for, read from its body or its address."""

from typing import Any, NamedTuple

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope

from graphql_blog.web.headers import Headers
from graphql_blog.web.negotiation import JSON, is_json

# As the draft of GraphQL over HTTP names it, and as Relay's servers do.
ID_NAMES = ("documentId", "doc_id", "id")
ASKING = ("query", "extensions", *ID_NAMES)
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
    """Empty where an id stands for it."""
    variables: dict[str, Any]
    operation_name: str | None
    document_id: str | None = None
    """What a document that is known beforehand is asked for by; beside a query, its hash."""


async def parameters_of(scope: Scope, receive: Receive, headers: Headers) -> Parameters:
    """Raises `Refused` for what is no GraphQL request."""
    method = scope["method"]
    if method == "POST":
        return _checked(await _from_body(receive, headers))
    if method in {"GET", "HEAD"}:
        return _checked(_from_address(scope["query_string"]))
    raise Refused(405, "Send GET or POST.", "METHOD_NOT_ALLOWED", **ALLOWED)


def asks_by_address(scope: Scope) -> bool:
    given = QueryParams(scope["query_string"])
    return any(name in given for name in ASKING)


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
    given: dict[str, Any] = dict(QueryParams(query_string))
    for name in ("variables", "extensions"):
        if text := given.pop(name, ""):
            given[name] = _json(text.encode(), f"`{name}`")
    return given


def _json(text: bytes, what: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Refused(400, f"{what} is not valid JSON: {error}.") from None


def _checked(given: dict[str, Any]) -> Parameters:
    query, variables = given.get("query"), given.get("variables")
    operation_name = given.get("operationName")
    extensions, document_id = given.get("extensions"), None
    if extensions is not None or not query:
        document_id = _document_id(given, extensions)
    if not (isinstance(query, str) if query else document_id):
        raise Refused(400, "`query` must be a text with a GraphQL document.")
    if variables is not None and not isinstance(variables, dict):
        raise Refused(400, "`variables` must be a JSON object.")
    if operation_name is not None and not isinstance(operation_name, str):
        raise Refused(400, "`operationName` must be a text.")
    return Parameters(query or "", variables or {}, operation_name or None, document_id)


def _document_id(given: dict[str, Any], extensions: Any) -> str | None:
    """The id that stands for a document. Beside a text only its hash is looked at."""
    if extensions is not None and not isinstance(extensions, dict):
        raise Refused(400, "`extensions` must be a JSON object.")
    if extensions and (persisted := extensions.get("persistedQuery")) is not None:
        return _hash(persisted)
    if given.get("query"):
        return None
    named = next((given[name] for name in ID_NAMES if given.get(name) is not None), None)
    if named is not None and not isinstance(named, str):
        raise Refused(400, "The id of a document must be a text.")
    return named.removeprefix("sha256:") if named else None


def _hash(persisted: Any) -> str:
    sha256 = persisted.get("sha256Hash") if isinstance(persisted, dict) else None
    if not isinstance(sha256, str) or not sha256:
        raise Refused(400, "`persistedQuery` must have the hash of a document as `sha256Hash`.")
    if persisted.get("version") != 1:
        raise Refused(400, "Only version 1 of `persistedQuery` is known.")
    return sha256
