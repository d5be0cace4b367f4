"""The GraphQL endpoint over HTTP: what is asked, by whom, and how the answer is sent.

After the GraphQL-over-HTTP draft: `application/graphql-response+json` for clients that accept it,
with 400 for what could not be executed; `application/json`, always 200, for the others.
"""

import asyncio
from collections.abc import Awaitable
from contextlib import nullcontext
from functools import partial
from http import HTTPStatus
from typing import Any

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

from graphql_blog.auth import Role
from graphql_blog.cache import Entry, Outcome
from graphql_blog.compare.plans import Operation
from graphql_blog.errors import RateLimited, Unauthenticated
from graphql_blog.graph.context import Context
from graphql_blog.graph.errors import CODES
from graphql_blog.graph.persisted.operations import NotAnswered, Operations, WrongHash
from graphql_blog.graph.schema import Document, Schema
from graphql_blog.throttle.meter import EXECUTED
from graphql_blog.web import graphiql, response_cache
from graphql_blog.web.batches import one_after_the_other, require_allowed, require_time
from graphql_blog.web.callers import Caller, context_of, may_see_plan, viewer_of
from graphql_blog.web.comparing import Comparing
from graphql_blog.web.deadlines import Deadlines
from graphql_blog.web.graphql_answers import Answer, answer_of, rate_limited, read, refused
from graphql_blog.web.headers import WANTED, Headers, headers_of
from graphql_blog.web.negotiation import EVENTS, JSON, RESPONSE, Accepted, accepted
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
from graphql_blog.web.results import refusal_of, report
from graphql_blog.web.shortcuts import DECIDING, Sent, Shortcuts, again, sent_by
from graphql_blog.web.sse import EventStream
from graphql_blog.web.statuses import Statuses
from graphql_blog.web.streaming import AT_ONCE, Asker, bodies, is_mutation
from graphql_blog.web.uploads import Limits, received

log = structlog.get_logger("graphql_blog.web.graphql")

# As all that is wrong with a document: clients of old look into no other answer.
ASK_AGAIN = frozenset({"PERSISTED_QUERY_NOT_FOUND", "PERSISTED_QUERY_NOT_ALLOWED"})
READING = frozenset({OperationType.QUERY})
MUTATION_BY_GET = "Only queries are answered by GET: send mutations by POST."
SUBSCRIPTION_AT_ONCE = (
    "Subscriptions are answered as text/event-stream to clients that accept it before JSON,"
    " and over WebSockets that speak graphql-transport-ws."
)
ONE_IN_EVENTS = "A batch or a form is not answered in events: accept JSON."
LONGEST_NAME = 100
"""In what people are told."""


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
        closing: asyncio.Event | None = None,
        comparing: Comparing | None = None,
    ) -> None:
        self.schema = schema
        self._closing = closing or asyncio.Event()
        self._operations = operations
        self._deadlines = Deadlines(timeout)
        self._uploads = uploads
        self._max_batch = max_batch
        self._statuses = statuses
        self._comparing = comparing
        self._shortcuts = Shortcuts()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers, sent = headers_of(scope), None
        if scope["method"] == "POST" and DECIDING.isdisjoint(headers):
            message = await receive()
            sent = sent_by(message, headers, scope["query_string"])
            if sent is not None and (entry := self._kept(sent, scope)):
                answer = await self._paid(entry, scope)
                await answer(scope, receive, send)
                return
            receive = again(message, receive)
        answer = await self._answer(scope, receive, headers, sent)
        await answer(scope, receive, send)

    def _kept(self, sent: Sent, scope: Scope) -> Entry | None:
        """The answer to a stranger who sends what was sent before, while it is kept."""
        responses = getattr(scope["state"]["resources"], "responses", None)
        return self._shortcuts.entry(sent, responses) if responses else None

    async def _paid(self, entry: Entry, scope: Scope) -> ASGIApp:
        if (meter := scope["state"].get("meter")) is not None:
            meter.bill(None)
            try:
                await meter.charge(EXECUTED)
            except RateLimited as refusal:
                return rate_limited(Request(scope), refusal)
        return Answer(entry.status, entry.media_type, entry.body, cache=Outcome.HIT)

    async def _answer(
        self, scope: Scope, receive: Receive, headers: Headers, sent: Sent | None
    ) -> ASGIApp:
        client = accepted(headers.get(b"accept"))
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers=ALLOWED)
        if _wants_page(scope, client):
            return await graphiql.page(Request(scope))
        try:
            return await self._executed(scope, receive, headers, client, sent)
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
        self,
        scope: Scope,
        receive: Receive,
        headers: Headers,
        client: Accepted,
        sent: Sent | None,
    ) -> ASGIApp:
        if client.events:
            return await self._streamed(scope, receive, headers)
        if client.media_type is None:
            words = f"Answers are {RESPONSE}, {JSON} or {EVENTS}: accept one of them."
            raise Refused(406, words, "NOT_ACCEPTABLE")
        # Before anything large is read: who may not ask sends it in vain.
        caller = Caller(scope, headers, await viewer_of(scope, headers), client.media_type, sent)
        asked = await parameters_of(scope, receive, headers)
        if isinstance(asked, Form):
            async with received(asked, receive, headers, self._uploads) as brought:
                return await self._answered(brought, caller._replace(sent=None))
        answer = await self._answered(asked, caller)
        return answer if scope["method"] == "POST" else read(answer, scope, headers)

    def _answered(self, asked: Asked, caller: Caller) -> Awaitable[Answer]:
        if isinstance(asked, Parameters):
            return self._one(asked, caller, self._deadlines)
        return self._batched(asked, caller)

    async def _batched(self, batch: Batch, caller: Caller) -> Answer:
        require_allowed(batch, self._max_batch)
        answer = partial(self._one_of_several, caller._replace(sent=None))
        body = await one_after_the_other(batch, self._deadlines.seconds, answer)
        return Answer(200, caller.media_type, body)

    async def _one(self, parameters: Parameters, caller: Caller, deadlines: Deadlines) -> Answer:
        context, media_type = context_of(caller), caller.media_type
        document = await self.document(parameters, context)
        make = partial(self._made, document, parameters, context, caller, deadlines)
        question = response_cache.question(document, parameters, context, caller.headers)
        if question is None:
            return await make()
        answer, outcome, kept = await question.answered(media_type, make)
        if caller.sent is not None and answer.status == HTTPStatus.OK:
            self._shortcuts.remember(caller.sent, (*question.parts, media_type))
        is_whole = isinstance(answer, Entry) or answer.is_whole
        return Answer(answer.status, media_type, answer.body, is_whole, outcome, kept)

    async def _made(
        self,
        document: Document,
        parameters: Parameters,
        context: Context,
        caller: Caller,
        deadlines: Deadlines,
    ) -> Answer:
        allowed = AT_ONCE if caller.scope["method"] == "POST" else READING
        context.shows_cost = caller.headers.get(b"graphql-cost", b"").lower() in WANTED
        shows_plan = may_see_plan(context, caller.headers)
        compares = caller.headers.get(b"x-compare-rest", b"").lower() in WANTED
        if document.lifted is not None and (shows_plan or compares):
            document = self._operations.prepared(document.text)
        with context.traced() if shows_plan else nullcontext():
            result = await self.result(document, parameters, context, allowed, deadlines)
        if result.errors:
            report(result)
        elif self._comparing and compares:
            _, given, name, _ = parameters
            operation = Operation(document.text, given, name)
            context.rest_equivalent = await self._comparing.rest_equivalent(
                document, operation, caller.scope, deadlines.seconds
            )
        return answer_of(result, context, caller.media_type, self._statuses)

    async def _one_of_several(self, caller: Caller, given: dict[str, Any], seconds: float) -> bytes:
        try:
            require_time(seconds)
            return (await self._one(checked(given), caller, Deadlines(seconds))).body
        except Refused as refusal:
            request_id = caller.scope["state"]["request_id"]
            return orjson.dumps(refusal_of(request_id, str(refusal), refusal.code, **refusal.more))
        except RateLimited as refusal:
            # What came before it is done, and has to be told.
            request_id, code = caller.scope["state"]["request_id"], CODES[type(refusal)]
            seconds = refusal.retry_after
            return orjson.dumps(refusal_of(request_id, refusal.message, code, retryAfter=seconds))

    async def _streamed(self, scope: Scope, receive: Receive, headers: Headers) -> ASGIApp:
        """What GraphQL has to say goes into the stream; what HTTP has to say does not."""

        async def fresh() -> Context:
            return context_of(Caller(scope, headers, await viewer_of(scope, headers), EVENTS))

        context = await fresh()
        parameters = await parameters_of(scope, receive, headers)
        if not isinstance(parameters, Parameters):
            raise Refused(406, ONE_IN_EVENTS, "NOT_ACCEPTABLE")
        if scope["method"] != "POST" and await self._changes(parameters, context):
            raise Refused(405, MUTATION_BY_GET, "METHOD_NOT_ALLOWED", Allow="POST")
        asker = Asker(scope["state"]["request_id"], fresh)
        return EventStream(bodies(self, parameters, asker), self._closing)

    async def _changes(self, parameters: Parameters, context: Context) -> bool:
        try:
            document = await self.document(parameters, context)
        except Refused:
            return False  # The stream is going to say so.
        operation = document.operation(parameters.operation_name)
        return operation is not None and is_mutation(operation)

    async def document(self, parameters: Parameters, context: Context) -> Document:
        """What is to be executed. Raises `Refused` where it is not known, or not answered."""
        query, _, _, document_id = parameters
        if document_id is None and self._operations.any_text:
            return self._operations.alike(query)
        return await self._known(query, document_id, context)

    async def result(
        self,
        document: Document,
        parameters: Parameters,
        context: Context,
        allowed: frozenset[OperationType],
        deadlines: Deadlines | None = None,
        *,
        event: Any = None,
    ) -> ExecutionResult:
        """Raises `Refused` for what is not executed, or not to its end."""
        _, variables, name, _ = parameters
        deadlines = deadlines or self._deadlines
        try:
            with deadlines.begin():
                result = await self.schema.run(
                    document, variables, context, name, allowed, root=event
                )
        except TimeoutError:
            context.loaders.clear()
            log.warning("Request stopped", seconds=deadlines.seconds)
            raise Refused(504, self._too_long(document, name), "TIMEOUT") from None
        except CannotGetOperationTypeError:
            named = f"named {name[:LONGEST_NAME]!r}" if name else "to run"
            words = f"There must be exactly one operation {named} in the document."
            wrong = GraphQLError(words, extensions={"code": "BAD_USER_INPUT"})
            return PreExecutionError(None, [wrong])
        except InvalidOperationTypeError as error:
            if error.operation_type is OperationType.SUBSCRIPTION:
                raise Refused(406, SUBSCRIPTION_AT_ONCE, "NOT_ACCEPTABLE") from None
            raise Refused(405, MUTATION_BY_GET, "METHOD_NOT_ALLOWED", Allow="POST") from None
        if result.errors and document.lifted is not None:
            result.errors = [document.lifted.relocated(error) for error in result.errors]
        return result if document.facts is None else document.facts.within(result, context.cost)

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
        if operation is None or not is_mutation(operation):
            return words
        # A commit that has begun is carried through, though nobody waits for it any more.
        return f"{words} What was done by then stays done: look before you send it again."


def _wants_page(scope: Scope, client: Accepted) -> bool:
    return client.page_first and scope["method"] in {"GET", "HEAD"} and not asks_by_address(scope)
