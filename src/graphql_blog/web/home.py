"""The home page: what this server is, its blog in figures, and where everything is.

Browsers get it as HTML, programs the same links and figures as JSON.
"""

import html
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from string import Template

import orjson
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.engine.readers import DatabaseAway
from graphql_blog.rest.requests import resources_of
from graphql_blog.services import figures
from graphql_blog.services.figures import Figures
from graphql_blog.web.negotiation import accepted
from graphql_blog.web.pages import HTML, PAGES, Page, sent

BY_ACCEPT = {"Vary": "Accept"}
LINKS = {
    "graphql": "/graphql",
    "schema": "/schema.graphql",
    "introspection": "/schema.json",
    "rest": "/api/posts",
    "compare": "/compare",
    "openapi": "/openapi.json",
    "atom": "/feed.xml",
    "rss": "/rss.xml",
    "jsonFeed": "/feed.json",
    "sitemap": "/sitemap.xml",
    "health": "/healthz",
}
OF_SCHEMA = ("schema", "introspection")
OF_COMPARISON = ("compare",)
SHOWN = ("posts", "comments", "authors", "tags")
FIRST_QUERY = """\
{
  post(id: "%d") {
    title
    excerpt(maxLength: 120)
    author {
      name
    }
    tags {
      name
    }
  }
}"""
OF_EMPTY_BLOG = """\
{
  posts {
    title
  }
}"""


def home(*, shows_schema: bool, compares: bool) -> Page:
    """The page of a server that does, or does not, show its schema and compare."""
    closed = (*(() if shows_schema else OF_SCHEMA), *(() if compares else OF_COMPARISON))
    links = {name: to for name, to in LINKS.items() if name not in closed}
    page = HomePage(PAGES / "home.html", links)

    async def answer(request: Request) -> Response:
        known = await _figures(request)
        if accepted(request.headers.get("accept", "*/*").encode("latin-1")).page_first:
            return sent(request, page.filled(known), HTML, BY_ACCEPT)
        shown = {name: asdict(known)[name] for name in SHOWN} if known else None
        body = orjson.dumps({**links, "figures": shown})
        return sent(request, body, "application/json", BY_ACCEPT)

    return answer


async def _figures(request: Request) -> Figures | None:
    """None while the database is away: the links are good all the same."""
    resources = resources_of(request)
    try:
        return await figures.of_strangers(resources.responses, resources.rows, datetime.now(UTC))
    except DatabaseAway:
        return None


class HomePage:
    """The page as it lies in its file, without the links that lead nowhere here."""

    def __init__(self, path: Path, links: Mapping[str, str]) -> None:
        nowhere = [f' href="{to[1:]}"' for name, to in LINKS.items() if name not in links]
        lines = path.read_text("utf-8").splitlines(keepends=True)
        kept = [line for line in lines if not any(link in line for link in nowhere)]
        self._template = Template("".join(kept))

    def filled(self, known: Figures | None) -> bytes:
        first = known.first_post if known else None
        query = OF_EMPTY_BLOG if first is None else FIRST_QUERY % first
        shown = {name: f"{asdict(known)[name]:,}" if known else "…" for name in SHOWN}
        away = "" if known is None else " hidden"
        return self._template.substitute(shown, query=html.escape(query), away=away).encode()
