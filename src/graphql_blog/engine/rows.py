"""Rows as objects of a GraphQL type; in SQL, sets of keys and the pages of many parents."""

import json
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    Executable,
    Integer,
    Select,
    String,
    any_,
    bindparam,
    column,
    func,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.engine.keyset import Page, Slice


class Row:
    """One row with only the columns that were asked for, as an object of a GraphQL type."""

    graphql_type: ClassVar[str]

    def __init__(self, values: dict[str, Any]) -> None:
        self.__dict__ = values


@cache
def row_class(graphql_type: str) -> type[Row]:
    return type(f"{graphql_type}Row", (Row,), {"graphql_type": graphql_type})


async def fetch(engine: AsyncEngine, rows: Select[Any], graphql_type: str) -> list[Row]:
    """Runs one SELECT on a connection of its own, held no longer than the statement runs."""
    async with engine.connect() as connection:
        result = await connection.execute(rows)
        names, made = tuple(result.keys()), row_class(graphql_type)
        return [made(dict(zip(names, values, strict=True))) for values in result]


async def fetch_tuples(engine: AsyncEngine, rows: Executable) -> Sequence[Any]:
    """The same for counts and links, which stand for no object."""
    async with engine.connect() as connection:
        found: Sequence[Any] = (await connection.execute(rows)).all()
        return found


def one_of_keys(
    engine: AsyncEngine, where: InstrumentedAttribute[Any], keys: Iterable[Any]
) -> ColumnElement[bool]:
    """`where` is one of `keys`, in the same SQL however many there are, so that plans are kept."""
    if engine.dialect.name == "postgresql":
        return where == any_(_array(where, keys))
    values = func.json_each(json.dumps(list(keys))).table_valued("value")
    return where.in_(select(column("value", where.type)).select_from(values))


def page_of_each_parent(
    engine: AsyncEngine,
    rows: Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    parent: InstrumentedAttribute[Any],
    keys: Sequence[Any],
    slice_: Slice,
) -> Select[Any]:
    """The same slice of the children of every parent, in one statement.

    The rows come with `parent_key` and `number`, their place among the children of that parent.
    """
    if engine.dialect.name == "postgresql":
        return _looked_up(rows, columns, parent, keys, slice_)
    return _numbered(rows.where(one_of_keys(engine, parent, keys)), columns, parent, slice_)


def _looked_up(
    rows: Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    parent: InstrumentedAttribute[Any],
    keys: Sequence[Any],
    slice_: Slice,
) -> Select[Any]:
    """Goes to the index once for each parent, and reads no further than the end of its page."""
    parents = func.unnest(_array(parent, keys)).table_valued("parent_key")
    parent_key = parents.render_derived(name="parents").c.parent_key
    page = (
        slice_.of(rows.where(parent == parent_key))
        .with_only_columns(*columns, _place(slice_).label("number"))
        .lateral("page")
    )
    return select(*page.c, parent_key).join_from(parent_key.table, page, true())


def _numbered(
    rows: Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    parent: InstrumentedAttribute[Any],
    slice_: Slice,
) -> Select[Any]:
    """Numbers the ids of all children first, which an index alone can answer, and reads the wide
    columns of the chosen ones only.
    """
    id_ = slice_.ordering.id
    number = _place(slice_, partition_by=parent)
    numbered = (
        rows.where(*slice_.within())
        .with_only_columns(id_, parent.label("parent_key"), number.label("number"))
        .subquery("numbered")
    )
    chosen = numbered.c.number.between(slice_.offset + 1, slice_.offset + slice_.limit + 1)
    target = columns[0].class_.id
    return (
        select(*columns, numbered.c.parent_key, numbered.c.number)
        .join(numbered, target == numbered.c[id_.key])
        .where(chosen)
    )


def _place(slice_: Slice, **partition: Any) -> ColumnElement[int]:
    order = slice_.ordering.by(backwards=slice_.backwards)
    return func.row_number().over(order_by=order, **partition)


def _array(like: InstrumentedAttribute[Any], values: Iterable[Any]) -> ColumnElement[Any]:
    type_ = ARRAY(String if isinstance(like.type, String) else Integer)
    return bindparam(None, list(values), type_=type_)


def pages_by_parent(found: Iterable[Any], keys: Sequence[Any], slice_: Slice) -> list[Page]:
    """A page for each parent, in the order of `keys`."""
    children: dict[Any, list[Any]] = {key: [] for key in keys}
    for row in sorted(found, key=lambda row: row.number):
        children[row.parent_key].append(row)
    return [slice_.page(children[key]) for key in keys]
