"""What `engine.fields` left on a field of a Strawberry type, for the engine to read."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import strawberry
from graphql import GraphQLField
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import StrawberryOptional
from strawberry.types.field import StrawberryField

Batch = Callable[..., Awaitable[Sequence[Any]]]
"""`async (asked, keys, **arguments)`: a value for each key, in the order of the keys."""

METADATA = "graphql_blog.engine"


@dataclass(frozen=True)
class Declared:
    """Where the values of a field come from."""

    columns: tuple[str, ...] = ()
    """The columns of its object's row that the field is made from."""
    is_part: bool = False
    """Whether its objects are made of the rows of this very level."""
    column: str | None = None
    """The column that the field is, as it stands there."""
    batch: Batch | None = None
    """What answers the field for all objects at once …"""
    key: Callable[..., Any] | str = "id"
    """… by this column; or by a key made of the arguments, for a field of the query."""
    load: Callable[..., Awaitable[Any]] | None = None
    """What answers a field of the query: `async (asked, **arguments)`."""


NOTHING = Declared()


def strawberry_field(definition: GraphQLField) -> StrawberryField | None:
    """The Strawberry field that the definition was made from."""
    found: StrawberryField | None = definition.extensions.get("strawberry-definition")
    return found


def is_scalar(argument: StrawberryArgument) -> bool:
    """Whether Python gets the argument as GraphQL has it."""
    type_: Any = argument.type
    if type(type_) is StrawberryOptional:
        type_ = type_.of_type
    return any(type_ is scalar for scalar in (str, int, float, bool, strawberry.ID))


def declared(definition: GraphQLField) -> Declared:
    field = strawberry_field(definition)
    found: Declared = field.metadata.get(METADATA, NOTHING) if field else NOTHING
    return found


@dataclass(frozen=True)
class Source:
    """How the values of a field are got, the quickest way first.

    type name   the same for all objects
    attribute   read from each object: `name` says which
    batch       answered for all objects at once
    rows        answered once, for the query itself
    call        its Python function is called for each object
    resolve     graphql-core's way for each object: permissions, extensions and all
    """

    kind: Literal["type name", "attribute", "batch", "rows", "call", "resolve"]
    name: str = ""


def source_of(definition: GraphQLField, name: str) -> Source:
    field = strawberry_field(definition)
    if name == "__typename":
        return Source("type name")
    if field is None or not _is_plain(field):
        return Source("resolve")
    return _declared_source(declared(definition)) or _own_source(field)


def _is_plain(field: StrawberryField) -> bool:
    """Whether nothing stands between the field and what it is declared to be."""
    return type(field) is StrawberryField and not field.extensions and not field.is_subscription


def _declared_source(found: Declared) -> Source | None:
    if found.batch:
        return Source("batch")
    if found.load:
        return Source("rows")
    return Source("attribute", found.column) if found.column else None


def _own_source(field: StrawberryField) -> Source:
    if field.base_resolver:
        return Source("call")
    reads_attribute = field.is_basic_field and field.default_resolver is getattr
    return Source("attribute", field.python_name) if reads_attribute else Source("resolve")
