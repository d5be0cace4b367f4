"""Logging in, and the two addresses to try it out with: one for everybody, one for accounts."""

from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.errors import BadCredentials, Invalid, LockedOut
from graphql_blog.rest import answers, schemas
from graphql_blog.rest.operations import operation
from graphql_blog.rest.requests import address_of, body_of, resources_of, viewer_of
from graphql_blog.services import users
from graphql_blog.services.validation import Credentials


@operation(answers=schemas.Login, body=Credentials, refuses=(Invalid, BadCredentials, LockedOut))
async def log_in(request: Request) -> Response:
    """A token for a username, or an e-mail address, and its password."""
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


@operation(answers=schemas.ForMembers, headers=("ETag",), members_only=True)
async def protected(request: Request) -> Response:
    """Who is logged in, to try a token out."""
    viewer = viewer_of(request)
    content = {
        "message": "This is a protected route",
        "user": {"id": viewer.id, "username": viewer.username},
    }
    return answers.fresh(request, content)


@operation(answers=schemas.Greeting, headers=("ETag",))
async def greeting(request: Request) -> Response:
    """Words for everybody, to try the server out."""
    return answers.fresh(request, {"message": "Hello, World!"}, answers.FOR_EVERYBODY)
