"""How a refusal looks in REST: a status, and always the same four keys.

{"error": <words>, "code": <for programs>, "details": [<what exactly>, …], "requestId": …}
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.errors import (
    BadCredentials,
    BadRequest,
    BlogError,
    Clash,
    Forbidden,
    Invalid,
    LockedOut,
    NotFound,
    Problem,
    RateLimited,
    Stale,
    Taken,
    Unauthenticated,
    WrongState,
)
from graphql_blog.rest import answers

STATUS: dict[type[BlogError], int] = {
    BadRequest: 400,
    Invalid: 400,
    Unauthenticated: 401,
    BadCredentials: 401,
    LockedOut: 429,
    RateLimited: 429,
    Forbidden: 403,
    NotFound: 404,
    Taken: 409,
    Stale: 409,
    WrongState: 409,
}

CODE: dict[type[BlogError], str] = {
    BadRequest: "BAD_USER_INPUT",
    Invalid: "BAD_USER_INPUT",
    Unauthenticated: "UNAUTHENTICATED",
    BadCredentials: "INVALID_CREDENTIALS",
    LockedOut: "LOCKED_OUT",
    RateLimited: "RATE_LIMITED",
    Forbidden: "FORBIDDEN",
    NotFound: "NOT_FOUND",
    Taken: "TAKEN",
    Stale: "STALE_VERSION",
    WrongState: "INVALID_STATE",
}


# Python's releases have different names for these.
STATUS_NAMES = {413: "CONTENT_TOO_LARGE", 422: "UNPROCESSABLE_CONTENT"}


async def on_blog_error(request: Request, error: Exception) -> Response:
    """The blog refused."""
    assert isinstance(error, BlogError)
    return problem(
        request,
        STATUS[type(error)],
        _words(error),
        CODE[type(error)],
        details=_details(error),
        headers=_headers(error),
    )


async def on_http_error(request: Request, error: Exception) -> Response:
    """HTTP itself was used wrongly: no such address, verb, form or condition."""
    assert isinstance(error, HTTPException)
    code = code_of(error.status_code)
    return problem(request, error.status_code, error.detail, code, headers=error.headers)


def code_of(status: int) -> str:
    """What programs are told where a status says it all."""
    return STATUS_NAMES.get(status) or HTTPStatus(status).name


def problem(
    request: Request,
    status_code: int,
    words: str,
    code: str,
    *,
    details: Sequence[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    content = {
        "error": words,
        "code": code,
        "details": details,
        "requestId": request.state.request_id,
    }
    # Said of every refusal: there are caches that keep a 404 for minutes unless it is.
    return answers.json(content, status_code, {"Cache-Control": "no-store", **(headers or {})})


def _words(error: BlogError) -> str:
    if isinstance(error, Unauthenticated) and error.reason == "TOKEN_MISSING":
        return "Unauthorized"
    return error.message


def _details(error: BlogError) -> list[dict[str, Any]]:
    match error:
        case Invalid(problems=found):
            return [_filled(problem) for problem in found]
        case Taken(clashes=found):
            return [_filled(clash) for clash in found]
    detail = _detail(error)
    return [detail] if detail else []


def _detail(error: BlogError) -> dict[str, Any]:
    match error:
        case Unauthenticated(reason=reason):
            return {"reason": reason}
        case Forbidden(requires=str(role)):
            return {"requires": role}
        case Stale(current_version=version):
            return {"currentVersion": version}
        case LockedOut(retry_after=seconds) | RateLimited(retry_after=seconds):
            return {"retryAfter": seconds}
    return {}


def _filled(detail: Problem | Clash) -> dict[str, Any]:
    return {name: value for name, value in asdict(detail).items() if value is not None}


def _headers(error: BlogError) -> dict[str, str]:
    if isinstance(error, LockedOut | RateLimited):
        return {"Retry-After": str(error.retry_after)}
    return _challenge(error)


def _challenge(error: BlogError) -> dict[str, str]:
    """RFC 6750 §3: how to log in, and whether it is the token that was wrong."""
    if STATUS[type(error)] != 401:
        return {}
    wrong = isinstance(error, Unauthenticated) and error.reason != "TOKEN_MISSING"
    return {"WWW-Authenticate": 'Bearer error="invalid_token"' if wrong else "Bearer"}
