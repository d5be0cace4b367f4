"""Registering and logging in."""

from datetime import datetime
from typing import Annotated, Any

import strawberry

from graphql_blog.engine.fields import relation
from graphql_blog.errors import BlogError
from graphql_blog.graph import loaders
from graphql_blog.graph.context import Info
from graphql_blog.graph.directives import cost
from graphql_blog.graph.errors import ERRORS, UserError, as_user_errors
from graphql_blog.graph.mutations.payloads import given
from graphql_blog.graph.types import User
from graphql_blog.graph.types import Viewer as ViewerType
from graphql_blog.services import users

HOW_TO_SEND = "Send it as `Authorization: Bearer <token>`."


def _optional(description: str) -> Any:
    return strawberry.field(description=description, default=strawberry.UNSET)


@strawberry.input(description="A new account.")
class RegisterInput:
    username: str = strawberry.field(description="3 to 30 letters or digits.")
    email: str = strawberry.field(description="Where mail goes; shown to nobody else.")
    password: str | None = _optional(
        "At least 8 characters, at most 1,024 bytes of UTF-8. Absent: an account that must be given"
        " one before it can log in."
    )
    name: str | None = _optional("Display name; the username unless given.")
    age: int | None = _optional("18 to 120, not stored unless given.")


@strawberry.input(description="Who wants to log in.")
class LoginInput:
    username: str = strawberry.field(description="Username or e-mail.")
    password: str = strawberry.field(description="The password.")


@strawberry.type(description="What a registration answers.")
class RegisterPayload:
    user_id: strawberry.Private[int | None] = None
    user: User | None = relation(
        loaders.users_by_id, key="user_id", description="The account; null on failure."
    )
    token: str | None = strawberry.field(description=HOW_TO_SEND, default=None)
    expires_at: datetime | None = strawberry.field(
        description="When the token stops working.", default=None
    )
    errors: list[UserError] = strawberry.field(
        description="Why it failed; empty on success.", default_factory=list, directives=[ERRORS]
    )


@strawberry.type(description="What a log-in answers.")
class LoginPayload:
    user_id: strawberry.Private[int | None] = None
    token: str | None = strawberry.field(description=HOW_TO_SEND, default=None)
    token_type: str | None = strawberry.field(description="Always `Bearer`.", default=None)
    expires_at: datetime | None = strawberry.field(
        description="When the token stops working.", default=None
    )
    viewer: ViewerType | None = relation(
        loaders.viewers_by_id,
        key="user_id",
        description="The account that can now log in with the token. What lies below is shown as to"
        " whoever sent this request.",
    )
    errors: list[UserError] = strawberry.field(
        description="Why it failed; empty on success.", default_factory=list, directives=[ERRORS]
    )


@strawberry.type
class UserMutations:
    @strawberry.mutation(
        description="Makes an account, and logs it in when it has a password.",
        directives=[cost(10)],
    )
    async def register(
        self,
        info: Info,
        input: Annotated[RegisterInput, strawberry.argument(description="The account.")],
    ) -> RegisterPayload:
        context = info.context
        try:
            user = await users.register(context.resources, given(input), context.now)
        except BlogError as refusal:
            return RegisterPayload(errors=as_user_errors(refusal))
        context.loaders.clear()
        if user.password_hash is None:
            return RegisterPayload(user_id=user.id)
        token = context.resources.tokens.issue(user.id, user.username, context.now)
        return RegisterPayload(user_id=user.id, token=token.text, expires_at=token.expires_at)

    @strawberry.mutation(
        description="A token for an account; the same as REST's `/api/login`.",
        directives=[cost(10)],
    )
    async def login(
        self,
        info: Info,
        input: Annotated[LoginInput, strawberry.argument(description="The account.")],
    ) -> LoginPayload:
        context = info.context
        try:
            user, token = await users.log_in(
                context.resources, given(input), context.address, context.now
            )
        except BlogError as refusal:
            return LoginPayload(errors=as_user_errors(refusal))
        context.loaders.clear()
        return LoginPayload(
            user_id=user.id, token=token.text, token_type="Bearer", expires_at=token.expires_at
        )
