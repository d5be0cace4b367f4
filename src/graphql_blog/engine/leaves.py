"""Leaf values to what the response holds, a whole column at a time.

What is plainly right — texts where texts belong, whole numbers in range — passes as it is. For
everything else `None` is returned, and the column goes value by value through the type's own
`coerce_output_value`, which has the last word and the words of every error.
"""

from collections.abc import Callable, Set
from math import isfinite
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLLeafType,
    GraphQLString,
)
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

Complete = Callable[[list[Any], Set[type]], list[Any] | None]
"""`(values, their classes)`: the column completed, or None where it takes a closer look."""

NULL = type(None)


def complete_leaf(type_: GraphQLLeafType) -> Complete | None:
    """The way to complete whole columns of this type; none for scalars with code of their own."""
    if isinstance(type_, GraphQLEnumType):
        return _Names(type_)
    return BUILT_IN.get(type_.name) if type_ in BUILT_IN_TYPES else None


def _texts(values: list[Any], kinds: Set[type]) -> list[Any] | None:
    return values if kinds <= {str, NULL} else None


def _ids(values: list[Any], kinds: Set[type]) -> list[Any] | None:
    if kinds <= {str, NULL}:
        return values
    return [str(value) for value in values] if kinds == {int} else None


def _whole_numbers(values: list[Any], kinds: Set[type]) -> list[Any] | None:
    numbers = [value for value in values if value is not None] if NULL in kinds else values
    if not kinds <= {int, NULL}:
        return None
    fits = not numbers or (min(numbers) >= GRAPHQL_MIN_INT and max(numbers) <= GRAPHQL_MAX_INT)
    return values if fits else None


def _floats(values: list[Any], kinds: Set[type]) -> list[Any] | None:
    return values if kinds == {float} and all(map(isfinite, values)) else None


def _booleans(values: list[Any], kinds: Set[type]) -> list[Any] | None:
    return values if kinds <= {bool, NULL} else None


class _Names:
    """Members of a Python enum to the names they have in GraphQL."""

    def __init__(self, type_: GraphQLEnumType) -> None:
        self._type = type_
        self._class: type | None = getattr(type_, "wrapped_cls", None)
        self._names: dict[Any, str] = {}

    def __call__(self, values: list[Any], kinds: Set[type]) -> list[Any] | None:
        if kinds != {self._class}:
            return None
        names = self._names
        try:
            return [names[value] for value in values]
        except KeyError:
            names |= {value: self._type.coerce_output_value(value) for value in set(values)}
            return [names[value] for value in values]


BUILT_IN_TYPES = (GraphQLString, GraphQLID, GraphQLInt, GraphQLFloat, GraphQLBoolean)
BUILT_IN: dict[str, Complete] = {
    "String": _texts,
    "ID": _ids,
    "Int": _whole_numbers,
    "Float": _floats,
    "Boolean": _booleans,
}
