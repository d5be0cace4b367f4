"""Pages of rows, with their total and the way to the next one in the headers.

The next page is always named by cursor, also after a page that was asked for by offset: what is
added or removed meanwhile neither repeats a row nor hides one.
"""

import asyncio
from collections.abc import Iterable, Mapping
from urllib.parse import quote, urlencode

from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.engine.keyset import BadCursor, Ordering, Orderings, Page, Slice
from graphql_blog.errors import BadRequest
from graphql_blog.rest.objects import making, sources
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.rest.objects.sources import Conditions, Listed
from graphql_blog.rest.operations import HeaderName
from graphql_blog.rest.reads import answer, parameters_of, wanted
from graphql_blog.rest.requests import Choice, Parameter, Text, WholeNumber

LIMIT = WholeNumber("limit", "How many at most.", default=20, least=1, most=100)
OFFSET = WholeNumber("offset", "How many to leave out.", default=0, least=0, most=2**31 - 1)
CURSOR = Text("cursor", "Where the page before ended, as its `Link` said; not with `offset`.")

HEADERS: tuple[HeaderName, ...] = ("ETag", "X-Total-Count", "Link")
"""What goes with a page."""


class Orders:
    """The orders of a list, by the words for them: a hyphen in front turns one around."""

    def __init__(self, ordering: Orderings, fields: Iterable[str], usual: str) -> None:
        self._made: Mapping[str, Ordering] = {
            f"{sign}{to_camel(field.lower())}": ordering(field, descending=bool(sign))
            for field in fields
            for sign in ("", "-")
        }
        words = "What to order by; with a hyphen in front from the other end."
        self.parameter = Choice("order", words, tuple(self._made), usual)

    def of(self, request: Request) -> Ordering:
        """Raises `BadRequest` when there is no such order."""
        return self._made[self.parameter.of(request) or ""]


def parameters(listed: Listed, orders: Orders) -> tuple[Parameter, ...]:
    """What `page_of` reads of the request."""
    return (LIMIT, OFFSET, CURSOR, orders.parameter, *parameters_of(listed.noun))


async def page_of(
    request: Request,
    reading: Reading,
    listed: Listed,
    orders: Orders,
    *,
    owner: int | None = None,
    conditions: Conditions = (),
) -> Response:
    """The page of the list that the request asks for; `owner` is whose list it is."""
    slice_ = _slice(request, listed.ordered(orders.of(request)))
    selection = await wanted(request, listed.noun, slice_.limit)
    names = selection.columns | {*slice_.ordering.keys}
    found, total = await asyncio.gather(
        sources.page(reading, listed, names, slice_, owner, conditions),
        sources.count(reading, listed, owner, conditions),
    )
    page = slice_.page(found)
    headers = {"X-Total-Count": str(total)}
    if page.has_next:
        headers["Link"] = f'<{_next(request, page, slice_.limit)}>; rel="next"'
    return await answer(request, reading, await making.made(reading, selection, page.rows), headers)


def _slice(request: Request, ordering: Ordering) -> Slice:
    limit, offset, cursor = LIMIT.of(request), OFFSET.of(request), CURSOR.of(request)
    if cursor is not None and OFFSET.name in request.query_params:
        raise BadRequest("Give cursor or offset, not both.")
    slice_ = Slice(ordering, limit, offset=offset, after=cursor)
    try:
        slice_.places()
    except BadCursor as error:
        raise BadRequest(str(error)) from None
    return slice_


def _next(request: Request, page: Page, limit: int) -> str:
    cursor = page.ordering.cursor(page.rows[-1])
    own = {LIMIT.name, CURSOR.name, OFFSET.name}
    kept = [(name, value) for name, value in request.query_params.multi_items() if name not in own]
    query = urlencode([*kept, (LIMIT.name, str(limit)), (CURSOR.name, cursor)])
    return f"{quote(request.url.path)}?{query}"
