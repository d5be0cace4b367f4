"""What a field and an embed are: how an object of JSON comes from a row."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from graphql_blog.engine.keyset import Ordering, Slice
from graphql_blog.engine.rows import Row
from graphql_blog.rest.objects import sources
from graphql_blog.rest.objects.nouns import Noun
from graphql_blog.rest.objects.reading import Reading
from graphql_blog.rest.objects.sources import Column, Listed, Names

USUAL = 20


@dataclass(frozen=True)
class Field:
    """A value made of columns of its row."""

    columns: tuple[str, ...]
    of: Callable[[Any, Reading], Any]
    is_awaited: bool = False


def column(name: str) -> Field:
    return Field((name,), lambda row, reading: getattr(row, name))


@dataclass(frozen=True)
class Found:
    """A value that one statement finds for all objects of a level."""

    column: str
    """By which it is found."""
    find: Callable[[Reading, list[Any]], Awaitable[Mapping[Any, Any]]]
    otherwise: Any

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)


class Embed(Protocol):
    """Other objects inside an object; one statement finds those of a whole level."""

    @property
    def noun(self) -> Noun: ...
    @property
    def columns(self) -> tuple[str, ...]:
        """What the rows around need to have."""

    @property
    def is_list(self) -> bool: ...
    @property
    def has_limit(self) -> bool: ...
    @property
    def usual(self) -> int:
        """How many there are at most, unless said."""

    async def rows(
        self, reading: Reading, around: Sequence[Row], names: Names, limit: int
    ) -> list[list[Row]]:
        """Those of each row."""


@dataclass(frozen=True)
class One:
    """The object that a column of the row names."""

    noun: Noun
    column: str
    key: Column
    is_list: bool = False
    has_limit: bool = False
    usual: int = 1

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    async def rows(
        self, reading: Reading, around: Sequence[Row], names: Names, limit: int
    ) -> list[list[Row]]:
        wanted = [getattr(row, self.column) for row in around]
        keys = [key for key in dict.fromkeys(wanted) if key is not None]
        found = await sources.by_key(reading, self.noun, self.key, keys, names)
        return [[found[key]] if key in found else [] for key in wanted]


@dataclass(frozen=True)
class First:
    """The first of a list that belongs to the row."""

    listed: Listed
    ordering: Ordering
    columns: tuple[str, ...] = ("id",)
    is_list: bool = True
    has_limit: bool = True
    usual: int = USUAL

    @property
    def noun(self) -> Noun:
        return self.listed.noun

    async def rows(
        self, reading: Reading, around: Sequence[Row], names: Names, limit: int
    ) -> list[list[Row]]:
        slice_ = Slice(self.listed.ordered(self.ordering), limit)
        parents = list(dict.fromkeys(row.id for row in around))
        found = await sources.pages(reading, self.listed, parents, names, slice_)
        lists = dict(zip(parents, found, strict=True))
        return [lists[row.id] for row in around]


@dataclass(frozen=True)
class Few:
    """A short list that a statement of its own finds."""

    noun: Noun
    find: Callable[[Reading, list[Any], Names, int], Awaitable[list[list[Row]]]]
    usual: int
    has_limit: bool
    columns: tuple[str, ...] = ("id",)
    is_list: bool = True

    async def rows(
        self, reading: Reading, around: Sequence[Row], names: Names, limit: int
    ) -> list[list[Row]]:
        parents = list(dict.fromkeys(row.id for row in around))
        found = await self.find(reading, parents, names, limit) if parents else []
        lists = dict(zip(parents, found, strict=True))
        return [lists[row.id] for row in around]


Value: TypeAlias = Field | Found


@dataclass(frozen=True)
class Table:
    """What objects of a noun may have."""

    whole: Mapping[str, Field | Found]
    """The fields that are there when nobody says which."""
    more: Mapping[str, Field | Found] = field(default_factory=dict)
    """Those that have to be named. A name with a dot stands in an object of its own."""
    embeds: Mapping[str, Embed] = field(default_factory=dict)

    def value(self, name: str) -> Value | None:
        return self.whole.get(name) or self.more.get(name)

    def group(self, name: str) -> list[str]:
        """The fields of the inner object of that name."""
        return [inner for inner in self.more if inner.startswith(f"{name}.")]
