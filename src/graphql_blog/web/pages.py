"""Small pages beside the two APIs: where things are, and whether the server is well."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

HOME = {"Vary": "Accept", "Cache-Control": "no-cache"}
OF_NOW = {"Cache-Control": "no-store"}


async def home(request: Request) -> Response:
    """Browsers go to GraphiQL; programs are told where things are."""
    if "text/html" in request.headers.get("accept", ""):
        return RedirectResponse("/graphql", headers=HOME)
    addresses = {
        "graphql": "/graphql",
        "schema": "/schema.graphql",
        "rest": "/api/posts",
        "openapi": "/openapi.json",
        "health": "/healthz",
    }
    return JSONResponse(addresses, headers=HOME)


async def health(request: Request) -> Response:
    """200 while the server answers and reaches its database; else 503."""
    try:
        async with request.state.resources.reader.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):
        return JSONResponse({"status": "unwell", "database": "away"}, 503, OF_NOW)
    return JSONResponse({"status": "ok", "database": "ok"}, headers=OF_NOW)
