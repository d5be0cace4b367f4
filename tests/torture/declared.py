"""A second schema: rows, and relations that batch functions answer, right and wrong."""

from collections.abc import Sequence
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.types import Info

from graphql_blog.engine.asked import Asked
from graphql_blog.engine.fields import (
    batch_field,
    column,
    computed,
    lookup,
    part,
    relation,
    root_rows,
)
from graphql_blog.engine.loaders import Loaders
from graphql_blog.engine.rows import row_class
from tests.torture.chaos import Chaos

WHAT = "A field of the torture schema."
COLUMNS = {
    "id": "ID",
    "name": "String",
    "size": "Int",
    "share": "Float",
    "open": "Boolean",
}
SHORT, LONG, FAILS = "too few", "too many", "fails"


class World(Chaos):
    """Rows whose columns are values chosen by hash, and batches that fail by hash."""

    root = None

    def __init__(self, seed: int, *, late: bool = True) -> None:
        super().__init__(seed, late=late)
        self.loaders = Loaders()
        self.batches: list[tuple[str, list[Any]]] = []

    def row(self, type_: str, columns: Sequence[str], id_: int) -> Any:
        """The row with only these columns: a text where a number belongs, if the hash says so."""
        made = row_class(type_, tuple(columns))
        return made(self._cell(type_, name, id_) for name in columns)

    def _cell(self, type_: str, name: str, id_: int) -> Any:
        if name == "id":
            return id_
        if name != "owner_id":
            return self.made(COLUMNS[name], type_, id_, name)
        if self.happens(self.wrong, "key", type_, id_):
            return self.pick((None, None, "text", b"bytes", 7), "key", type_, id_)
        return self.number("owner", type_, id_) % 5

    async def batch(self, name: str, keys: Sequence[Any], values: Sequence[Any]) -> list[Any]:
        """What a batch function gives back for its keys, when all goes well these values."""
        self.batches.append((name, list(keys)))
        await self.settled(None, name)
        failure = self.pick((SHORT, LONG, FAILS), "failure", name)
        if not self.happens(self.wrong, "batch", name):
            failure = ""
        if failure == FAILS:
            raise GraphQLError(f"No {name} today.", extensions={"code": "AWAY"})
        changed = [self._instead(value, name, key) for key, value in zip(keys, values, strict=True)]
        return changed[:-1] if failure == SHORT else changed + [None] * (failure == LONG)

    def _instead(self, value: Any, name: str, key: Any) -> Any:
        if not self.happens(self.wrong, "value", name, key):
            return value
        return self.pick((None, LookupError(f"No {name} {key}."), "text"), "instead", name, key)


async def things_by_id(asked: Asked, ids: Sequence[int]) -> Sequence[Any]:
    world = asked.context
    return await world.batch("thing", ids, [world.row("Thing", asked.columns, i) for i in ids])


async def owners(asked: Asked, ids: Sequence[Any]) -> Sequence[Any]:
    world = asked.context
    rows = [world.row("Owner", asked.columns, world.number("owner", i) % 7) for i in ids]
    return await world.batch("owner", ids, rows)


async def beings(asked: Asked, ids: Sequence[Any]) -> Sequence[Any]:
    """Objects of either type, each with the columns asked of that type."""
    world = asked.context
    types = [world.pick(("Thing", "Owner"), "being", i) for i in ids]
    columns = {name: asked.on(name).columns for name in types}
    rows = [
        world.row(name, columns[name], world.number(i) % 9)
        for name, i in zip(types, ids, strict=True)
    ]
    return await world.batch("being", ids, rows)


async def parts_of(asked: Asked, ids: Sequence[int], *, first: int = 2) -> Sequence[Any]:
    world = asked.context
    rows = [
        [world.row("Thing", asked.columns, i * 3 + number) for number in range(first % 4)]
        for i in ids
    ]
    return await world.batch(f"parts, the first {first}", ids, rows)


async def marks_of(
    asked: Asked, ids: Sequence[int], *, like: str | None = None, few: list[int] | None = None
) -> Sequence[Any]:
    values = [[f"{like} {few} {i} {n}" for n in range(i % 3)] for i in ids]
    return await asked.context.batch(f"marks {like} {few}", ids, values)


async def load_things(asked: Asked, *, count: int = 4) -> Any:
    world = asked.context
    await world.batch("things", [count], [None])
    return [world.row("Thing", asked.columns, i) for i in range(count % 7)]


async def load_thing(asked: Asked, id: int) -> Any:
    return asked.context.row("Thing", asked.columns, id) if id else None


def known_id(id: int) -> int | None:
    if id > 1000:
        raise ValueError("So large an id was never given.")
    return None if id < 0 else id


@strawberry.interface
class Being:
    id: strawberry.ID = column("id", description=WHAT)
    name: str | None = column("name", description=WHAT)

    @classmethod
    def is_type_of(cls, value: Any, info: Any) -> bool:
        """By the type that rows say they are of."""
        return bool(value.graphql_type == cls.__name__)


@strawberry.type
class Owner(Being):
    size: int | None = column("size", description=WHAT)
    share: float | None = column("share", description=WHAT)
    belongings: list["Thing"] | None = batch_field(parts_of, description=WHAT)
    friend: Being | None = relation(beings, key="id", description=WHAT)


@strawberry.type
class Measures:
    size: int = column("size", description=WHAT)
    open: bool | None = column("open", description=WHAT)
    marks: list[str] = batch_field(marks_of, description=WHAT)


@strawberry.type
class Thing(Being):
    size: int | None = column("size", description=WHAT)
    size_firm: int = column("size", description=WHAT)
    share: float | None = column("share", description=WHAT)
    open: bool = column("open", description=WHAT)
    owner: Owner | None = relation(owners, key="owner_id", description=WHAT)
    owner_firm: Owner = relation(owners, key="owner_id", description=WHAT)
    being: Being | None = relation(beings, key="owner_id", description=WHAT)
    parts: list["Thing"] = batch_field(parts_of, description=WHAT)
    more_parts: list["Thing | None"] | None = batch_field(parts_of, description=WHAT)
    marks: list[str] | None = batch_field(marks_of, description=WHAT)

    @computed("name", "size", description=WHAT)
    def label(self, loud: bool = False) -> str:  # an argument of the API
        return f"{self.name!r} of {self.size!r}{'!' * loud}"

    @computed("size", description=WHAT)
    async def half(self, info: Info) -> int:
        return await info.context.settled(self.size // 2, self.size)

    @part(description=WHAT)
    @staticmethod
    def measures(root: strawberry.Parent[Any]) -> Measures:
        return root

    @part(description=WHAT)
    @staticmethod
    def measures_or_not(root: strawberry.Parent[Any]) -> Measures | None:
        return root if int(root.id) % 2 else None


@strawberry.type
class Query:
    things: list[Thing] = root_rows(load_things, description=WHAT)
    some_things: list[Thing | None] | None = root_rows(load_things, description=WHAT)
    thing: Thing | None = root_rows(load_thing, description=WHAT)
    known: Thing | None = lookup(things_by_id, key=known_id, description=WHAT)


def schema(**options: Any) -> strawberry.Schema:
    """The schema of declared fields, to be executed by whatever the options say."""
    return strawberry.Schema(Query, types=[Thing, Owner], **options)
