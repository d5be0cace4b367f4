"""What refusals look like as data in the payload of a mutation."""

from typing import Any


def invalid(
    field: str | None, message: str, code: str = "INVALID", limit: int | None = None
) -> dict[str, Any]:
    return {
        "__typename": "ValidationError",
        "message": message,
        "code": code,
        "path": field and ["input", *field.split(".")],
        "limit": limit,
    }


def not_found(message: str = "Post not found", field: str = "id") -> dict[str, Any]:
    return {
        "__typename": "NotFoundError",
        "message": message,
        "code": "NOT_FOUND",
        "path": ["input", field],
    }
