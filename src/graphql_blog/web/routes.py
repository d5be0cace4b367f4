"""Every address this server answers, on one page."""

from starlette.routing import BaseRoute, Mount, Route

from graphql_blog.rest.routes import ROUTES as REST
from graphql_blog.web import graphiql, graphql, pages

ANY = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

ROUTES: list[BaseRoute] = [
    Route("/", pages.home),
    Route("/graphql", graphql.endpoint, methods=ANY),
    Route("/healthz", pages.health),
    Mount("/api", routes=REST),
    *graphiql.ROUTES,
]
