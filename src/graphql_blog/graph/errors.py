"""How a refusal looks in GraphQL: among `errors`, or as data in a mutation's payload."""

from typing import Any

import strawberry
from graphql import FieldNode, GraphQLError, GraphQLSyntaxError

from graphql_blog.auth import Role
from graphql_blog.errors import (
    BadCredentials,
    BadRequest,
    BlogError,
    Forbidden,
    Invalid,
    LockedOut,
    NotFound,
    RateLimited,
    Stale,
    Taken,
    Unauthenticated,
    WrongState,
)
from graphql_blog.graph.directives import at_most, cost
from graphql_blog.graph.enums import UserErrorCode

UNFORESEEN = "Something went wrong!"
ERRORS = at_most(20)
"""So many things can be wrong with the largest input."""

CODES: dict[type[BlogError], str] = {
    Unauthenticated: "UNAUTHENTICATED",
    BadCredentials: "UNAUTHENTICATED",
    LockedOut: "RATE_LIMITED",
    RateLimited: "RATE_LIMITED",
    Forbidden: "FORBIDDEN",
    NotFound: "NOT_FOUND",
    BadRequest: "BAD_USER_INPUT",
    Invalid: "BAD_USER_INPUT",
    Taken: "BAD_USER_INPUT",
    Stale: "BAD_USER_INPUT",
    WrongState: "BAD_USER_INPUT",
}


@strawberry.interface(
    description="An expected, recoverable failure of a mutation. Never used for bugs."
)
class UserError:
    message: str = strawberry.field(description="A sentence for humans.")
    code: UserErrorCode = strawberry.field(description="Stable, for programs.")
    path: list[str] | None = strawberry.field(
        description='Path into the input, e.g. `["input", "title"]`; null when about all of it.'
    )


@strawberry.type(description="A value breaks a rule.", directives=[cost(0)])
class ValidationError(UserError):
    limit: int | None = strawberry.field(
        description="The bound that was broken, when there is one.", default=None
    )


@strawberry.type(description="A value is taken by somebody else.", directives=[cost(0)])
class ConflictError(UserError):
    suggestion: str | None = strawberry.field(
        description="A free value close to the one asked for, e.g. `hello-world-2`.", default=None
    )


@strawberry.type(description="It was changed since you read it.", directives=[cost(0)])
class StaleVersionError(UserError):
    current_version: int = strawberry.field(description="The version it has now.")


@strawberry.type(
    description="There is no such object, or none that you may see.", directives=[cost(0)]
)
class NotFoundError(UserError):
    pass


@strawberry.type(description="The log-in failed.", directives=[cost(0)])
class AuthError(UserError):
    retry_after_seconds: int | None = strawberry.field(
        description="When to try again, if waiting helps.", default=None
    )


@strawberry.type(
    name="PermissionError",
    description="You may see it, but not do this to it.",
    directives=[cost(0)],
)
class NotAllowedError(UserError):
    requires: Role | None = strawberry.field(
        description="The role that may, when there is one.", default=None
    )


USER_ERRORS = (
    ValidationError,
    ConflictError,
    StaleVersionError,
    NotFoundError,
    AuthError,
    NotAllowedError,
)


def as_user_errors(refusal: BlogError) -> list[UserError]:
    """The refusal as data. One that is not about the input is raised again, for `errors`."""
    if isinstance(refusal, Invalid):
        return [
            ValidationError(
                message=problem.message,
                code=UserErrorCode(problem.code),
                path=_path(problem.field),
                limit=problem.limit,
            )
            for problem in refusal.problems
        ]
    if isinstance(refusal, Taken):
        return [
            ConflictError(
                message=clash.message,
                code=UserErrorCode.TAKEN,
                path=_path(clash.field),
                suggestion=clash.suggestion,
            )
            for clash in refusal.clashes
        ]
    return [_single(refusal)]


def _single(refusal: BlogError) -> UserError:
    message = refusal.message
    match refusal:
        case Stale():
            return StaleVersionError(
                message=message,
                code=UserErrorCode.STALE_VERSION,
                path=_path("version"),
                current_version=refusal.current_version,
            )
        case NotFound():
            return NotFoundError(
                message=message, code=UserErrorCode.NOT_FOUND, path=_path(refusal.field)
            )
        case Forbidden():
            requires = Role(refusal.requires) if refusal.requires else None
            return NotAllowedError(
                message=message, code=UserErrorCode.NOT_ALLOWED, path=None, requires=requires
            )
        case BadCredentials():
            return AuthError(message=message, code=UserErrorCode.INVALID_CREDENTIALS, path=None)
        case LockedOut():
            return AuthError(
                message=message,
                code=UserErrorCode.LOCKED_OUT,
                path=None,
                retry_after_seconds=refusal.retry_after,
            )
        case WrongState():
            return ValidationError(message=message, code=UserErrorCode.INVALID_STATE, path=None)
    raise refusal


def _path(field: str) -> list[str]:
    return ["input", *field.split(".")]


def formatted(error: GraphQLError, request_id: str, *, otherwise: str) -> dict[str, Any]:
    """The error as clients see it: with a code, and without anything that was not meant for them.

    `otherwise` is the code of an error that GraphQL itself found before executing anything.
    """
    shown: dict[str, Any] = dict(error.formatted)
    code, message = _code_and_message(error, otherwise)
    reason = getattr(error.original_error, "reason", None)
    shown["message"] = message
    shown["extensions"] = {
        **(error.extensions or {}),
        "code": code,
        **({"reason": reason} if reason and isinstance(error.original_error, BlogError) else {}),
        "requestId": request_id,
    }
    return shown


def is_unforeseen(error: GraphQLError) -> bool:
    """Whether the error is a bug of ours, to be logged and not to be shown."""
    if isinstance(error.original_error, BlogError) or "code" in (error.extensions or {}):
        return False
    if error.nodes and not isinstance(error.nodes[0], FieldNode):
        return False  # It is about an argument, and so about what the client sent.
    # What GraphQL finds wrong in a document has its place there; what breaks outside has none.
    return error.path is not None or (error.original_error is not None and error.nodes is None)


def _code_and_message(error: GraphQLError, otherwise: str) -> tuple[str, str]:
    original = error.original_error
    if isinstance(original, BlogError):
        return CODES[type(original)], original.message
    if code := (error.extensions or {}).get("code"):
        return code, error.message
    if isinstance(error, GraphQLSyntaxError):
        return "GRAPHQL_PARSE_FAILED", error.message
    if is_unforeseen(error):
        return "INTERNAL_SERVER_ERROR", UNFORESEEN
    return otherwise, error.message
