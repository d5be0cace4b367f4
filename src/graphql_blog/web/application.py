"""The application as a whole: what comes for GraphQL goes straight to its endpoint."""

from collections.abc import Awaitable
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

GRAPHQL = "/graphql"


class Application(Starlette):
    """Starlette, but for the time that its routing and error handling take of a short query.

    The endpoint answers for its own errors; what every request passes through, it passes too.
    """

    def __init__(self, *, graphql: ASGIApp, middleware: list[Middleware], **options: Any) -> None:
        super().__init__(**options)
        self._graphql = graphql
        self._middleware = middleware

    def build_middleware_stack(self) -> ASGIApp:
        # Bugs are answered for by the middleware, in words of ours.
        others = ExceptionMiddleware(self.router, handlers=self.exception_handlers)
        app: ASGIApp = Fork(self._graphql, others)
        for class_, arguments, options in reversed(self._middleware):
            app = class_(app, *arguments, **options)
        return app


class Fork:
    """Where requests for GraphQL and all others part."""

    def __init__(self, graphql: ASGIApp, others: ASGIApp) -> None:
        self._graphql = graphql
        self._others = others

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        graphql = scope["type"] == "http" and scope["path"] == GRAPHQL
        return (self._graphql if graphql else self._others)(scope, receive, send)
