"""`extensions.cost`: what an answer could have cost, what it did, and what is left."""

from typing import Any

from strawberry.types import ExecutionResult

from graphql_blog.graph.context import Context
from graphql_blog.graph.limits.limiter import TooDear


def cost_of(result: ExecutionResult, context: Context) -> dict[str, Any] | None:
    """For those who asked to see it, and for those who are refused by it."""
    refused = next((error for error in result.errors or () if isinstance(error, TooDear)), None)
    cost = refused.cost if refused else context.cost
    if cost is None or not (context.shows_cost or refused):
        return None
    operation = context.operation_cost
    actual = 0 if refused or operation is None else operation.actual(result.data)
    said: dict[str, Any] = {"requestedQueryCost": cost.requested, "actualQueryCost": actual}
    if context.throttle is not None:
        said["throttleStatus"] = context.throttle.told()
    return said
