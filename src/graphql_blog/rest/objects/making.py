"""Rows as JSON objects: what one level needs is found for all of its rows at once."""

import asyncio
from collections.abc import Sequence
from typing import Any

from graphql_blog.engine.rows import Row
from graphql_blog.errors import BadRequest
from graphql_blog.rest.objects.fields import Field, Found
from graphql_blog.rest.objects.nouns import Noun
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.rest.objects.selection import Embedded, Selection
from graphql_blog.rest.objects.tables import TABLES

MOST_CHARACTERS = 32_000_000
"""In an answer that has objects in objects."""

Json = dict[str, Any]


async def made(reading: Reading, selection: Selection, rows: Sequence[Row]) -> list[Json]:
    """The answer made of these rows. Raises `BadRequest` when it would be too long."""
    objects = await _objects(reading, selection, rows)
    if selection.embeds:
        _require_writable(objects)
    return objects


async def whole(reading: Reading, noun: Noun, row: Any) -> Json:
    """One object as it is when nobody says what is wanted of it."""
    selection = Selection(noun, tuple(TABLES[noun].whole))
    return (await _objects(reading, selection, [row]))[0]


async def _objects(reading: Reading, selection: Selection, rows: Sequence[Row]) -> list[Json]:
    """The rows with all that is wanted of them, in their order."""
    table = TABLES[selection.noun]
    values = {name: table.value(name) for name in selection.names}
    found = {name: value for name, value in values.items() if isinstance(value, Found)}
    columns = await asyncio.gather(
        *[_found(reading, value, rows) for value in found.values()],
        *[_embedded(reading, embedded, rows) for embedded in selection.embeds],
    )
    names = [*found, *[embedded.name for embedded in selection.embeds]]
    beside = dict(zip(names, columns, strict=True))
    objects = []
    for place, row in enumerate(rows):
        object_: Json = {}
        for name, value in values.items():
            if isinstance(value, Field):
                shown = value.of(row, reading)
                _put(object_, name, await shown if value.is_awaited else shown)
            else:
                object_[name] = beside[name][place]
        for embedded in selection.embeds:
            object_[embedded.name] = beside[embedded.name][place]
        objects.append(object_)
    return objects


def _put(object_: Json, name: str, value: Any) -> None:
    outer, _, inner = name.partition(".")
    if inner:
        object_.setdefault(outer, {})[inner] = value
    else:
        object_[name] = value


async def _found(reading: Reading, value: Found, rows: Sequence[Row]) -> list[Any]:
    keys = [getattr(row, value.column) for row in rows]
    wanted = [key for key in dict.fromkeys(keys) if key is not None]
    found = await value.find(reading, wanted) if wanted else {}
    return [found.get(key, value.otherwise) for key in keys]


async def _embedded(reading: Reading, wanted: Embedded, rows: Sequence[Row]) -> list[Any]:
    """What belongs to each row: an object or none, or a list."""
    selection = wanted.selection
    lists = await wanted.embed.rows(reading, rows, selection.columns, wanted.limit)
    # The same author of many posts is one row, and made once.
    distinct = list({id(row): row for found in lists for row in found}.values())
    objects = await _objects(reading, selection, distinct)
    by_row = dict(zip(map(id, distinct), objects, strict=True))
    embedded = [[by_row[id(row)] for row in found] for found in lists]
    if wanted.embed.is_list:
        return embedded
    return [found[0] if found else None for found in embedded]


def _require_writable(made: list[Json]) -> None:
    """Refuses what is too long to be written: in memory the same post is there once, however often
    it is in the answer.
    """
    length = _length(made, {})
    if length > MOST_CHARACTERS:
        raise BadRequest(
            f"The answer would have {length:,} characters, and {MOST_CHARACTERS:,} are the most:"
            " name fields, or lower limit."
        )


def _length(value: Any, known: dict[int, int]) -> int:
    """How many characters its texts have; what stands in several places is looked at once."""
    if isinstance(value, str):
        return len(value)
    if not isinstance(value, dict | list):
        return 0
    name = id(value)
    if name not in known:
        parts = value.values() if isinstance(value, dict) else value
        known[name] = sum(_length(part, known) for part in parts)
    return known[name]
