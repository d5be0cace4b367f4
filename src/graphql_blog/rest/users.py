"""What /api/users does."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.db.models import User
from graphql_blog.engine.rows import fetch
from graphql_blog.errors import NotFound
from graphql_blog.rest import answers, lists, shapes
from graphql_blog.rest.requests import body_of, id_in_path, resources_of, viewer_of
from graphql_blog.services import users

NEWEST_FIRST = users.ordering("CREATED_AT", descending=True)


async def listed(request: Request) -> Response:
    accounts = users.listed_to(viewer_of(request))
    rows, headers = await lists.page_of(request, accounts, shapes.USER_COLUMNS, NEWEST_FIRST)
    return answers.fresh(request, [shapes.user(row) for row in rows], headers)


async def shown(request: Request) -> Response:
    named = users.visible_to(viewer_of(request)).where(User.id == id_in_path(request, "User"))
    columns = named.with_only_columns(*shapes.USER_COLUMNS)
    found = await fetch(resources_of(request).reader, columns, "User")
    if not found:
        raise NotFound("User not found")
    return answers.fresh(request, shapes.user(found[0]))


async def create(request: Request) -> Response:
    given = await body_of(request)
    user = await users.register(resources_of(request), given, datetime.now(UTC))
    location = {"Location": shapes.user_address(user.id)}
    return answers.validated(shapes.user(user), 201, location)
