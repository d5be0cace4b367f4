"""What /api/users does, and /api/me."""

import dataclasses
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.auth import Role
from graphql_blog.db.models import User
from graphql_blog.errors import Invalid, NotFound, Taken
from graphql_blog.rest import answers, lists, reads, schemas
from graphql_blog.rest.objects import making, sources
from graphql_blog.rest.objects.nouns import USER, VIEWER
from graphql_blog.rest.objects.tables import user_address
from graphql_blog.rest.operations import operation
from graphql_blog.rest.requests import Choice, body_of, id_in_path, name_in_path, resources_of
from graphql_blog.services import users
from graphql_blog.services.validation import Registration

NEWEST = lists.Orders(users.ordering, users.ORDERINGS, "-createdAt")
ROLE = Choice("role", "Those with this role; guests only when asked for.", tuple(Role))
ONE = operation(
    answers=schemas.UserRead,
    headers=("ETag",),
    parameters=reads.parameters_of(USER),
    refuses=(NotFound,),
)


@operation(
    answers=list[schemas.UserRead],
    headers=lists.HEADERS,
    parameters=(*lists.parameters(sources.USERS, NEWEST), ROLE),
)
async def listed(request: Request) -> Response:
    """The accounts, newest first."""
    reading, role = reads.reading_of(request), ROLE.of(request)
    if role is None:
        return await lists.page_of(request, reading, sources.ACCOUNTS, NEWEST)
    conditions = (User.role == Role(role),)
    return await lists.page_of(request, reading, sources.USERS, NEWEST, conditions=conditions)


@ONE
async def shown(request: Request) -> Response:
    """The public face of an account."""
    return await reads.one(request, USER, User.id, id_in_path(request, "User"))


@ONE
async def shown_by_username(request: Request) -> Response:
    """The public face of the account with a username."""
    username = name_in_path(request, "username", "User")
    return await reads.one(request, USER, User.username, username)


@dataclasses.replace(
    ONE,
    answers=schemas.ViewerRead,
    parameters=reads.parameters_of(VIEWER),
    refuses=(),
    members_only=True,
)
async def me(request: Request) -> Response:
    """Who is logged in, with what nobody else may see."""
    own = reads.reading_of(request).viewer.id
    assert own is not None
    return await reads.one(request, VIEWER, User.id, own)


@operation(
    status=201,
    answers=schemas.User,
    headers=("ETag", "Location"),
    body=Registration,
    refuses=(Invalid, Taken),
)
async def create(request: Request) -> Response:
    """Registers an account. Without a password it cannot log in until it is given one."""
    given = await body_of(request)
    user = await users.register(resources_of(request), given, datetime.now(UTC))
    location = {"Location": user_address(user.id)}
    content = await making.whole(reads.reading_of(request), USER, user)
    return answers.validated(content, 201, location)
