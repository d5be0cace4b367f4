"""What /api/users does."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.db import tags
from graphql_blog.db.models import User
from graphql_blog.engine.rows import fetch
from graphql_blog.errors import Invalid, NotFound, Taken
from graphql_blog.rest import answers, lists, public, schemas, shapes
from graphql_blog.rest.operations import operation
from graphql_blog.rest.requests import body_of, id_in_path, resources_of, viewer_of
from graphql_blog.services import users
from graphql_blog.services.validation import Registration

USERS = tags.listed(User.__tablename__)
NEWEST_FIRST = users.ordering("CREATED_AT", descending=True)


@operation(answers=list[schemas.User], headers=lists.HEADERS, parameters=lists.PARAMETERS)
async def listed(request: Request) -> Response:
    """The accounts, newest first."""
    accounts = users.listed_to(viewer_of(request))
    rows, headers = await lists.page_of(request, accounts, shapes.USER_COLUMNS, NEWEST_FIRST)
    sharing = await public.headers(request, {USERS})
    content = [shapes.user(row) for row in rows]
    return answers.fresh(request, content, {**headers, **sharing})


@operation(answers=schemas.User, headers=("ETag",), refuses=(NotFound,))
async def shown(request: Request) -> Response:
    """The public face of an account."""
    named = users.visible_to(viewer_of(request)).where(User.id == id_in_path(request, "User"))
    columns = named.with_only_columns(*shapes.USER_COLUMNS)
    found = await fetch(resources_of(request).reader, columns, "User")
    if not found:
        raise NotFound("User not found")
    sharing = await public.headers(request, {tags.of(User.id, found[0].id)})
    return answers.fresh(request, shapes.user(found[0]), sharing)


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
    location = {"Location": shapes.user_address(user.id)}
    return answers.validated(shapes.user(user), 201, location)
