"""What became of an operation, in the form that clients get, whatever way it goes to them."""

from typing import Any

import structlog
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from graphql_blog.engine.trace_json import as_json
from graphql_blog.graph.context import Context
from graphql_blog.graph.cost_extension import cost_of
from graphql_blog.graph.errors import formatted, is_unforeseen
from graphql_blog.resources import is_database_away
from graphql_blog.web.parameters import Refused

log = structlog.get_logger("graphql_blog.web.results")

DATABASE_AWAY = "The database is away: try again soon."


def report(result: ExecutionResult) -> None:
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


def body_of(result: ExecutionResult, context: Context) -> dict[str, Any]:
    """With `data` exactly when something was executed."""
    body: dict[str, Any] = {}
    executed = _is_executed(result)
    if executed:
        body["data"] = result.data
    if result.errors:
        body["errors"] = errors_of(result, context.request_id)
    if extensions := _extensions(result, context, executed=executed):
        body["extensions"] = extensions
    return body


def errors_of(result: ExecutionResult, request_id: str) -> list[dict[str, Any]]:
    invalid = isinstance(result, PreExecutionError)
    otherwise = "GRAPHQL_VALIDATION_FAILED" if invalid else "BAD_USER_INPUT"
    return [formatted(error, request_id, otherwise=otherwise) for error in result.errors or ()]


def refusal_of(request_id: str, message: str, code: str, **more: Any) -> dict[str, Any]:
    """The body that says why nothing was executed, hence without `data`."""
    extensions = {"code": code, **more, "requestId": request_id}
    return {"errors": [{"message": message, "extensions": extensions}]}


def _extensions(result: ExecutionResult, context: Context, *, executed: bool) -> dict[str, Any]:
    extensions: dict[str, Any] = {}
    if cost := cost_of(result, context):
        extensions["cost"] = cost
    if context.notices:
        extensions["notices"] = context.notices
    if context.rest_equivalent:
        extensions["restEquivalent"] = context.rest_equivalent
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
