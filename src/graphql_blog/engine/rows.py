"""Rows as objects of a GraphQL type; in SQL, sets of keys and the pages of many parents."""

from collections.abc import Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BindParameter,
    ColumnElement,
    Dialect,
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

from graphql_blog.engine.keyset import Bounds, Page, Slice


class Row(tuple[Any, ...]):
    """One row with only the columns that were asked for, as an object of a GraphQL type.

    Its values are read by their places; resolvers in Python read them as attributes.
    """

    __slots__ = ()
    graphql_type: ClassVar[str]
    names: ClassVar[tuple[str, ...]]
    places: ClassVar[dict[str, int]]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"This {self.graphql_type} was read without its column {name}.")


@lru_cache(maxsize=1000)
def row_class(graphql_type: str, names: tuple[str, ...]) -> type[Row]:
    """The class of the rows with these columns; documents choose them, so not all are kept."""
    places = {name: place for place, name in enumerate(names)}
    columns = {name: property(itemgetter(place)) for name, place in places.items()}
    described = {"graphql_type": graphql_type, "names": names, "places": places, "__slots__": ()}
    return type(f"{graphql_type}Row", (Row,), {**columns, **described})


async def fetch(engine: AsyncEngine, rows: Select[Any], graphql_type: str) -> list[Row]:
    """Runs one SELECT on a connection of its own, held no longer than the statement runs."""
    async with engine.connect() as connection:
        result = await connection.execute(rows)
        return list(map(row_class(graphql_type, tuple(result.keys())), result))


async def fetch_tuples(engine: AsyncEngine, rows: Executable) -> Sequence[Any]:
    """The same for counts and links, which stand for no object."""
    async with engine.connect() as connection:
        found: Sequence[Any] = (await connection.execute(rows)).all()
        return found


def one_of_keys(dialect: Dialect, where: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
    """`where` is one of the parameter `keys`: the same SQL however many there are."""
    if dialect.name == "postgresql":
        return where == any_(_keys(where))
    values = func.json_each(_keys(where)).table_valued("value")
    return where.in_(select(column("value", where.type)).select_from(values))


def page_of_each_parent(
    dialect: Dialect,
    rows: Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    parent: InstrumentedAttribute[Any],
    bounds: Bounds,
) -> Select[Any]:
    """The same slice of the children of every parent in `keys`, in one statement.

    The rows come with `parent_key` and `number`, their place among the children of that parent.
    """
    if dialect.name == "postgresql":
        return _looked_up(rows, columns, parent, bounds)
    return _numbered(rows.where(one_of_keys(dialect, parent)), columns, parent, bounds)


def _looked_up(
    rows: Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    parent: InstrumentedAttribute[Any],
    bounds: Bounds,
) -> Select[Any]:
    """Goes to the index once for each parent, and reads no further than the end of its page."""
    parents = func.unnest(_keys(parent)).table_valued("parent_key")
    parent_key = parents.render_derived(name="parents").c.parent_key
    page = (
        bounds.of(rows.where(parent == parent_key))
        .with_only_columns(*columns, _place(bounds).label("number"))
        .lateral("page")
    )
    return select(*page.c, parent_key).join_from(parent_key.table, page, true())


def _numbered(
    rows: Select[Any],
    columns: Sequence[InstrumentedAttribute[Any]],
    parent: InstrumentedAttribute[Any],
    bounds: Bounds,
) -> Select[Any]:
    """Numbers the ids of all children first, which an index alone can answer, and reads the wide
    columns of the chosen ones only.
    """
    id_ = bounds.ordering.id
    number = _place(bounds, partition_by=parent)
    numbered = (
        rows.where(*bounds.within())
        .with_only_columns(id_, parent.label("parent_key"), number.label("number"))
        .subquery("numbered")
    )
    offset, limit = bindparam("offset", type_=Integer()), bindparam("limit", type_=Integer())
    target = columns[0].class_.id
    return (
        select(*columns, numbered.c.parent_key, numbered.c.number)
        .join(numbered, target == numbered.c[id_.key])
        .where(numbered.c.number > offset, numbered.c.number <= offset + limit)
    )


def _place(bounds: Bounds, **partition: Any) -> ColumnElement[int]:
    return func.row_number().over(order_by=bounds.order(), **partition)


def _keys(like: InstrumentedAttribute[Any]) -> BindParameter[Any]:
    """The keys to look for, as PostgreSQL's array or as the JSON that SQLite reads."""
    items = ARRAY(String if isinstance(like.type, String) else Integer)
    return bindparam("keys", type_=items.with_variant(JSON(), "sqlite"))


def pages_by_parent(found: Sequence[Row], keys: Sequence[Any], slice_: Slice) -> list[Page]:
    """A page for each parent, in the order of `keys`."""
    if found:
        found = sorted(found, key=itemgetter(found[0].places["number"]))
    return [slice_.page(children) for children in grouped(found, keys)]


def grouped(found: Sequence[Row], keys: Sequence[Any]) -> list[list[Row]]:
    """The rows of each parent, in the order of `keys`."""
    children: dict[Any, list[Row]] = {key: [] for key in keys}
    if found:
        place = found[0].places["parent_key"]
        for row in found:
            children[row[place]].append(row)
    return [children[key] for key in keys]
