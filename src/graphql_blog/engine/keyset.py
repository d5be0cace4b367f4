"""Slices of an ordered list by key, never by position: orderings, cursors, first and last pages.

A cursor names its ordering and carries the values of the row it stands on, so a page starts right
after that row however many others came or went meanwhile. The columns of an ordering are never
null, hence one row comparison says what comes after a cursor.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from hashlib import blake2b
from types import MappingProxyType
from typing import Any, Protocol

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    UnaryExpression,
    bindparam,
    tuple_,
)
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.types import TypeEngine

CHECK_BYTES = 6
MAX_CURSOR = 4000
LARGEST_INTEGER = 2**31 - 1
FIRST_YEAR, LAST_YEAR = 1000, 9998
NOTHING: Mapping[str, Any] = MappingProxyType({})
DAMAGED = "This is no cursor, or a damaged one: pass one on exactly as a page gave it."


class BadCursor(ValueError):
    """The cursor is damaged, or belongs to another list; says so in words for its reader."""


@dataclass(frozen=True)
class Ordering:
    """An order of rows: by a column that is never null, ties broken by id in the same direction.

    `name` is written into cursors: one of another ordering is refused.
    """

    name: str
    column: InstrumentedAttribute[Any]
    id: InstrumentedAttribute[int]
    descending: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The attributes of a row that a cursor is made of."""
        return ("id",) if self.column is self.id else (self.column.key, "id")

    @property
    def _columns(self) -> tuple[InstrumentedAttribute[Any], ...]:
        return (self.id,) if self.column is self.id else (self.column, self.id)

    def by(self, *, backwards: bool = False) -> list[UnaryExpression[Any]]:
        """The ORDER BY."""
        down = self.descending is not backwards
        return [column.desc() if down else column.asc() for column in self._columns]

    def beyond(
        self, name: str, values: Mapping[str, Any], *, backwards: bool = False
    ) -> ColumnElement[bool]:
        """The rows that come after the place of that name; before it, when read backwards."""
        place = [_given(f"{name}_{column.key}", column.type, values) for column in self._columns]
        here, there = tuple_(*self._columns), tuple_(*place)
        down = self.descending is not backwards
        return here < there if down else here > there

    def place(self, name: str, cursor: str) -> dict[str, Any]:
        """The values of the parameters that `beyond` has for this name. Raises `BadCursor`."""
        names = [f"{name}_{column.key}" for column in self._columns]
        return dict(zip(names, self._values(cursor), strict=True))

    def cursor(self, row: Any) -> str:
        """Where `row` stands in this order, opaque to its reader."""
        values = [_as_json(getattr(row, key)) for key in self.keys]
        payload = json.dumps([self.name, *values], ensure_ascii=False).encode(
            "utf-8", "surrogatepass"
        )
        return _spelt(_check(payload) + payload)

    def _values(self, cursor: str) -> list[Any]:
        name, *values = _opened(cursor)
        if name != self.name:
            raise BadCursor(
                f"This cursor belongs to the list {name}, not to {self.name}:"
                " take one from a page of the same list in the same order."
            )
        if len(values) != len(self.keys):
            raise BadCursor(DAMAGED)
        types = [column.type.python_type for column in self._columns]
        return [_of_type(type_, value) for type_, value in zip(types, values, strict=True)]


class Orderings(Protocol):
    """The ordering by a field of a noun."""

    def __call__(self, field: str, *, descending: bool) -> Ordering: ...


def orderings(
    noun: str,
    columns: Mapping[str, InstrumentedAttribute[Any]],
    id_: InstrumentedAttribute[int],
) -> Orderings:
    """What makes the orderings of a noun; their names say noun, field and direction."""

    def ordering(field: str, *, descending: bool) -> Ordering:
        direction = "DESC" if descending else "ASC"
        return Ordering(f"{noun} by {field} {direction}", columns[field], id_, descending)

    return ordering


@dataclass(frozen=True)
class Bounds:
    """What a slice is in SQL: everything but its numbers and the places of its cursors.

    Those are the named parameters `limit`, `offset`, and `after_…` and `before_…`, which a
    statement made from bounds alone is given at each execution.
    """

    ordering: Ordering
    backwards: bool = False
    after: bool = False
    before: bool = False

    def within(self, values: Mapping[str, Any] = NOTHING) -> list[ColumnElement[bool]]:
        """The conditions that the cursors make."""
        conditions = []
        if self.after:
            conditions.append(self.ordering.beyond("after", values))
        if self.before:
            conditions.append(self.ordering.beyond("before", values, backwards=True))
        return conditions

    def order(self) -> list[UnaryExpression[Any]]:
        """The ORDER BY."""
        return self.ordering.by(backwards=self.backwards)

    def of(self, rows: Select[Any], values: Mapping[str, Any] = NOTHING) -> Select[Any]:
        """The slice as a statement."""
        ordered = rows.where(*self.within(values)).order_by(*self.order())
        limit, offset = (_given(name, Integer(), values) for name in ("limit", "offset"))
        return ordered.limit(limit).offset(offset)


@dataclass(frozen=True)
class Slice:
    """Which part of an ordered list is wanted. `backwards` reads from its end, or from `before`."""

    ordering: Ordering
    limit: int
    offset: int = 0
    after: str | None = None
    before: str | None = None
    backwards: bool = False

    @property
    def bounds(self) -> Bounds:
        return Bounds(
            self.ordering,
            self.backwards,
            after=self.after is not None,
            before=self.before is not None,
        )

    @cached_property
    def values(self) -> dict[str, Any]:
        """The parameters of its bounds. Raises `BadCursor`."""
        # One row more than wanted tells whether there is more.
        return {"limit": self.limit + 1, "offset": self.offset, **self.places()}

    def places(self) -> dict[str, Any]:
        """What its cursors say. Raises `BadCursor`."""
        after = self.ordering.place("after", self.after) if self.after is not None else {}
        before = self.ordering.place("before", self.before) if self.before is not None else {}
        return after | before

    def of(self, rows: Select[Any]) -> Select[Any]:
        """The slice as a statement, with its values in it. Raises `BadCursor`."""
        return self.bounds.of(rows, self.values)

    def page(self, found: Sequence[Any]) -> "Page":
        """The page made of what the statement found."""
        rows, more = list(found[: self.limit]), len(found) > self.limit
        if self.backwards:
            rows.reverse()
        return Page(
            rows,
            self.ordering,
            has_next=self.before is not None if self.backwards else more,
            has_previous=more if self.backwards else bool(self.after is not None or self.offset),
        )


@dataclass(frozen=True)
class Page:
    """Rows in the order of the list, and whether the list goes on at either end."""

    rows: list[Any]
    ordering: Ordering
    has_next: bool
    has_previous: bool


def _given(name: str, type_: TypeEngine[Any], values: Mapping[str, Any]) -> BindParameter[Any]:
    """A parameter with its value, or one whose value is given later."""
    # The type of the column, or an instant would not be compared in the form it is kept in.
    if name in values:
        return bindparam(name, values[name], type_)
    return bindparam(name, type_=type_)


def _as_json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _of_type(type_: type[Any], value: Any) -> Any:
    """The value as its column has it. A cursor is no secret, so anybody could have made it up."""
    try:
        if type_ is datetime and isinstance(value, str):
            instant = datetime.fromisoformat(value).astimezone(UTC)
            if FIRST_YEAR <= instant.year <= LAST_YEAR:
                return instant
        if type_ is int and type(value) is int and abs(value) <= LARGEST_INTEGER:
            return value
        if type_ is str and isinstance(value, str) and "\x00" not in value:
            value.encode()
            return value
    except (ValueError, OverflowError):
        pass
    raise BadCursor(DAMAGED)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable() and len(value) < 100


def _check(payload: bytes) -> bytes:
    return blake2b(payload, digest_size=CHECK_BYTES, person=b"cursor").digest()


def _spelt(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _opened(cursor: str) -> list[Any]:
    try:
        if len(cursor) > MAX_CURSOR:
            raise BadCursor(DAMAGED)
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        check, payload = raw[:CHECK_BYTES], raw[CHECK_BYTES:]
        # Base64 can be spelt in several ways, of which a page gives one.
        if check == _check(payload) and cursor == _spelt(raw):
            opened = json.loads(payload)
            if isinstance(opened, list) and opened and _is_name(opened[0]):
                return opened
    except (ValueError, RecursionError):
        pass
    raise BadCursor(DAMAGED)
