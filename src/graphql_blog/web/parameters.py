"""What a GraphQL request over HTTP asks for, read from its body or its address."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import parse_qsl

import orjson
from python_multipart.multipart import parse_options_header
from starlette.datastructures import QueryParams
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope

from graphql_blog.json_size import MOST_VALUES, values_in
from graphql_blog.web.headers import Headers
from graphql_blog.web.negotiation import JSON, charset_of, is_json

# As the draft of GraphQL over HTTP names it, and as Relay's servers do.
ID_NAMES = ("documentId", "doc_id", "id")
ASKING = ("query", "extensions", *ID_NAMES)
ALLOWED = {"Allow": "GET, HEAD, POST, OPTIONS"}
FORM = b"multipart/form-data"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NO_REQUEST = 'The body must be a JSON object, as in {"query": "{ __typename }"}.'
# By address they are texts, and these hold JSON.
JSON_PARAMETERS = ("variables", "extensions")
PARAMETERS = frozenset({"query", "operationName", *JSON_PARAMETERS, *ID_NAMES})


class Refused(Exception):
    """The request is refused before GraphQL sees it."""

    def __init__(
        self, status: int, message: str, code: str = "BAD_REQUEST", **headers: str
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = headers
        self.more: Mapping[str, Any] = {}
        """What else programs are told, beside the code."""


class Parameters(NamedTuple):
    """The parameters of a GraphQL request, of the right types."""

    query: str
    """Empty where an id stands for it."""
    variables: dict[str, Any]
    operation_name: str | None
    document_id: str | None = None
    """What a document that is known beforehand is asked for by; beside a query, its hash."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Several requests in one, none of them looked at yet."""

    requests: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Form:
    """A body of several parts, not read yet."""

    boundary: bytes


Asked: TypeAlias = Parameters | Batch


async def parameters_of(scope: Scope, receive: Receive, headers: Headers) -> Asked | Form:
    """Raises `Refused` for what is no GraphQL request."""
    method = scope["method"]
    if method == "POST":
        return await _from_body(receive, headers)
    if method in {"GET", "HEAD"}:
        return checked(_from_address(scope["query_string"]))
    raise Refused(405, f"Send GET or POST, not {method}.", "METHOD_NOT_ALLOWED", **ALLOWED)


def asks_by_address(scope: Scope) -> bool:
    given = QueryParams(scope["query_string"])
    return any(name in given for name in ASKING)


def asked_in(body: Any, what: str = NO_REQUEST) -> Asked:
    """What is asked by a JSON object, or by a list of them."""
    if isinstance(body, dict):
        return checked(body)
    if isinstance(body, list) and all(isinstance(request, dict) for request in body):
        return Batch(body)
    raise Refused(400, what)


def checked(given: dict[str, Any]) -> Parameters:
    """The parameters in what a client sent, whatever way it came. Raises `Refused`."""
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


def read_json(text: bytes, what: str) -> Any:
    """Of keys that come twice the last one counts, as it does in JavaScript."""
    if count := values_in(text):
        words = f"{what} may have {MOST_VALUES:,} values, not more."
        refusal = Refused(400, words, "VARIABLES_TOO_LARGE")
        refusal.more = {"value": count, "limit": MOST_VALUES}
        raise refusal
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if text.startswith(BYTE_ORDER_MARK) and not text.startswith(BYTE_ORDER_MARK * 2):
            # RFC 8259 §8.1: it should not be there, and may be passed over.
            return read_json(text.removeprefix(BYTE_ORDER_MARK), what)
        raise Refused(400, _why_no_json(text, what, error)) from None


def chunk_in(message: Message) -> tuple[bytes, bool]:
    """A piece of a body, and whether there are more."""
    if message["type"] == "http.disconnect":
        raise ClientDisconnect
    return message.get("body", b""), message.get("more_body", False)


async def _from_body(receive: Receive, headers: Headers) -> Asked | Form:
    content_type = headers.get(b"content-type", b"")
    form = None if is_json(content_type) else _form(content_type)
    if b"content-encoding" in headers:
        words = "Send the body as it is, without Content-Encoding."
        raise Refused(415, words, "UNSUPPORTED_MEDIA_TYPE", **{"Accept-Encoding": "identity"})
    if form is not None:
        return form
    return asked_in(read_json(await _whole(receive), "The body"))


def _form(content_type: bytes) -> Form:
    media_type, options = parse_options_header(content_type)
    if media_type == FORM:
        return Form(options.get(b"boundary", b""))
    words = f"Send the body as {JSON}."
    if media_type == JSON.encode():
        words = f"Send the body in UTF-8, not in {charset_of(options)}."
    raise Refused(415, words, "UNSUPPORTED_MEDIA_TYPE")


async def _whole(receive: Receive) -> bytes:
    chunk, more = chunk_in(await receive())
    if not more:
        return chunk
    chunks = [chunk]
    while more:
        chunk, more = chunk_in(await receive())
        chunks.append(chunk)
    return b"".join(chunks)


def _from_address(query_string: bytes) -> dict[str, Any]:
    try:
        pairs = parse_qsl(query_string.decode(), keep_blank_values=True, errors="strict")
    except UnicodeDecodeError:
        raise Refused(400, "The address has bytes in it that are no UTF-8.") from None
    twice = [name for name, n in Counter(name for name, _ in pairs).items() if n > 1]
    if unclear := PARAMETERS.intersection(twice):
        raise Refused(400, f"`{min(unclear)}` is in the address more than once.")
    given: dict[str, Any] = dict(pairs)
    for name in JSON_PARAMETERS:
        text = given.get(name)
        given[name] = read_json(text.encode(), f"`{name}`") if text else None
    return given


def _why_no_json(text: bytes, what: str, error: orjson.JSONDecodeError) -> str:
    try:
        text.decode()
    except UnicodeDecodeError as wrong:
        return f"{what} is not UTF-8: see the byte at position {wrong.start}."
    if not text.strip():
        return f"{what} is empty: send a JSON object."
    return f"{what} is not valid JSON: {error}."


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
