"""The errors of one operation: located, and in the order of the document.

graphql-core goes depth first and meets errors in that order; the engine meets them level by level.
Sorted by where they stand, and without those below what an earlier one made null, they are the same
list (GraphQL §6.4.4), and the same every time, however long each resolver took.
"""

from collections.abc import Iterator
from math import inf
from typing import Any, NamedTuple

from graphql import GraphQLError
from graphql.error import located_error

from graphql_blog.engine.positions import Column, steps_nulled, steps_to

Order = tuple[float, ...]


class Failure(NamedTuple):
    """What went wrong with value `i` of a column."""

    column: Column
    i: int
    error: Exception
    after_items: bool
    """Whether the items of the list at that place came first."""


class Errors:
    """Collects what goes wrong while levels are executed."""

    def __init__(self) -> None:
        self._failures: list[Failure] = []

    def __bool__(self) -> bool:
        return bool(self._failures)

    def add(self, column: Column, i: int, error: Exception, *, after_items: bool = False) -> None:
        if column.failed is None:
            column.failed = set()
        column.failed.add(i)
        self._failures.append(Failure(column, i, error, after_items))

    def null_everything(self) -> bool:
        """Whether one of them has made the whole of the data null."""
        return any(_place(failure)[1] is None for failure in self._failures)

    def in_order(self) -> list[GraphQLError]:
        """The errors that a client is told."""
        placed = sorted(map(_placed, self._failures), key=lambda placed: placed[0])
        nulled: set[Order | None] = set()
        told = []
        for _order, nulls, error in placed:
            if None in nulled or any(above in nulled for above in _prefixes(nulls)):
                continue
            nulled.add(nulls)
            told.append(error)
        return told


def _prefixes(order: Order | None) -> Iterator[Order]:
    for length in range(1, len(order or ()) + 1):
        yield (order or ())[:length]


def _place(failure: Failure) -> tuple[list[Any], int | None]:
    steps = steps_to(failure.column, failure.i)
    return steps, steps_nulled(failure.column, failure.i, len(steps))


def _placed(failure: Failure) -> tuple[Order, Order | None, GraphQLError]:
    """Where the error stands, what it makes null, and the error as clients see it."""
    steps, nulled = _place(failure)
    order: Order = tuple(step.ordinal for step in steps)
    error = located_error(failure.error, failure.column.field.nodes, [step.key for step in steps])
    nulls = None if nulled is None else order[:nulled]
    return (*order, inf) if failure.after_items else order, nulls, error
