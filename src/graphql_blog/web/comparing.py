"""The comparison over HTTP: scenarios, the plan for an operation, and what REST would have taken.

GET /compare/scenarios    pages of this blog to compare
POST /compare/plan        {"scenario": "home"} or {"query": …}: the requests of each way
X-Compare-Rest: 1         with a GraphQL request: what whole REST takes for the same
"""

import asyncio
from collections.abc import Mapping
from contextvars import copy_context
from datetime import UTC, datetime
from typing import Any

from graphql import GraphQLError
from graphql.execution.values import get_variable_values
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Message, Scope

from graphql_blog.auth import Role
from graphql_blog.compare.planning import OWN, planned
from graphql_blog.compare.plans import Operation, Plan
from graphql_blog.compare.running import Answer, Failed, Sent, TooMany, run
from graphql_blog.compare.scenarios import Scenario, scenarios_of
from graphql_blog.errors import BadRequest
from graphql_blog.graph.persisted.operations import NotAnswered, Operations
from graphql_blog.graph.schema import Document, Schema
from graphql_blog.rest import answers, problems
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.rest.requests import body_of, resources_of, viewer_from_header, viewer_of
from graphql_blog.throttle.meter import READ
from graphql_blog.web.headers import KNOWN
from graphql_blog.web.tracing import NOTED

MOST_REQUESTS = 200
"""So many requests of REST are made for one of GraphQL, and no more."""
AT_ONCE = 6
KEPT_HEADERS = frozenset({b"authorization", b"host", b"x-forwarded-for", b"forwarded"})
INVALID = "The query is not valid."
NOTHING: Mapping[str, Any] = {}


class Comparing:
    """Plans for the operations that clients may send."""

    def __init__(self, schema: Schema, operations: Operations) -> None:
        self._schema = schema
        self._operations = operations

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/compare/scenarios", self.scenarios, methods=["GET"]),
            Route("/compare/plan", self.plan, methods=["POST"]),
        ]

    async def scenarios(self, request: Request) -> Response:
        await _pay(request)
        found = await _scenarios(request)
        return answers.json([one.as_json() for one in found], headers={"Cache-Control": "no-store"})

    async def plan(self, request: Request) -> Response:
        # Before anything large is read.
        await _pay(request)
        given = await body_of(request)
        scenario, operation = OWN, None
        if (name := given.get("scenario")) is not None:
            found = {one.name: one for one in await _scenarios(request)}
            if not isinstance(name, str) or name not in found:
                names = ", ".join(found)
                raise BadRequest(f"There is no scenario of that name: there is {names}.")
            scenario, operation = found[name], found[name].operation
        else:
            operation = _operation(given)
        document = await self._document(request, operation)
        errors = await self._errors(document, operation)
        if errors:
            code = "GRAPHQL_VALIDATION_FAILED"
            details = [_told(error) for error in errors]
            return problems.problem(request, 400, INVALID, code, details=details)
        made = self.made(document, operation, scenario)
        return answers.json(made.as_json(), headers={"Cache-Control": "no-store"})

    def made(self, document: Document, operation: Operation, scenario: Scenario = OWN) -> Plan:
        """The plan for a valid document. Raises `BadRequest` where there is none."""
        node = document.operation(operation.name)
        if node is None or document.document is None:
            raise BadRequest("There must be exactly one operation to run, or its name beside it.")
        graphql_schema = self._schema._schema
        return planned(graphql_schema, document.document, node, operation, scenario)

    async def rest_equivalent(
        self, document: Document, operation: Operation, scope: Scope, seconds: float
    ) -> dict[str, Any] | None:
        """What REST as commonly written takes for the same: its requests are made, and counted.

        None for what is no query. Where it does not come to an end, `incomplete` says why.
        """
        try:
            plan = self.made(document, operation)
        except BadRequest:
            return None
        paths: list[str] = []
        received = 0
        turns = asyncio.Semaphore(AT_ONCE)

        async def send(sent: Sent) -> Answer:
            nonlocal received
            async with turns:
                paths.append(sent.path)
                answer = await _asked(scope, sent)
            received += len(answer.body)
            return answer

        incomplete = ""
        try:
            async with asyncio.timeout(seconds):
                await run(plan.ways[0], send, most=MOST_REQUESTS)
        except TooMany:
            incomplete = f"After {MOST_REQUESTS} requests no more were made."
        except TimeoutError:
            incomplete = f"After {seconds:g} seconds no more were made."
        except Failed as error:
            incomplete = str(error)
        told: dict[str, Any] = {"requests": len(paths), "bytes": received, "urls": paths}
        told |= {"incomplete": incomplete} if incomplete else {}
        return told | ({"notes": list(plan.notes)} if plan.notes else {})

    async def _document(self, request: Request, operation: Operation) -> Document:
        if self._operations.any_text:
            return self._operations.prepared(operation.query)
        redis, privileged = resources_of(request).redis, viewer_of(request).role is Role.ADMIN
        try:
            return await self._operations.document(
                operation.query, None, redis, privileged=privileged
            )
        except NotAnswered as refusal:
            raise BadRequest(str(refusal)) from None

    async def _errors(self, document: Document, operation: Operation) -> list[GraphQLError]:
        variables = dict(operation.variables)
        if document.facts is None or document.document is None:
            return list(document.errors)
        errors = list(document.facts.errors(document.errors, variables, operation.name))
        cost = document.facts.operation(operation.name)
        if not errors and cost is not None:
            refused = document.facts.refused(cost, cost.of(variables), variables)
            errors = [refused] if refused else []
        node = document.operation(operation.name)
        if not errors and node is not None:
            declared = node.variable_definitions or ()
            coerced = get_variable_values(self._schema._schema, declared, variables)
            errors = coerced if isinstance(coerced, list) else []
        return errors


async def _scenarios(request: Request) -> list[Scenario]:
    rows, viewer = resources_of(request).rows, viewer_of(request)
    return await scenarios_of(Reading(rows, viewer, datetime.now(UTC)))


async def _pay(request: Request) -> None:
    request.state.viewer = await viewer_from_header(request)
    if meter := request.scope["state"].get("meter"):
        meter.bill(request.state.viewer.id)
        await meter.charge(READ)


def _operation(given: Mapping[str, Any]) -> Operation:
    query, variables, name = (given.get(key) for key in ("query", "variables", "operationName"))
    if not isinstance(query, str) or not query.strip():
        raise BadRequest('Send {"scenario": …}, or {"query": …} with a GraphQL query.')
    if variables is not None and not isinstance(variables, dict):
        raise BadRequest("`variables` must be a JSON object.")
    if name is not None and not isinstance(name, str):
        raise BadRequest("`operationName` must be a text.")
    return Operation(query, variables or NOTHING, name or None)


def _told(error: GraphQLError) -> dict[str, Any]:
    told = error.formatted
    return {name: told[name] for name in ("message", "locations", "extensions") if name in told}


async def _asked(scope: Scope, sent: Sent) -> Answer:
    """A request to this application by the same client, without a way over the network."""
    path, _, query = sent.path.partition("?")
    headers = [header for header in scope["headers"] if header[0] in KEPT_HEADERS]
    inner = {
        **scope,
        "method": sent.method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [*headers, (b"accept", b"application/json")],
        "state": {**scope["state"]},
    }
    inner.pop(KNOWN, None)
    received: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": sent.body, "more_body": False}

    async def send(message: Message) -> None:
        received.append(message)

    # A request of its own: with its own id and line in the log, and not part of what is traced.
    context = copy_context()
    context.run(NOTED.set, None)
    await asyncio.create_task(scope["app"](inner, receive, send), context=context)
    start, *bodies = received
    said = {name.decode(): value.decode("latin-1") for name, value in start["headers"]}
    body = b"".join(one.get("body", b"") for one in bodies)
    return Answer(start["status"], said, body, len(body))
