"""Arguments, variables and their values."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    parse_type,
    type_from_ast,
)

from tests.torture.chaos import Chaos

T = TypeVar("T")

LITERALS = {
    "Int": ["0", "1", "-5", "2147483647"],
    "Float": ["0", "1.5", "-2e3"],
    "Boolean": ["false", "true"],
    "ID": ['"id"', "7", '"1"'],
    "String": ['""', '"text"', '"""block"""', '"\\u263a"'],
    "DateTime": ['"2020-02-29T12:00:00Z"', '"1999-12-31T23:59:59.999999+01:00"'],
}
VALUES: dict[str, tuple[Any, ...]] = {
    "Int": (0, 1, -5, 2**31 - 1, 3.0),
    "Float": (0, 1.5, -2e3),
    "Boolean": (False, True),
    "ID": ("id", 7, "1"),
    "String": ("", "text"),
    "DateTime": ("2020-02-29T12:00:00Z", "9998-01-01T00:00:00Z"),
}
WRONG = ("wrong", 2**40, 1.25, True, [], {}, {"size": "no"}, [None], {"unknown": 1})


class Choices:
    """Decisions read from bytes; when they are used up, always the first and simplest."""

    def __init__(self, data: bytes) -> None:
        self._bytes = iter(data)

    def below(self, number: int) -> int:
        high = next(self._bytes, 0) if number > 256 else 0
        return (high * 256 + next(self._bytes, 0)) % number

    def among(self, options: Sequence[T]) -> T:
        return options[self.below(len(options))]

    def happens(self, percent: int) -> bool:
        return next(self._bytes, 0) * 100 // 256 >= 100 - percent


class Inputs:
    """Writes arguments, and remembers the variables in them."""

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self.variables: dict[str, str] = {}
        self._defaults: dict[str, str] = {}

    def definitions(self) -> str:
        defined = [f"${n}: {t}{self._defaults[n]}" for n, t in self.variables.items()]
        return f"({', '.join(defined)})" if defined else ""

    def arguments(self, arguments: Mapping[str, GraphQLArgument]) -> str:
        given = [
            f"{name}: {self._input(argument.type)}"
            for name, argument in arguments.items()
            if _is_required(argument) or self._choices.happens(40)
        ]
        return f"({', '.join(given)})" if given else ""

    def condition(self) -> str:
        """What `@skip` and `@include` ask for."""
        kind = self._choices.below(3)
        return ("true", "false")[kind] if kind < 2 else self._variable("Boolean!")

    def _input(self, type_: Any, depth: int = 0) -> str:
        if self._choices.happens(25):
            return self._variable(str(type_))
        return self._literal(type_, depth, inside=self._input)

    def _variable(self, type_: str) -> str:
        nullable = type_.removesuffix("!")
        fitting = [
            name
            for name, known in self.variables.items()
            if known == type_ or (known == nullable and self._defaults[name])
        ]
        if fitting and self._choices.happens(50):
            return f"${self._choices.among(fitting)}"
        name = f"v{len(self.variables)}"
        default = DEFAULTS.get(nullable) if self._choices.happens(50) else None
        weaker = default is not None and self._choices.happens(50)
        self.variables[name] = nullable if weaker else type_
        self._defaults[name] = f" = {default}" if default is not None else ""
        return f"${name}"

    def _literal(self, type_: Any, depth: int, inside: Any) -> str:
        if isinstance(type_, GraphQLNonNull):
            return self._literal_of(type_.of_type, depth, inside)
        return "null" if self._choices.happens(15) else self._literal_of(type_, depth, inside)

    def _literal_of(self, type_: Any, depth: int, inside: Any) -> str:
        if isinstance(type_, GraphQLList):
            if self._choices.happens(15):  # one item may stand for a list of it
                return self._literal(type_.of_type, depth, self._literal_inside)
            count = self._choices.below(4)
            return f"[{', '.join(inside(type_.of_type, depth) for _ in range(count))}]"
        if isinstance(type_, GraphQLEnumType):
            return self._choices.among(list(type_.values))
        if isinstance(type_, GraphQLInputObjectType):
            return self._object(type_, depth + 1, inside)
        return self._choices.among(LITERALS[type_.name])

    def _literal_inside(self, type_: Any, depth: int) -> str:
        return self._literal(type_, depth, self._literal_inside)

    def _object(self, type_: GraphQLInputObjectType, depth: int, inside: Any) -> str:
        given = [
            f"{name}: {inside(argument.type, depth)}"
            for name, argument in type_.fields.items()
            if _is_required(argument) or (depth < 3 and self._choices.happens(40))
        ]
        return f"{{{', '.join(given)}}}"


DEFAULTS = {
    "Int": "3",
    "Float": "2.5",
    "Boolean": "true",
    "ID": '"default"',
    "String": '"default"',
    "Kind": "BLUE",
    "[Kind]": "[RED, null]",
    "[Int!]": "[1, 2]",
    "[[Int!]]": "[[1], null]",
    "Box": '{size: 1, inner: [{size: 2, name: "default"}]}',
    "Boolean!": "true",
}


def _is_required(argument: Any) -> bool:
    return isinstance(argument.type, GraphQLNonNull) and argument.default_value is Undefined


def values(schema: GraphQLSchema, variables: Mapping[str, str], seed: int) -> dict[str, Any]:
    """Values for the variables of a document: right mostly, and then absent, null or wrong."""
    chaos = Chaos(seed)
    return {
        name: _value(chaos, type_from_ast(schema, parse_type(type_)), name)
        for name, type_ in variables.items()
        if not chaos.happens(2 if type_.endswith("!") else 25, "absent", name)
    }


def _value(chaos: Chaos, type_: Any, *key: Any) -> Any:
    if chaos.happens(1, "wrong", *key):
        return chaos.pick(WRONG, *key)
    if isinstance(type_, GraphQLNonNull):
        return _value_of(chaos, type_.of_type, *key)
    return None if chaos.happens(20, "null", *key) else _value_of(chaos, type_, *key)


def _value_of(chaos: Chaos, type_: Any, *key: Any) -> Any:
    if isinstance(type_, GraphQLList):
        return [_value(chaos, type_.of_type, *key, i) for i in range(chaos.number(*key, "n") % 3)]
    if isinstance(type_, GraphQLEnumType):
        return chaos.pick(list(type_.values), *key)
    if isinstance(type_, GraphQLInputObjectType):
        return {
            name: _value(chaos, argument.type, *key, name)
            for name, argument in type_.fields.items()
            if _is_required(argument) or (len(key) < 3 and chaos.happens(40, *key, name))
        }
    return chaos.pick(VALUES[type_.name], *key)
