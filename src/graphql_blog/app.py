"""The composition root: from settings to an ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException

from graphql_blog import resources
from graphql_blog.errors import BlogError
from graphql_blog.rest.problems import on_blog_error
from graphql_blog.settings import Settings
from graphql_blog.web import middleware
from graphql_blog.web.errors import on_http_error
from graphql_blog.web.routes import ROUTES


def create_app(settings: Settings) -> Starlette:
    """The application; what it holds open is opened and closed by its lifespan."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[dict[str, object]]:
        async with resources.opened(settings) as held:
            yield {"resources": held}

    return Starlette(
        routes=ROUTES,
        middleware=middleware.stack(max_body_bytes=settings.max_body_bytes),
        exception_handlers={BlogError: on_blog_error, HTTPException: on_http_error},
        lifespan=lifespan,
    )
