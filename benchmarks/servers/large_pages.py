"""Our server with pages of up to 1,000 entries, where 100 is its limit."""

from starlette.types import ASGIApp

from graphql_blog.app import create_app
from graphql_blog.graph import connections
from graphql_blog.graph.limits import costs, pages
from graphql_blog.observability import configure_logging
from graphql_blog.settings import Settings


def app(database_url: str) -> ASGIApp:
    for module in (connections, costs, pages):
        setattr(module, "MAX_PAGE", 1_000)  # noqa: B010 - no setting: it is no limit to be raised
    configure_logging(as_json=False)
    return create_app(Settings.load(database_url=database_url))
