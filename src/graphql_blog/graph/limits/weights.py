"""What fields cost, read from the directives of the schema."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DirectiveNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
    get_nullable_type,
    is_list_type,
    value_from_ast_untyped,
)
from strawberry.utils.str_converters import to_camel_case

from graphql_blog.graph.connections import DEFAULT_PAGE
from graphql_blog.graph.directives import ListSize, Weight
from graphql_blog.services.validation import MAX_COMMENT

A_BODY = 1_000_000
LONG_TEXTS = {
    ("Post", "content"): A_BODY,
    ("Post", "contentHtml"): A_BODY,
    ("Post", "plainText"): A_BODY,
    ("Comment", "content"): MAX_COMMENT,
    ("Comment", "contentHtml"): 2 * MAX_COMMENT,
}
"""Fields with texts that are longer than a line or two, and how many characters they may have."""

Composite = GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType


@dataclass(frozen=True, slots=True)
class Slicing:
    """How the arguments of a field say how long its list is."""

    arguments: tuple[str, ...]
    otherwise: int
    """Where no argument has a value."""
    sized_fields: frozenset[str]
    """The fields below that are the list; none when the field itself is."""


@dataclass(frozen=True, slots=True)
class FieldWeight:
    """What is known of one field of the schema."""

    once: int
    """For each time it is resolved."""
    each: int
    """For each object that it returns."""
    is_list: bool
    types: tuple[str, ...]
    """The object types that it may return; none for a scalar."""
    slicing: Slicing | None
    characters: int = 0
    """How many a text may have that is long; 0 for all others."""


class Weights:
    """All fields of a schema, by type and name."""

    def __init__(self, schema: GraphQLSchema) -> None:
        composite = {
            name: type_ for name, type_ in schema.type_map.items() if isinstance(type_, Composite)
        }
        self.possible: Mapping[str, frozenset[str]] = {
            name: frozenset(_possible(schema, type_)) for name, type_ in composite.items()
        }
        """The object types behind each name that a fragment may be on."""
        self.fields: Mapping[str, Mapping[str, FieldWeight]] = {
            name: {
                key: _weight(schema, field, LONG_TEXTS.get((name, key), 0))
                for key, field in type_.fields.items()
            }
            for name, type_ in composite.items()
            if isinstance(type_, GraphQLObjectType) and not name.startswith("__")
        }
        self.roots: Mapping[str, str] = {
            kind: root.name
            for kind, root in (
                ("query", schema.query_type),
                ("mutation", schema.mutation_type),
                ("subscription", schema.subscription_type),
            )
            if root
        }


def _weight(schema: GraphQLSchema, field: GraphQLField, characters: int) -> FieldWeight:
    returned = get_named_type(field.type)
    types = _possible(schema, returned) if isinstance(returned, Composite) else ()
    weight, size = _given(field, Weight), _given(field, ListSize)
    each = max((_object_weight(schema.type_map[name]) for name in types), default=0)
    is_list = is_list_type(get_nullable_type(field.type))
    slicing = _slicing(field, size) if size else None
    if weight is None:
        return FieldWeight(0, each, is_list, types, slicing, characters)
    # What is said of a field of one object is said of the object as well.
    once = int(weight.weight)
    return FieldWeight(once, each if is_list else 0, is_list, types, slicing, characters)


def _object_weight(type_: Any) -> int:
    weight = _given(type_, Weight)
    return 1 if weight is None else int(weight.weight)


def _slicing(field: GraphQLField, size: Any) -> Slicing:
    arguments = tuple(size.slicing_arguments or ())
    defaults = [_default(field.args[name]) for name in arguments if name in field.args]
    sizes = [value for value in defaults if isinstance(value, int)]
    otherwise = max(sizes) if sizes else size.assumed_size or DEFAULT_PAGE
    return Slicing(arguments, otherwise, frozenset(size.sized_fields or ()))


def _default(argument: GraphQLArgument) -> Any:
    """Set by Python, or written in a file."""
    if argument.default is None:
        return argument.default_value
    literal = argument.default.literal
    return argument.default.value if literal is None else value_from_ast_untyped(literal)


def _possible(schema: GraphQLSchema, type_: Any) -> tuple[str, ...]:
    if isinstance(type_, GraphQLObjectType):
        return (type_.name,)
    return tuple(sorted(possible.name for possible in schema.get_possible_types(type_)))


def _given(definition: Any, directive: type) -> Any:
    """The directive on a field or type: as Strawberry keeps it, or as a file has it."""
    found = definition.extensions.get("strawberry-definition")
    if found is not None:
        given = getattr(found, "directives", None) or ()
        return next((one for one in given if isinstance(one, directive)), None)
    name = directive.__strawberry_directive__.graphql_name  # type: ignore[attr-defined]
    for node in getattr(definition.ast_node, "directives", None) or ():
        if node.name.value == name:
            return _read(directive, node)
    return None


def _read(directive: type, node: DirectiveNode) -> Any:
    values = {argument.name.value: argument.value for argument in node.arguments or ()}
    return directive(
        **{
            field.python_name: value_from_ast_untyped(values[to_camel_case(field.python_name)])
            for field in directive.__strawberry_directive__.fields  # type: ignore[attr-defined]
            if to_camel_case(field.python_name) in values
        }
    )
