"""Who asks the GraphQL endpoint, and what resolvers get to know of it."""

from datetime import UTC, datetime
from typing import NamedTuple

from starlette.types import Scope

from graphql_blog.auth import Role, Viewer
from graphql_blog.graph.context import Context
from graphql_blog.web import response_cache
from graphql_blog.web.headers import WANTED, Headers
from graphql_blog.web.shortcuts import Sent


class Caller(NamedTuple):
    """Who asks, and how."""

    scope: Scope
    headers: Headers
    viewer: Viewer
    media_type: str
    sent: Sent | None = None
    """What a stranger sent, to be known again by it."""


async def viewer_of(scope: Scope, headers: Headers) -> Viewer:
    authorization = headers.get(b"authorization")
    given = None if authorization is None else authorization.decode("latin-1")
    viewer = await response_cache.viewer_from(scope["state"]["resources"], given)
    if (meter := scope["state"].get("meter")) is not None:
        meter.bill(viewer.id)
    return viewer


def context_of(caller: Caller) -> Context:
    state, client = caller.scope["state"], caller.scope.get("client")
    return Context(
        viewer=caller.viewer,
        now=datetime.now(UTC),
        request_id=state["request_id"],
        resources=state["resources"],
        address=client[0] if client else "",
        meter=state.get("meter"),
    )


def may_see_plan(context: Context, headers: Headers) -> bool:
    """Only administrators: a plan has the SQL, and counts rows that not everybody may see."""
    wanted = headers.get(b"graphql-plan", b"").lower() in WANTED
    return wanted and context.viewer.role is Role.ADMIN
