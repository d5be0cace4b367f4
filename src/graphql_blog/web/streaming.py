"""Operations that are answered bit by bit, over WebSockets and in events: body after body."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, NamedTuple, Protocol

from graphql import GraphQLError, OperationDefinitionNode
from strawberry.types import ExecutionResult
from strawberry.types.graphql import OperationType

from graphql_blog.errors import RateLimited
from graphql_blog.graph.context import Context
from graphql_blog.graph.errors import CODES
from graphql_blog.graph.schema import Document, Schema
from graphql_blog.web.parameters import Parameters, Refused
from graphql_blog.web.results import body_of, errors_of, refusal_of, report

AT_ONCE = frozenset({OperationType.QUERY, OperationType.MUTATION})
SUBSCRIBING = frozenset({OperationType.SUBSCRIPTION})


class Executes(Protocol):
    """What carries out operations: the endpoint for HTTP, with its limits and its deadline."""

    @property
    def schema(self) -> Schema: ...
    async def document(self, parameters: Parameters, context: Context) -> Document: ...
    async def result(
        self,
        document: Document,
        parameters: Parameters,
        context: Context,
        allowed: frozenset[OperationType],
        *,
        event: Any = None,
    ) -> ExecutionResult: ...


class Asker(NamedTuple):
    """Who asks for an operation, and what the operation is called in the log."""

    request_id: str
    context: Callable[[], Awaitable[Context]]
    """As of now: roles change, and tokens expire. May raise `Unauthenticated`, `RateLimited`."""


async def bodies(
    execute: Executes, parameters: Parameters, asker: Asker
) -> AsyncGenerator[dict[str, Any], None]:
    """One body for queries and mutations, one for each event of a subscription.

    A body without `data` says why nothing was executed, or nothing more, and is the last.
    """
    try:
        context = await asker.context()
        document = await execute.document(parameters, context)
        operation = document.operation(parameters.operation_name)
        if operation is None or not _is_subscription(operation):
            result = await execute.result(document, parameters, context, AT_ONCE)
            yield _body(result, context)
            return
        events = await execute.schema.events(
            document, parameters.variables, context, parameters.operation_name
        )
        if isinstance(events, ExecutionResult):
            report(events)
            yield {"errors": errors_of(events, asker.request_id)}
            return
        async with aclosing(events):
            async for event in events:
                context = await asker.context()
                result = await execute.result(
                    document, parameters, context, SUBSCRIBING, event=event
                )
                yield _body(result, context)
                # Events may come in a row, and writing them need not wait: others want turns.
                await asyncio.sleep(0)
    except Exception as error:
        yield failure_of(error, asker.request_id)


def failure_of(error: Exception, request_id: str) -> dict[str, Any]:
    """The body that says why there is nothing, or nothing more; logged when it is our fault."""
    match error:
        case Refused():
            return refusal_of(request_id, str(error), error.code, **error.more)
        case RateLimited():
            code, seconds = CODES[type(error)], error.retry_after
            return refusal_of(request_id, error.message, code, retryAfter=seconds)
    located = error if isinstance(error, GraphQLError) else _unlocated(error)
    result = ExecutionResult(None, [located])
    try:
        report(result)
    except Refused as away:
        return failure_of(away, request_id)
    return {"errors": errors_of(result, request_id)}


def is_mutation(operation: OperationDefinitionNode) -> bool:
    return operation.operation.value == OperationType.MUTATION.value


def _is_subscription(operation: OperationDefinitionNode) -> bool:
    return operation.operation.value == OperationType.SUBSCRIPTION.value


def _unlocated(error: Exception) -> GraphQLError:
    return GraphQLError(str(error), original_error=error)


def _body(result: ExecutionResult, context: Context) -> dict[str, Any]:
    if result.errors:
        report(result)
    return body_of(result, context)
