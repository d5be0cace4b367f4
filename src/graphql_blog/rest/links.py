"""Whole addresses, for what is read elsewhere: in a feed, a site map, a saved page."""

import re
from urllib.parse import quote

from starlette.requests import Request

from graphql_blog.rest.requests import resources_of

API = "/api"
_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def origin_of(request: Request) -> str:
    """This server as its caller knows it; the scheme is what a trusted proxy says it is."""
    named = request.headers.get("host", "")
    if not _HOST.fullmatch(named):
        host, port = request.scope.get("server") or ("localhost", None)
        bracketed = f"[{host}]" if ":" in host else host
        named = f"{bracketed}:{port}" if port else bracketed
    return f"{request.scope['scheme']}://{named.lower()}"


def here(request: Request) -> str:
    """The address that was asked for, without its query."""
    return f"{origin_of(request)}{quote(request.scope['path'])}"


def home(request: Request) -> str:
    """The front page of the blog."""
    return resources_of(request).site.home or f"{origin_of(request)}/"


def post(request: Request, id_: int, slug: str) -> str:
    """Where people read a post: in the front end, else here, where browsers are shown a page."""
    found = resources_of(request).site.post(id_, slug)
    return found or f"{origin_of(request)}{API}/posts/{id_}"
