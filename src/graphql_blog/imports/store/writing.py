"""One batch's transaction. In a dry run it only reads, and remembers what it would have written."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from sqlalchemy import Row, Select, delete, insert, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.db.models import Base, Comment, Post, Tag, User
from graphql_blog.imports.report import Report

# Both databases take some 32,000 parameters in a statement.
KEYS_A_STATEMENT = 10_000

Item = TypeVar("Item")


@dataclass(slots=True)
class Seen:
    """What one import has to know of the batches before: ids and hashes, so that it stays small."""

    user_ids: set[int] = field(default_factory=set)
    tags: set[str] = field(default_factory=set)
    imagined_ids: Iterator[int] = field(default_factory=lambda: count(1))
    would_be: dict[int, int] = field(default_factory=dict)
    """Of a dry run: an id below zero by the hash of each name that would have been stored."""


@dataclass(slots=True)
class Writing:
    session: AsyncSession
    now: datetime
    seen: Seen
    report: Report
    is_dry: bool = False
    author_ids: set[int] = field(default_factory=set)
    tag_ids: set[int] = field(default_factory=set)
    """Whose posts have become others: they are counted anew before the batch ends."""

    async def rows(
        self,
        statement: Select[*tuple[Any, ...]],
        key: InstrumentedAttribute[Any],
        keys: Collection[Any],
    ) -> list[Row[*tuple[Any, ...]]]:
        """The rows whose `key` is one of `keys`."""
        found: list[Row[*tuple[Any, ...]]] = []
        for portion in in_portions(list(keys)):
            found.extend(await self.session.execute(statement.where(key.in_(portion))))
        return found

    async def insert(
        self,
        table: type[User | Tag | Post | Comment],
        key: InstrumentedAttribute[Any],
        rows: Sequence[dict[str, Any]],
    ) -> list[int]:
        """The ids of the new rows, in their order, which the databases do not keep by themselves.

        To ask them to keep it makes SQLite insert one row at a time: half as fast in all.
        """
        if self.is_dry or not rows:
            return [-next(self.seen.imagined_ids) for _ in rows]
        inserted = await self.session.execute(insert(table).returning(key, table.id), rows)
        ids: dict[str, int] = dict(inserted.all())
        return [ids[row[key.key]] for row in rows]

    async def write(self, statement: Any, rows: Sequence[dict[str, Any]]) -> None:
        """Runs a statement once for each of `rows`."""
        if rows and not self.is_dry:
            await self.session.execute(statement, rows)

    async def delete(
        self,
        table: type[Base],
        key: Sequence[InstrumentedAttribute[Any]],
        keys: Sequence[tuple[Any, ...]],
    ) -> None:
        """Removes the rows whose `key` columns hold one of `keys`."""
        for portion in [] if self.is_dry else in_portions(keys):
            await self.session.execute(delete(table).where(tuple_(*key).in_(portion)))

    def remember(self, table: type[Base], names: Mapping[str, int]) -> None:
        if self.is_dry:
            self.seen.would_be |= {hash((table, name)): id_ for name, id_ in names.items()}

    def remembered(self, table: type[Base], names: Iterable[str]) -> dict[str, int]:
        """The ids of those that an earlier batch of a dry run would have stored."""
        hashes = {name: hash((table, name)) for name in names} if self.is_dry else {}
        would_be = self.seen.would_be
        return {name: would_be[key] for name, key in hashes.items() if key in would_be}


def in_portions(keys: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (keys[i : i + KEYS_A_STATEMENT] for i in range(0, len(keys), KEYS_A_STATEMENT))
