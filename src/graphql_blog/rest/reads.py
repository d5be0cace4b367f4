"""Reads: the objects that a request asks for, as an answer that caches know how long to keep."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.engine.rows import Row
from graphql_blog.errors import NotFound
from graphql_blog.rest import public
from graphql_blog.rest.objects import making, sources
from graphql_blog.rest.objects.nouns import Noun
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.rest.objects.selection import FIELDS, INCLUDE, Selection, limit_of, selected
from graphql_blog.rest.objects.sources import Column
from graphql_blog.rest.objects.tables import TABLES
from graphql_blog.rest.representations import data
from graphql_blog.rest.requests import Parameter, resources_of, viewer_of
from graphql_blog.throttle.meter import READ


def parameters_of(noun: Noun) -> tuple[Parameter, ...]:
    """What `wanted` reads of the request, but for the limits of what is embedded deeper."""
    embeds = TABLES[noun].embeds.items()
    limits = [limit_of(f"{name}.limit", embed.usual) for name, embed in embeds if embed.has_limit]
    return (FIELDS, INCLUDE, *limits)


def reading_of(request: Request) -> Reading:
    """The reads of this request, as of now."""
    return Reading(resources_of(request).rows, viewer_of(request), datetime.now(UTC))


async def wanted(request: Request, noun: Noun, rows: int = 1) -> Selection:
    """What the request wants of so many objects. What is embedded costs as if asked for by itself.

    Raises `BadRequest`, or `RateLimited`.
    """
    selection = selected(request, noun, rows)
    meter = request.scope["state"].get("meter")
    if meter and selection.statements:
        await meter.charge(READ * selection.statements)
    return selection


async def required(reading: Reading, noun: Noun, key: Column, value: int | str, *names: str) -> Row:
    """The object with this value in this column. Raises `NotFound`."""
    found = await sources.by_key(reading, noun, key, [value], frozenset(names))
    if value not in found:
        raise NotFound(f"{noun.name} not found")
    return found[value]


async def one(request: Request, noun: Noun, key: Column, value: int | str) -> Response:
    """The object with this value in this column, as an answer. Raises `NotFound`."""
    reading, selection = reading_of(request), await wanted(request, noun)
    row = await required(reading, noun, key, value, *selection.columns)
    (content,) = await making.made(reading, selection, [row])
    return await answer(request, reading, content)


async def answer(
    request: Request, reading: Reading, content: Any, headers: Mapping[str, str] | None = None
) -> Response:
    return data.fresh(request, content, {**(headers or {}), **await sharing(request, reading)})


async def sharing(request: Request, reading: Reading) -> Mapping[str, str]:
    """What to say to caches of what was read."""
    listed_at = reading.now if reading.changes_with_time else None
    return await public.headers(request, reading.tags, listed_at=listed_at)
