"""The GraphQL endpoint over HTTP: what is asked, by whom, and how the answer is sent.

After the GraphQL-over-HTTP draft: `application/graphql-response+json` for clients that accept it,
with 400 for what could not be executed; `application/json`, always 200, for the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson
import structlog
from starlette.requests import Request
from starlette.responses import Response
from strawberry.exceptions import MissingQueryError
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graphql_blog.errors import Unauthenticated
from graphql_blog.graph.context import Context
from graphql_blog.graph.errors import CODES, formatted, is_unforeseen
from graphql_blog.graph.schema import Schema, build_schema
from graphql_blog.resources import is_database_away
from graphql_blog.rest.endpoint import takes_json, weights
from graphql_blog.services import users
from graphql_blog.web import graphiql

log = structlog.get_logger("graphql_blog.web.graphql")

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
DATABASE_AWAY = "The database is away: try again soon."
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


@dataclass(frozen=True)
class Parameters:
    """The parameters of a GraphQL request, of the right types."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None


@cache
def schema() -> Schema:
    return build_schema()


async def endpoint(request: Request) -> Response:
    """Programs get JSON, browsers get GraphiQL."""
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=ALLOWED)
    if _wants_page(request):
        return await graphiql.page(request)
    try:
        media_type = _media_type(request)
        parameters = await _parameters(request)
        context = await _context(request)
        result = await _execute(request, parameters, context)
    except Refused as refusal:
        return refused(request, refusal.status, str(refusal), refusal.code, refusal.headers)
    except Unauthenticated as refusal:
        headers = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
        code, reason = CODES[type(refusal)], refusal.reason
        return refused(request, 401, refusal.message, code, headers, reason=reason)
    return _answer(result, context, media_type)


def refused(
    request: Request,
    status: int,
    message: str,
    code: str,
    headers: Mapping[str, str] | None = None,
    **more: str,
) -> Response:
    """A refusal of the whole request: nothing was executed, hence no `data`."""
    extensions = {"code": code, **more, "requestId": request.state.request_id}
    body = {"errors": [{"message": message, "extensions": extensions}]}
    accepted = weights(request.headers.get("accept"))
    return _response(body, status, RESPONSE if accepted.get(RESPONSE) else JSON, headers)


def _wants_page(request: Request) -> bool:
    """Browsers name HTML before anything else; programs that take it too do not."""
    accepted = weights(request.headers.get("accept"))
    as_json = max((weight for name, weight in accepted.items() if "json" in name), default=0.0)
    as_html = accepted.get("text/html", 0.0)
    asked = "query" in request.query_params
    return request.method in {"GET", "HEAD"} and as_html > as_json and not asked


def _media_type(request: Request) -> str:
    """What to answer with. Raises `Refused` when the client takes neither."""
    accept = request.headers.get("accept")
    accepted = weights(accept)
    if accepted.get(RESPONSE, 0.0) > 0 and accepted[RESPONSE] >= accepted.get(JSON, 0.0):
        return RESPONSE
    if takes_json(accept):
        return JSON
    raise Refused(406, f"Answers are {RESPONSE} or {JSON}: accept one of them.", "NOT_ACCEPTABLE")


async def _parameters(request: Request) -> Parameters:
    if request.method == "POST":
        return _checked(await _body(request))
    if request.method in {"GET", "HEAD"}:
        given = dict(request.query_params)
        variables = given.pop("variables", "")
        read = _json(variables.encode(), "`variables`") if variables else None
        return _checked({**given, "variables": read})
    raise Refused(405, "Send GET or POST.", "METHOD_NOT_ALLOWED", **ALLOWED)


async def _body(request: Request) -> dict[str, Any]:
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type != JSON:
        raise Refused(415, f"Send the body as {JSON}.", "UNSUPPORTED_MEDIA_TYPE")
    body = _json(await request.body(), "The body")
    if not isinstance(body, dict):
        raise Refused(400, 'The body must be a JSON object, as in {"query": "{ __typename }"}.')
    return body


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


async def _context(request: Request) -> Context:
    resources = request.state.resources
    return Context(
        viewer=await users.viewer_from(resources, request.headers.get("authorization")),
        now=datetime.now(UTC),
        request_id=request.state.request_id,
        resources=resources,
    )


async def _execute(request: Request, parameters: Parameters, context: Context) -> ExecutionResult:
    allowed = set(OperationType) if request.method == "POST" else {OperationType.QUERY}
    try:
        result = await schema().execute(
            parameters.query,
            variable_values=parameters.variables,
            operation_name=parameters.operation_name,
            context_value=context,
            allowed_operation_types=allowed,
        )
    except (CannotGetOperationTypeError, MissingQueryError):
        named = f"named {parameters.operation_name!r}" if parameters.operation_name else "to run"
        raise Refused(
            400, f"There must be exactly one operation {named} in the document.", "BAD_USER_INPUT"
        ) from None
    except InvalidOperationTypeError:
        words = "Only queries are answered by GET: send mutations by POST."
        raise Refused(405, words, "METHOD_NOT_ALLOWED", Allow="POST") from None
    unforeseen = [error for error in result.errors or () if is_unforeseen(error)]
    away = [error for error in unforeseen if is_database_away(error.original_error)]
    for error in unforeseen:
        if error not in away:
            log.error("Unforeseen error", path=error.path, exc_info=error.original_error or error)
    if away:
        log.error("Database connection failed", error=type(away[0].original_error).__name__)
        if not any((result.data or {}).values()):
            headers = {"Retry-After": "5"}
            raise Refused(503, DATABASE_AWAY, "SERVICE_UNAVAILABLE", **headers)
    return result


def _answer(result: ExecutionResult, context: Context, media_type: str) -> Response:
    executed = not isinstance(result, PreExecutionError) and not (
        # Variables that do not fit their types are found out by execution, before any field.
        result.data is None and all(error.path is None for error in result.errors or ())
    )
    otherwise = "GRAPHQL_VALIDATION_FAILED"
    if not isinstance(result, PreExecutionError):
        otherwise = "BAD_USER_INPUT"
    body: dict[str, Any] = {"data": result.data} if executed else {}
    if result.errors:
        body["errors"] = [
            formatted(error, context.request_id, otherwise=otherwise) for error in result.errors
        ]
    if context.notices:
        body["extensions"] = {"notices": context.notices}
    status = 200 if executed or media_type == JSON else 400
    return _response(body, status, media_type)


def _response(
    body: dict[str, Any], status: int, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    # Answers differ by who asks, so that no cache between may keep them.
    kept = {"Cache-Control": "no-store", "Vary": "Accept, Authorization"}
    return Response(
        orjson.dumps(body),
        status,
        media_type=f"{media_type}; charset=utf-8",
        headers={**kept, **(headers or {})},
    )
