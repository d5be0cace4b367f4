"""What a transaction changes, as tags: read off the statements themselves, whoever sends them.

A statement says at least which table it changes, and its WHERE often which rows: those with an id,
or those that belong to something. What it does not say is taken to be everything.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Column, Connection, Engine, Table, event
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList, ColumnElement

from graphql_blog.db import tags
from graphql_blog.db.models import Base

CHANGED = "graphql_blog.changed"
HARMLESS = re.compile(
    r"\s*(SELECT|BEGIN|PRAGMA|SHOW|SET|SAVEPOINT|RELEASE|ROLLBACK|COMMIT)\b", re.IGNORECASE
)
MAX_ROWS = 1_000
"""Of so many rows at once it is not looked up which they are."""


def watch(engine: Engine) -> None:
    """Notes what each transaction of the engine changes, until `taken`."""
    event.listen(engine, "begin", _begun)
    event.listen(engine, "after_cursor_execute", _executed)


def noted(connection: Connection) -> set[str]:
    """The tags of what the transaction at hand has changed so far."""
    found: set[str] = connection.info.setdefault(CHANGED, set())
    return found


def taken(connection: Connection) -> frozenset[str]:
    """The tags of what the last transaction has changed, if nobody asked before."""
    return frozenset(connection.info.pop(CHANGED, ()))


def _begun(connection: Connection) -> None:
    connection.info.pop(CHANGED, None)


def _executed(
    connection: Connection,
    _cursor: Any,
    statement: str,
    _parameters: Any,
    context: Any,
    _executemany: bool,
) -> None:
    compiled = context.compiled
    if context.isinsert or context.isupdate or context.isdelete:
        table = Base.metadata.tables.get(compiled.statement.table.name)
        if table is None:
            return  # Nothing that is shown, such as the number of the last migration.
        given: Sequence[Mapping[str, Any]] = context.compiled_parameters
        if context.isinsert:
            noted(connection).update(_inserted(table, statement, given))
        else:
            noted(connection).update(_changed(table, context, statement, given))
        if context.isdelete:
            noted(connection).update(_taken_along(table))
    elif (compiled is None or context.is_text or context.isddl) and not HARMLESS.match(statement):
        noted(connection).add(tags.EVERYTHING)


def _inserted(table: Table, statement: str, given: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """New rows are in no answer yet: only what lists them changes."""
    yield tags.listed(table.name)
    for column in _leading(table):
        if column.key == "id":
            continue
        if len(given) > MAX_ROWS or not all(column.key in row for row in given):
            # Left out it is null, and null leads nowhere.
            if not column.nullable or re.search(rf"\b{column.name}\b", statement):
                yield tags.whole(column)
            continue
        yield from _named(column, (row[column.key] for row in given))


def _changed(
    table: Table, context: Any, statement: str, given: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    yield tags.listed(table.name)
    pinned = _pinned(table, context.compiled.statement.whereclause)
    for column in _leading(table):
        parameter = pinned.get(column.key)
        # In a WHERE, SQLAlchemy writes spaces around the sign.
        is_set = re.search(rf"\b{column.name}=", statement)
        if parameter is None or is_set or len(given) > MAX_ROWS:
            yield tags.whole(column)
        else:
            name = context.compiled.bind_names[parameter]
            # An IN has a parameter for each of its values, made at execution.
            names = context._expanded_parameters.get(name, [name])
            yield from _named(column, (row[name] for row in given for name in names))


def _named(column: Column[Any], values: Iterable[Any]) -> Iterator[str]:
    for value in values:
        if value is not None:
            yield tags.of(column, value)


def _pinned(table: Table, where: Any) -> dict[str, BindParameter[Any]]:
    """The parameters that a WHERE demands columns to be equal to, or one of."""
    found: dict[str, BindParameter[Any]] = {}
    for part in _parts(where):
        if not isinstance(part, BinaryExpression) or part.operator not in _EQUAL:
            continue
        left, right = part.left, part.right
        of_table = isinstance(left, Column) and left.table is not None
        if of_table and left.table.name == table.name and isinstance(right, BindParameter):
            found[str(left.key)] = right
    return found


_EQUAL = (operators.eq, operators.in_op)


def _parts(where: ColumnElement[Any] | None) -> Iterator[ColumnElement[Any]]:
    """The conditions that all have to hold."""
    if isinstance(where, BooleanClauseList) and where.operator is operators.and_:
        for part in where.clauses:
            yield from _parts(part)
    elif where is not None:
        yield where


@cache
def _leading(table: Table) -> tuple[Column[Any], ...]:
    return tuple(column for column in table.columns if tags.leads_somewhere(column))


@cache
def _taken_along(table: Table) -> frozenset[str]:
    """What a deletion takes along: the database itself deletes or changes the rows that point
    there.
    """
    found: set[str] = set()
    waiting, seen = [table], {table}
    while waiting:
        target = waiting.pop()
        for child in Base.metadata.tables.values():
            keys = [key for key in child.foreign_keys if key.column.table is target]
            if any(key.ondelete in {"CASCADE", "SET NULL"} for key in keys):
                found |= {tags.listed(child.name), *map(tags.whole, _leading(child))}
                if child not in seen:
                    seen.add(child)
                    waiting.append(child)
    return frozenset(found)
