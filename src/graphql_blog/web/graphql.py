"""The GraphQL endpoint over HTTP: what is asked, by whom, and how the answer is sent.

After the GraphQL-over-HTTP draft: `application/graphql-response+json` for clients that accept it,
with 400 for what could not be executed; `application/json`, always 200, for the others.
"""

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graphql_blog.auth import Role
from graphql_blog.engine.trace_json import as_json
from graphql_blog.errors import RateLimited, Unauthenticated
from graphql_blog.graph.context import Context
from graphql_blog.graph.errors import CODES, formatted, is_unforeseen
from graphql_blog.graph.persisted.operations import NotAnswered, Operations, WrongHash
from graphql_blog.graph.schema import Document, Schema
from graphql_blog.resources import is_database_away
from graphql_blog.services import users
from graphql_blog.web import graphiql
from graphql_blog.web.deadlines import Deadlines
from graphql_blog.web.headers import Headers, headers_of
from graphql_blog.web.negotiation import JSON, RESPONSE, Accepted, accepted
from graphql_blog.web.parameters import (
    ALLOWED,
    Parameters,
    Refused,
    asks_by_address,
    parameters_of,
)

log = structlog.get_logger("graphql_blog.web.graphql")

DATABASE_AWAY = "The database is away: try again soon."
PLAN_WANTED = frozenset({b"1", b"true", b"on"})
# As all that is wrong with a document: clients of old look into no other answer.
ASK_AGAIN = frozenset({"PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_ALLOWED"})
READING = frozenset({OperationType.QUERY})
ANYTHING = frozenset(OperationType)
# Answers differ by who asks, so that no cache between may keep them.
KEPT = {"Cache-Control": "no-store", "Vary": "Accept, Authorization"}


class Endpoint:
    """An ASGI application: programs get JSON, browsers get GraphiQL."""

    def __init__(self, schema: Schema, operations: Operations, *, timeout: float) -> None:
        self._schema = schema
        self._operations = operations
        self._deadlines = Deadlines(timeout)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = await self._answer(scope, receive)
        await answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> ASGIApp:
        headers = headers_of(scope)
        client = accepted(headers.get(b"accept"))
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=ALLOWED)
        if _wants_page(scope, client):
            return await graphiql.page(Request(scope))
        try:
            return await self._executed(scope, receive, headers, client)
        except Refused as refusal:
            status, code, more = refusal.status, refusal.code, refusal.headers
            if code in ASK_AGAIN and client.media_type == JSON:
                status = 200
            return refused(Request(scope), status, str(refusal), code, more)
        except Unauthenticated as refusal:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            code, reason = CODES[type(refusal)], refusal.reason
            return refused(Request(scope), 401, refusal.message, code, challenge, reason=reason)
        except RateLimited as refusal:
            return rate_limited(Request(scope), refusal)

    async def _executed(
        self, scope: Scope, receive: Receive, headers: Headers, client: Accepted
    ) -> ASGIApp:
        if client.media_type is None:
            words = f"Answers are {RESPONSE} or {JSON}: accept one of them."
            raise Refused(406, words, "NOT_ACCEPTABLE")
        parameters = await parameters_of(scope, receive, headers)
        context = await _context(scope, headers)
        allowed = ANYTHING if scope["method"] == "POST" else READING
        with context.traced() if _may_see_plan(context, headers) else nullcontext():
            result = await self._result(parameters, context, allowed)
        if result.errors:
            _report(result)
        return _answer(result, context, client.media_type)

    async def _result(
        self, parameters: Parameters, context: Context, allowed: frozenset[OperationType]
    ) -> ExecutionResult:
        query, variables, name, document_id = parameters
        if document_id is None and self._operations.any_text:
            document = self._operations.prepared(query)
        else:
            document = await self._known(query, document_id, context)
        try:
            with self._deadlines.begin():
                return await self._schema.run(document, variables, context, name, allowed)
        except TimeoutError:
            context.loaders.clear()
            log.warning("Request stopped", seconds=self._deadlines.seconds)
            raise Refused(504, self._too_long(document, name), "TIMEOUT") from None
        except CannotGetOperationTypeError:
            named = f"named {name!r}" if name else "to run"
            words = f"There must be exactly one operation {named} in the document."
            raise Refused(400, words, "BAD_USER_INPUT") from None
        except InvalidOperationTypeError:
            words = "Only queries are answered by GET: send mutations by POST."
            raise Refused(405, words, "METHOD_NOT_ALLOWED", Allow="POST") from None

    async def _known(self, query: str, document_id: str | None, context: Context) -> Document:
        """The document that has an id, or the text of which has to be allowed."""
        privileged = context.viewer.role is Role.ADMIN
        try:
            return await self._operations.document(
                query or None, document_id, context.resources.redis, privileged=privileged
            )
        except NotAnswered as refusal:
            raise Refused(400, str(refusal), refusal.code) from None
        except WrongHash as refusal:
            raise Refused(400, str(refusal)) from None

    def _too_long(self, document: Document, name: str | None) -> str:
        limit = f"A request may take {self._deadlines.seconds:g} seconds"
        words = f"{limit}: ask for less, or in several requests."
        operation = document.operation(name)
        if operation is None or operation.operation.value != OperationType.MUTATION.value:
            return words
        # A commit that has begun is carried through, though nobody waits for it any more.
        return f"{words} What was done by then stays done: look before you send it again."


def refused(
    request: Request,
    status: int,
    message: str,
    code: str,
    headers: Mapping[str, str] | None = None,
    **more: str | int,
) -> Response:
    """A refusal of the whole request: nothing was executed, hence no `data`."""
    extensions = {"code": code, **more, "requestId": request.state.request_id}
    body = {"errors": [{"message": message, "extensions": extensions}]}
    media_type = accepted(headers_of(request.scope).get(b"accept")).refusal_type
    return Response(
        orjson.dumps(body),
        status,
        media_type=f"{media_type}; charset=utf-8",
        headers={**KEPT, **(headers or {})},
    )


def rate_limited(request: Request, refusal: RateLimited) -> Response:
    headers, seconds = {"Retry-After": str(refusal.retry_after)}, refusal.retry_after
    code = CODES[type(refusal)]
    return refused(request, 429, refusal.message, code, headers, retryAfter=seconds)


@dataclass(slots=True)
class _Answer:
    """A Starlette response, but for the time that making one takes."""

    status: int
    media_type: str
    body: bytes

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        length = (b"content-length", b"%d" % len(self.body))
        headers = [*_HEADERS[self.media_type], length]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": self.body})


_HEADERS = {
    media_type: [
        *((name.lower().encode(), value.encode()) for name, value in KEPT.items()),
        (b"content-type", f"{media_type}; charset=utf-8".encode()),
    ]
    for media_type in (RESPONSE, JSON)
}


def _wants_page(scope: Scope, client: Accepted) -> bool:
    return client.page_first and scope["method"] in {"GET", "HEAD"} and not asks_by_address(scope)


async def _context(scope: Scope, headers: Headers) -> Context:
    state, authorization = scope["state"], headers.get(b"authorization")
    resources = state["resources"]
    given = None if authorization is None else authorization.decode("latin-1")
    viewer = await users.viewer_from(resources, given)
    meter, client = state.get("meter"), scope.get("client")
    if meter is not None:
        meter.bill(viewer.id)
    return Context(
        viewer=viewer,
        now=datetime.now(UTC),
        request_id=state["request_id"],
        resources=resources,
        address=client[0] if client else "",
        meter=meter,
    )


def _may_see_plan(context: Context, headers: Headers) -> bool:
    """Only administrators: a plan has the SQL, and counts rows that not everybody may see."""
    wanted = headers.get(b"graphql-plan", b"").lower() in PLAN_WANTED
    return wanted and context.viewer.role is Role.ADMIN


def _report(result: ExecutionResult) -> None:
    """Logs what is no fault of the client's. Raises `Refused` when the database is away."""
    unforeseen = [error for error in result.errors or () if is_unforeseen(error)]
    away = [error for error in unforeseen if is_database_away(error.original_error)]
    for error in unforeseen:
        if error not in away:
            log.error("Unforeseen error", path=error.path, exc_info=error.original_error or error)
    if away:
        refusal = away[0].original_error
        cause = refusal.__cause__ if refusal and refusal.__cause__ else refusal
        log.error("Database connection failed", error=f"{type(cause).__name__}: {cause}")
        if not any((result.data or {}).values()):
            headers = {"Retry-After": "5"}
            raise Refused(503, DATABASE_AWAY, "SERVICE_UNAVAILABLE", **headers)


def _answer(result: ExecutionResult, context: Context, media_type: str) -> _Answer:
    body: dict[str, Any] = {}
    executed = _is_executed(result)
    if executed:
        body["data"] = result.data
    if result.errors:
        body["errors"] = _formatted(result, context)
    if extensions := _extensions(context, executed=executed):
        body["extensions"] = extensions
    status = 200 if executed or media_type == JSON else 400
    if not executed and any(map(is_unforeseen, result.errors or ())):
        status = 500
    return _Answer(status, media_type, orjson.dumps(body, option=orjson.OPT_UTC_Z))


def _extensions(context: Context, *, executed: bool) -> dict[str, Any]:
    extensions: dict[str, Any] = {}
    if context.notices:
        extensions["notices"] = context.notices
    if context.trace and executed:
        extensions["plan"] = as_json(context.trace)
    return extensions


def _is_executed(result: ExecutionResult) -> bool:
    if result.data is not None:
        return True
    # Variables that do not fit their types are found out by execution, before any field.
    return not isinstance(result, PreExecutionError) and any(
        error.path is not None for error in result.errors or ()
    )


def _formatted(result: ExecutionResult, context: Context) -> list[dict[str, Any]]:
    invalid = isinstance(result, PreExecutionError)
    otherwise = "GRAPHQL_VALIDATION_FAILED" if invalid else "BAD_USER_INPUT"
    return [
        formatted(error, context.request_id, otherwise=otherwise) for error in result.errors or ()
    ]
