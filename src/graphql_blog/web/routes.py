"""Every address this server answers, on one page."""

from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp

from graphql_blog.feeds.routes import ROUTES as FEEDS
from graphql_blog.graph.schema import Schema
from graphql_blog.rest import openapi
from graphql_blog.rest.routes import ROUTES as REST
from graphql_blog.web import graphiql, pages
from graphql_blog.web.comparing import Comparing
from graphql_blog.web.home import home
from graphql_blog.web.schema_files import schema_files


def routes(
    graphql: ASGIApp, schema: Schema, *, sockets: ASGIApp, comparing: Comparing | None = None
) -> list[BaseRoute]:
    return [
        Route("/", home(shows_schema=schema.introspection, compares=comparing is not None)),
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", sockets),
        *schema_files(schema),
        Route("/healthz", pages.health),
        Route("/openapi.json", openapi.shown),
        Mount("/api/v1", routes=REST),
        Mount("/api", routes=REST),
        *FEEDS,
        # Where it is switched off, it says so.
        Route("/compare", pages.page("compare")),
        *(comparing.routes() if comparing else ()),
        *graphiql.ROUTES,
    ]
