"""Pages of rows, with their total and the way to the next one in the headers.

The next page is always named by cursor, also after a page that was asked for by offset: what is
added or removed meanwhile neither repeats a row nor hides one.
"""

from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, func
from starlette.requests import Request

from graphql_blog.engine.keyset import BadCursor, Ordering, Page, Slice
from graphql_blog.engine.rows import Row, fetch, fetch_tuples
from graphql_blog.errors import BadRequest
from graphql_blog.rest.operations import HeaderName
from graphql_blog.rest.requests import Text, WholeNumber, resources_of
from graphql_blog.rest.shapes import Columns

LIMIT = WholeNumber("limit", "How many at most.", default=20, least=1, most=100)
OFFSET = WholeNumber("offset", "How many to leave out.", default=0, least=0, most=2**31 - 1)
CURSOR = Text("cursor", "Where the page before ended, as its `Link` said; not with `offset`.")

PARAMETERS = (LIMIT, OFFSET, CURSOR)
"""What `page_of` reads of the request."""
HEADERS: tuple[HeaderName, ...] = ("ETag", "X-Total-Count", "Link")
"""What goes with a page."""


async def page_of(
    request: Request,
    rows: Select[Any],
    columns: Columns,
    ordering: Ordering,
) -> tuple[list[Row], dict[str, str]]:
    """The rows of the page that the request asks for, and the headers that go with them."""
    reader = resources_of(request).reader
    slice_ = _slice(request, ordering)
    try:
        wanted = slice_.of(rows.with_only_columns(*columns))
    except BadCursor as error:
        raise BadRequest(str(error)) from None
    found = await fetch(reader, wanted, rows.column_descriptions[0]["name"])
    counted = await fetch_tuples(reader, rows.with_only_columns(func.count(ordering.id)))
    page = slice_.page(found)
    headers = {"X-Total-Count": str(counted[0][0])}
    if page.has_next:
        headers["Link"] = f'<{_next(request, page, slice_.limit)}>; rel="next"'
    return page.rows, headers


def _slice(request: Request, ordering: Ordering) -> Slice:
    limit, offset, cursor = LIMIT.of(request), OFFSET.of(request), CURSOR.of(request)
    if cursor is not None and OFFSET.name in request.query_params:
        raise BadRequest("Give cursor or offset, not both.")
    return Slice(ordering, limit, offset=offset, after=cursor)


def _next(request: Request, page: Page, limit: int) -> str:
    cursor = page.ordering.cursor(page.rows[-1])
    paging = {LIMIT.name: str(limit), CURSOR.name: cursor}
    kept = {name: value for name, value in request.query_params.items() if name != OFFSET.name}
    return f"{request.url.path}?{urlencode(kept | paging)}"
