"""GraphiQL, served by this server alone: its page, and the files the page loads.

The bundle is made by `hatch_build.py` from `frontend/`. Where it could not be made, a plain page
stands in for it: it says why, and has a form that sends queries.
"""

import html
import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from graphql_blog.web.guards import OF_PAGES

STATIC = Path(__file__).resolve().with_name("static")
PAGE = STATIC / "graphiql" / "index.html"
REASON = STATIC / "graphiql" / "unavailable.txt"
FALLBACK = STATIC / "fallback.html"

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
HEADERS = OF_PAGES | {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


async def page(_request: Request) -> Response:
    """What a browser sees at /graphql, where programs get JSON."""
    return HTMLResponse(_read(), headers=HEADERS | {"Vary": "Accept"})


def _read() -> str:
    if PAGE.is_file():
        return PAGE.read_text("utf-8")
    reason = REASON.read_text("utf-8") if REASON.is_file() else "There is no bundle."
    return FALLBACK.read_text("utf-8").replace("{reason}", html.escape(reason))


LONGEST_PATH = 255


class Static(StaticFiles):
    """Static files; those with a hash in their name are kept by browsers for good."""

    hashed = PAGE.parent / "assets"

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        # Looking for thousands of folders in each other would hold others up.
        return super().lookup_path(path) if len(path) <= LONGEST_PATH else ("", None)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers.update(HEADERS)
        if Path(full_path).parent == self.hashed:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


ROUTES: list[BaseRoute] = [Mount("/static", Static(directory=STATIC))]
