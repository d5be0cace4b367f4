"""What the selection below a field asks for: names, and the columns that its rows must have."""

from collections.abc import Awaitable, Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    InlineFragmentNode,
    NullValueNode,
    SelectionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)

from graphql_blog.engine.loaders import Loaders

COLUMNS = "columns"
PART = "part"


@dataclass(frozen=True)
class Asked:
    """One field of the document, as its batch function sees it: the same for all parents."""

    info: "GraphQLResolveInfo[Any]"
    type_name: str | None = None
    """One possible type, where the field itself returns an interface."""

    def on(self, type_name: str) -> "Asked":
        """The same for objects of one possible type."""
        return Asked(self.info, type_name)

    @property
    def context(self) -> Any:
        return self.info.context

    @property
    def path(self) -> list[str]:
        """Where the field stands, without the positions in lists."""
        return [part for part in self.info.path.as_list() if isinstance(part, str)]

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rows behind this field must have, in a fixed order."""
        return tuple(sorted(set(self._columns(*self._below()))))

    def asks_for(self, name: str) -> bool:
        """Whether the selection has a field of that name directly below this field."""
        return any(name == node.name.value for _, node in self._fields(*self._below()))

    def passes_argument(self, name: str) -> bool:
        """Whether the document gives a value, and not null, for this argument of the field."""
        arguments = self.info.field_nodes[0].arguments or ()
        variables: Any = self.info.variable_values
        return any(
            variables.get(value.name.value) is not None
            if isinstance(value, VariableNode)
            else not isinstance(value, NullValueNode)
            for value in (argument.value for argument in arguments if argument.name.value == name)
        )

    def load(self, batch: "Batch", key: Any, **arguments: Any) -> Awaitable[Any]:
        """What `batch` returns for `key`, fetched together with all other keys asked for now."""
        loaders: Loaders = self.context.loaders
        name = (batch, self._shape, repr(arguments))
        return loaders.of(name, partial(batch, self, **arguments)).load(key)

    @cached_property
    def _shape(self) -> Hashable:
        """All that a batch can see of this field: fields of one shape may share its answers."""
        type_, selections = self._below()
        made_by_batch = frozenset(
            node.name.value
            for definition, node in self._fields(type_, selections)
            if COLUMNS not in _metadata(definition)
        )
        # A list that is cut unasked says where it stands, so it shares with no other place.
        unasked = self._takes_argument("offset") and not self.passes_argument("first")
        return self.columns, made_by_batch, tuple(self.path) if unasked else ()

    def _takes_argument(self, name: str) -> bool:
        return name in self.info.parent_type.fields[self.info.field_name].args

    def _below(self) -> tuple[GraphQLNamedType, Sequence[SelectionSetNode | None]]:
        returned = get_named_type(self.info.return_type)
        if self.type_name:
            returned = self.info.schema.type_map[self.type_name]
        return returned, [node.selection_set for node in self.info.field_nodes]

    def _columns(
        self, type_: GraphQLNamedType, selections: Sequence[SelectionSetNode | None]
    ) -> Iterator[str]:
        for definition, node in self._fields(type_, selections):
            yield from _metadata(definition).get(COLUMNS, ())
            if _metadata(definition).get(PART):
                part = get_named_type(definition.type)
                yield from self._columns(part, [node.selection_set])

    def _fields(
        self, type_: GraphQLNamedType, selections: Sequence[SelectionSetNode | None]
    ) -> Iterator[tuple[Any, FieldNode]]:
        """The fields selected on an object of this type, fragments opened; not `__typename`."""
        if not isinstance(type_, GraphQLObjectType):
            return
        variables: Any = self.info.variable_values  # Strawberry hands on the coerced values
        for selection_set in selections:
            for selection in selection_set.selections if selection_set else ():
                if not _included(selection, variables):
                    continue
                if isinstance(selection, FieldNode):
                    if definition := type_.fields.get(selection.name.value):
                        yield definition, selection
                elif opened := _opened(selection, type_, self.info):
                    yield from self._fields(type_, [opened])


def _metadata(definition: Any) -> Mapping[str, Any]:
    """What `engine.fields` left on the field."""
    metadata: Mapping[str, Any] = definition.extensions["strawberry-definition"].metadata
    return metadata


Batch = Callable[..., Awaitable[Sequence[Any]]]
"""`async (asked, keys, **arguments)`: a value for each key, in the order of the keys."""


def _opened(
    selection: SelectionNode, type_: GraphQLObjectType, info: "GraphQLResolveInfo[Any]"
) -> SelectionSetNode | None:
    """The fields of a fragment, when it is about objects of this type."""
    if isinstance(selection, FragmentSpreadNode):
        fragment: Any = info.fragments[selection.name.value]
    else:
        assert isinstance(selection, InlineFragmentNode)
        fragment = selection
    condition = fragment.type_condition
    if condition and not _is_a(type_, info.schema.get_type(condition.name.value), info.schema):
        return None
    selected: SelectionSetNode = fragment.selection_set
    return selected


def _is_a(type_: GraphQLObjectType, other: GraphQLNamedType | None, schema: GraphQLSchema) -> bool:
    return other is type_ or (
        isinstance(other, GraphQLInterfaceType) and schema.is_sub_type(other, type_)
    )


def _included(selection: SelectionNode, variables: Mapping[str, Any]) -> bool:
    """What `@skip` and `@include` say (GraphQL §3.13)."""
    for directive in selection.directives or ():
        name = directive.name.value
        if name in {"skip", "include"}:
            value: Any = directive.arguments[0].value if directive.arguments else None
            given = variables[value.name.value] if isinstance(value, VariableNode) else value.value
            if given is (name == "skip"):
                return False
    return True
