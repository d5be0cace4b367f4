"""The GraphQL endpoint over HTTP: what is asked, by whom, and how the answer is sent.

After the GraphQL-over-HTTP draft: `application/graphql-response+json` for clients that accept it,
with 400 for what could not be executed; `application/json`, always 200, for the others.
"""

from collections.abc import Awaitable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, NamedTuple

import orjson
import structlog
from graphql import GraphQLError
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graphql_blog.auth import Role, Viewer
from graphql_blog.engine.trace_json import as_json
from graphql_blog.errors import RateLimited, Unauthenticated
from graphql_blog.graph.context import Context
from graphql_blog.graph.errors import CODES, formatted, is_unforeseen
from graphql_blog.graph.persisted.operations import NotAnswered, Operations, WrongHash
from graphql_blog.graph.schema import Document, Schema
from graphql_blog.resources import is_database_away
from graphql_blog.services import users
from graphql_blog.web import graphiql
from graphql_blog.web.batches import one_after_the_other, require_allowed, require_time
from graphql_blog.web.deadlines import Deadlines
from graphql_blog.web.headers import Headers, headers_of
from graphql_blog.web.negotiation import JSON, RESPONSE, Accepted, accepted
from graphql_blog.web.parameters import (
    ALLOWED,
    Asked,
    Batch,
    Form,
    Parameters,
    Refused,
    asks_by_address,
    checked,
    parameters_of,
)
from graphql_blog.web.statuses import Statuses
from graphql_blog.web.uploads import Limits, received

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

    def __init__(
        self,
        schema: Schema,
        operations: Operations,
        *,
        timeout: float,
        uploads: Limits,
        max_batch: int,
        statuses: Statuses,
    ) -> None:
        self._schema = schema
        self._operations = operations
        self._deadlines = Deadlines(timeout)
        self._uploads = uploads
        self._max_batch = max_batch
        self._statuses = statuses

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
            status, code, with_headers = refusal.status, refusal.code, refusal.headers
            if code in ASK_AGAIN and client.media_type == JSON:
                status = 200
            return refused(Request(scope), status, str(refusal), code, with_headers, **refusal.more)
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
        # Before anything large is read: who may not ask sends it in vain.
        caller = _Caller(scope, headers, await _viewer(scope, headers), client.media_type)
        asked = await parameters_of(scope, receive, headers)
        if isinstance(asked, Form):
            async with received(asked, receive, headers, self._uploads) as brought:
                return await self._answered(brought, caller)
        return await self._answered(asked, caller)

    def _answered(self, asked: Asked, caller: "_Caller") -> Awaitable["_Answer"]:
        if isinstance(asked, Parameters):
            return self._one(asked, caller, self._deadlines)
        return self._batched(asked, caller)

    async def _batched(self, batch: Batch, caller: "_Caller") -> "_Answer":
        require_allowed(batch, self._max_batch)
        answer = partial(self._one_of_several, caller)
        body = await one_after_the_other(batch, self._deadlines.seconds, answer)
        return _Answer(200, caller.media_type, body)

    async def _one(
        self, parameters: Parameters, caller: "_Caller", deadlines: Deadlines
    ) -> "_Answer":
        context = _context(caller)
        allowed = ANYTHING if caller.scope["method"] == "POST" else READING
        with context.traced() if _may_see_plan(context, caller.headers) else nullcontext():
            result = await self._result(parameters, context, allowed, deadlines)
        if result.errors:
            _report(result)
        return _answer(result, context, caller.media_type, self._statuses)

    async def _one_of_several(
        self, caller: "_Caller", given: dict[str, Any], seconds: float
    ) -> bytes:
        try:
            require_time(seconds)
            return (await self._one(checked(given), caller, Deadlines(seconds))).body
        except Refused as refusal:
            request_id = caller.scope["state"]["request_id"]
            return _refusal(request_id, str(refusal), refusal.code, **refusal.more)
        except RateLimited as refusal:
            # What came before it is done, and has to be told.
            request_id, code = caller.scope["state"]["request_id"], CODES[type(refusal)]
            seconds = refusal.retry_after
            return _refusal(request_id, refusal.message, code, retryAfter=seconds)

    async def _result(
        self,
        parameters: Parameters,
        context: Context,
        allowed: frozenset[OperationType],
        deadlines: Deadlines,
    ) -> ExecutionResult:
        query, variables, name, document_id = parameters
        if document_id is None and self._operations.any_text:
            document = self._operations.prepared(query)
        else:
            document = await self._known(query, document_id, context)
        try:
            with deadlines.begin():
                return await self._schema.run(document, variables, context, name, allowed)
        except TimeoutError:
            context.loaders.clear()
            log.warning("Request stopped", seconds=self._deadlines.seconds)
            raise Refused(504, self._too_long(document, name), "TIMEOUT") from None
        except CannotGetOperationTypeError:
            named = f"named {name!r}" if name else "to run"
            words = f"There must be exactly one operation {named} in the document."
            wrong = GraphQLError(words, extensions={"code": "BAD_USER_INPUT"})
            return PreExecutionError(None, [wrong])
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
    **more: Any,
) -> Response:
    """A refusal of the whole request: nothing was executed, hence no `data`."""
    media_type = accepted(headers_of(request.scope).get(b"accept")).refusal_type
    return Response(
        _refusal(request.state.request_id, message, code, **more),
        status,
        media_type=f"{media_type}; charset=utf-8",
        headers={**KEPT, **(headers or {})},
    )


def rate_limited(request: Request, refusal: RateLimited) -> Response:
    headers, seconds = {"Retry-After": str(refusal.retry_after)}, refusal.retry_after
    code = CODES[type(refusal)]
    return refused(request, 429, refusal.message, code, headers, retryAfter=seconds)


def _refusal(request_id: str, message: str, code: str, **more: Any) -> bytes:
    extensions = {"code": code, **more, "requestId": request_id}
    return orjson.dumps({"errors": [{"message": message, "extensions": extensions}]})


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


class _Caller(NamedTuple):
    """Who asks, and how."""

    scope: Scope
    headers: Headers
    viewer: Viewer
    media_type: str


async def _viewer(scope: Scope, headers: Headers) -> Viewer:
    authorization = headers.get(b"authorization")
    given = None if authorization is None else authorization.decode("latin-1")
    viewer = await users.viewer_from(scope["state"]["resources"], given)
    if (meter := scope["state"].get("meter")) is not None:
        meter.bill(viewer.id)
    return viewer


def _context(caller: _Caller) -> Context:
    state, client = caller.scope["state"], caller.scope.get("client")
    return Context(
        viewer=caller.viewer,
        now=datetime.now(UTC),
        request_id=state["request_id"],
        resources=state["resources"],
        address=client[0] if client else "",
        meter=state.get("meter"),
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


def _answer(
    result: ExecutionResult, context: Context, media_type: str, statuses: Statuses
) -> _Answer:
    body: dict[str, Any] = {}
    executed = _is_executed(result)
    if executed:
        body["data"] = result.data
    status = 200
    if result.errors:
        body["errors"] = _formatted(result, context)
        status = statuses.of(result.errors, media_type, executed=executed)
    if extensions := _extensions(context, executed=executed):
        body["extensions"] = extensions
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
