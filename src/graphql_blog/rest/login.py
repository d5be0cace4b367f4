"""Logging in, and the two addresses to try it out with: one for everybody, one for accounts."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.rest import answers
from graphql_blog.rest.requests import address_of, body_of, member_of, resources_of
from graphql_blog.services import users


async def log_in(request: Request) -> Response:
    given = await body_of(request)
    address, now = address_of(request), datetime.now(UTC)
    user, token = await users.log_in(resources_of(request), given, address, now)
    content = {
        "token": token.text,
        "tokenType": "Bearer",
        "expiresAt": token.expires_at,
        "user": {"id": user.id, "username": user.username},
    }
    return answers.json(content, headers={"Cache-Control": "no-store"})


async def protected(request: Request) -> Response:
    viewer = member_of(request)
    content = {
        "message": "This is a protected route",
        "user": {"id": viewer.id, "username": viewer.username},
    }
    return answers.json(content, headers={"Cache-Control": "no-store"})


async def greeting(request: Request) -> Response:
    return answers.json({"message": "Hello, World!"})
