"""What goes wrong outside the rules of the blog, in the form of the API that was asked."""

import structlog
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.errors import RateLimited
from graphql_blog.resources import is_database_away
from graphql_blog.rest import problems
from graphql_blog.web import graphql_answers
from graphql_blog.web.results import DATABASE_AWAY

log = structlog.get_logger("graphql_blog.web")


async def on_http_error(request: Request, error: Exception) -> Response:
    """HTTP was used wrongly: no such address or verb, a body that is too large."""
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        error.headers = {"Allow": _allowed(error)}
        if request.method == "OPTIONS":
            # What is possible here was the question, and this is the answer.
            return Response(status_code=204, headers=error.headers)
    if not _is_graphql(request):
        return await problems.on_http_error(request, error)
    code = problems.code_of(error.status_code)
    return graphql_answers.refused(request, error.status_code, error.detail, code, error.headers)


async def on_rate_limited(request: Request, error: RateLimited) -> Response:
    """Too much was asked for in too short a time."""
    if _is_graphql(request):
        return graphql_answers.rate_limited(request, error)
    return await problems.on_blog_error(request, error)


async def on_unforeseen_error(request: Request, error: Exception) -> Response:
    """A bug, or a database that is away: logged here, under the id of the request."""
    if is_database_away(error):
        log.error("Database connection failed", error=type(error).__name__)
        status, words, code = 503, DATABASE_AWAY, "SERVICE_UNAVAILABLE"
        headers = {"Retry-After": "5"}
    else:
        log.error("Unforeseen error", path=request.url.path, exc_info=error)
        status, words, code = 500, "Something went wrong!", "INTERNAL_SERVER_ERROR"
        headers = {}
    if _is_graphql(request):
        return graphql_answers.refused(request, status, words, code, headers)
    return problems.problem(request, status, words, code, headers=headers)


def _allowed(error: HTTPException) -> str:
    """The verbs of an address. Pages and files do not think of OPTIONS, which is answered here."""
    said = (error.headers or {}).get("Allow", "GET, HEAD")
    return said if "OPTIONS" in said else ", ".join([*sorted(said.split(", ")), "OPTIONS"])


def _is_graphql(request: Request) -> bool:
    return request.url.path == "/graphql"
