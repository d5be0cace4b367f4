"""Valid documents against any schema, and values for their variables, decoded from bytes.

Bytes, because Hypothesis draws and shrinks them fast: fewer and smaller ones mean less of a
document. A response key means the same field with the same arguments throughout a document,
so that wherever a key comes twice, its fields can be merged.
"""

from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    is_composite_type,
    parse,
)
from graphql.utilities import do_types_overlap

from tests.torture.inputs import Choices, Inputs

MAX_DEPTH = 5
MAX_SELECTIONS = 60
PALETTE = 8


@dataclass(frozen=True)
class Document:
    text: str
    operation: str | None
    variables: dict[str, str] = field(default_factory=dict)
    """The type of each variable."""

    @cached_property
    def ast(self) -> DocumentNode:
        """Parsed once, so that what is planned for one request serves the others."""
        return parse(self.text)


def document(schema: GraphQLSchema, data: bytes, *, late: bool = False) -> Document:
    """The document that these bytes stand for; with `late`, of asynchronous fields too."""
    return _Writer(schema, Choices(data), late=late).document()


class _Writer:
    def __init__(self, schema: GraphQLSchema, choices: Choices, *, late: bool) -> None:
        self._schema, self._choices, self._late = schema, choices, late
        self._inputs = Inputs(choices)
        self._fragments: dict[str, tuple[GraphQLNamedType, str]] = {}
        self._meaning: dict[str, tuple[str, str]] = {}
        self._palettes: dict[tuple[str, ...], list[str]] = {}
        self._room = MAX_SELECTIONS

    def document(self) -> Document:
        schema, choices = self._schema, self._choices
        mutates = schema.mutation_type is not None and choices.happens(15)
        root = schema.mutation_type if mutates else schema.query_type
        assert root is not None
        body = self._selection_set(root, 0)
        others = choices.happens(5)
        name = "Main" if others or choices.happens(30) else None
        words = ["mutation" if mutates else "query", *([name] if name else [])]
        operation = f"{' '.join(words)}{self._inputs.definitions()} {body}"
        fragments = [
            f"fragment {name} on {t} {text}" for name, (t, text) in self._fragments.items()
        ]
        rest = ["query Other { __typename }"] if others else []
        return Document("\n".join([operation, *fragments, *rest]), name, self._inputs.variables)

    def _selection_set(self, type_: GraphQLNamedType, depth: int) -> str:
        count = 1 + self._choices.below(6 if depth else 8)
        lines = [self._selection(type_, depth) for _ in range(count) if self._room > 0]
        inside = "\n".join(lines) or "__typename"
        return "{\n  " + inside.replace("\n", "\n  ") + "\n}"

    def _selection(self, type_: GraphQLNamedType, depth: int) -> str:
        self._room -= 1
        kind = self._choices.below(16)
        is_union = isinstance(type_, GraphQLUnionType)
        if kind == 15 or (is_union and depth >= MAX_DEPTH):
            return f"{self._alias()}__typename{self._directives()}"
        if kind == 14:
            return self._spread(type_, depth)
        if kind in {12, 13} or is_union:
            return self._inline(type_, depth)
        return self._field(type_, depth, composite=kind >= 5)

    # --------------------------------------------------------------------------------- fields

    def _field(self, type_: Any, depth: int, *, composite: bool) -> str:
        name = self._choices.among(self._names(type_, composite=composite and depth < MAX_DEPTH))
        key = name
        if self._choices.happens(35):
            key = f"a{self._choices.below(6)}"
            known = self._meaning.get(key, (name, ""))[0]
            name = known if self._fits(type_, known, depth) else name
            key = key if name == known else name
        definition = type_.fields[name]
        if key not in self._meaning:
            self._meaning[key] = name, self._inputs.arguments(definition.args)
        alias = "" if key == name else f"{key}: "
        below = (
            f" {self._selection_set(get_named_type(definition.type), depth + 1)}"
            if _is_composite(definition)
            else ""
        )
        return f"{alias}{name}{self._meaning[key][1]}{self._directives()}{below}"

    def _names(self, type_: Any, *, composite: bool) -> list[str]:
        """A few fields of each type come again and again, so that many of them are merged."""
        names = _fields(type_, composite=composite) or _fields(type_, composite=not composite)
        if names not in self._palettes:
            fitting = [name for name in names if self._late or not name.startswith("later")]
            # What tells back its arguments must not be lost among all the others.
            telling = [name for name in fitting if len(type_.fields[name].args) > 1] or fitting
            chosen = [self._choices.among(fitting) for _ in range(PALETTE)]
            self._palettes[names] = [*chosen, self._choices.among(telling)]
        return self._palettes[names]

    def _fits(self, type_: Any, name: str, depth: int) -> bool:
        definition = type_.fields.get(name)
        return definition is not None and (depth < MAX_DEPTH or not _is_composite(definition))

    def _alias(self) -> str:
        return f"t{self._choices.below(3)}: " if self._choices.happens(30) else ""

    # ------------------------------------------------------------------------------ fragments

    def _inline(self, type_: GraphQLNamedType, depth: int) -> str:
        condition = self._condition(type_)
        on = "" if condition is type_ and self._choices.happens(50) else f" on {condition}"
        inside = self._selection_set(condition, depth + 1)
        return f"...{on}{self._directives()} {inside}"

    def _spread(self, type_: GraphQLNamedType, depth: int) -> str:
        fitting = [n for n, (on, _) in self._fragments.items() if self._overlap(on, type_)]
        if fitting and self._choices.happens(60):
            return f"...{self._choices.among(fitting)}{self._directives()}"
        condition = self._condition(type_)
        # Written down only when it is complete, so that no fragment can spread itself.
        text = self._selection_set(condition, depth + 1)
        name = f"F{len(self._fragments)}"
        self._fragments[name] = condition, text
        return f"...{name}{self._directives()}"

    def _condition(self, type_: GraphQLNamedType) -> Any:
        if self._choices.happens(5 if isinstance(type_, GraphQLUnionType) else 40):
            return type_
        conditions = [
            other
            for name, other in self._schema.type_map.items()
            if isinstance(other, GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType)
            and not name.startswith("__")
            and self._overlap(other, type_)
        ]
        return self._choices.among(conditions)

    def _overlap(self, one: Any, other: Any) -> bool:
        return do_types_overlap(self._schema, one, other)

    # ----------------------------------------------------------------------------- directives

    def _directives(self) -> str:
        if not self._choices.happens(12):
            return ""
        one = f" @{self._choices.among(['include', 'skip'])}(if: {self._inputs.condition()})"
        if not self._choices.happens(15):
            return one
        other = "skip" if "include" in one else "include"
        return f"{one} @{other}(if: {self._inputs.condition()})"


@cache
def _fields(type_: Any, *, composite: bool) -> tuple[str, ...]:
    return tuple(name for name, field in type_.fields.items() if _is_composite(field) == composite)


def _is_composite(definition: GraphQLField) -> bool:
    return is_composite_type(get_named_type(definition.type))
