"""Pages for browsers beside the two APIs, and whether the server is well.

What a page is made of lies in `static/pages`: plain HTML, CSS and ES modules, all from this server.
"""

from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graphql_blog.http_cache import etag, named
from graphql_blog.web.graphiql import STATIC
from graphql_blog.web.guards import OF_PAGES

PAGES = STATIC / "pages"
OF_NOW = {"Cache-Control": "no-store"}
HTML = "text/html"
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
Page = Callable[[Request], Awaitable[Response]]
HEADERS = OF_PAGES | {"Content-Security-Policy": CONTENT_SECURITY_POLICY}


def sent(request: Request, body: bytes, media_type: str, headers: Mapping[str, str]) -> Response:
    """The body with its ETag; 304 for whoever has it already. A page gets its policy too."""
    current = etag(body)
    known = named(request.headers.get("if-none-match"), current)
    of_media_type = HEADERS if media_type == HTML else {}
    said = {"Cache-Control": "no-cache", "ETag": known or current, **of_media_type, **headers}
    if known:
        return Response(status_code=304, headers=said)
    return Response(body, headers=said, media_type=media_type)


def page(name: str) -> Page:
    """The page of that name as it lies in its file."""
    body = (PAGES / f"{name}.html").read_bytes()

    async def answer(request: Request) -> Response:
        return sent(request, body, HTML, {})

    return answer


async def health(request: Request) -> Response:
    """200 while the server answers and reaches its database; else 503."""
    try:
        async with request.state.resources.reader.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return JSONResponse({"status": "unwell", "database": "away"}, 503, OF_NOW)
    return JSONResponse({"status": "ok", "database": "ok"}, headers=OF_NOW)
