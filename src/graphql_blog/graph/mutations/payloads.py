"""What inputs and payloads of mutations have in common."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession
from strawberry.types import has_object_definition

from graphql_blog.errors import BadRequest, BlogError, Invalid, NotFound, Problem
from graphql_blog.graph.context import Context
from graphql_blog.graph.errors import ERRORS, UserError, as_user_errors
from graphql_blog.graph.ids import node_id, plain_id

Result = TypeVar("Result")


@strawberry.type(description="What a deletion answers.")
class DeletePayload:
    deleted_id: strawberry.ID | None = strawberry.field(
        description="The plain id of what is gone.", default=None
    )
    deleted_node_id: strawberry.ID | None = strawberry.field(
        description="The global id of what is gone.", default=None
    )
    errors: list[UserError] = strawberry.field(
        description="Why it failed; empty on success.", default_factory=list, directives=[ERRORS]
    )

    @classmethod
    def of(cls, noun: str, id_: int) -> "DeletePayload":
        return cls(
            deleted_id=strawberry.ID(str(id_)), deleted_node_id=strawberry.ID(node_id(noun, id_))
        )


@strawberry.input(description="An object by its id.")
class ByIdInput:
    id: strawberry.ID = strawberry.field(description="The plain id or the global one.")


async def attempt(
    context: Context, work: Callable[[AsyncSession], Awaitable[Result]]
) -> tuple[Result | None, list[UserError]]:
    """The result of `work` in one transaction; or nothing done, and why."""
    try:
        return await context.write(work), []
    except BlogError as refusal:
        return None, as_user_errors(refusal)


def given(input_: Any) -> dict[str, Any]:
    """What the client gave, by Python name; what is absent is left out, null is kept."""
    fields = {
        field.python_name: getattr(input_, field.python_name)
        for field in input_.__strawberry_definition__.fields
    }
    return {
        name: given(value) if has_object_definition(value) else value
        for name, value in fields.items()
        if value is not strawberry.UNSET
    }


def id_of(text: str, noun: str, *, field: str = "id") -> int:
    """The number behind an id in an input. Raises `NotFound` when there can be no such object."""
    try:
        id_ = plain_id(text, noun)
    except BadRequest as error:
        raise Invalid([Problem(field, error.message)]) from None
    if id_ is None:
        raise NotFound(f"{noun} not found", field=field)
    return id_
