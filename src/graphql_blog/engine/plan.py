"""What one operation asks for: the fields of each level, and the columns that its rows must have.

A plan depends on the document and on the booleans in its `@skip` and `@include`, and on nothing
else of the request, so it is kept and shared. It grows as execution reaches a level for the first
time: a document that names a million fields costs no more than the levels that have objects.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    OperationDefinitionNode,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
    is_object_type,
)
from graphql.execution.collect_fields import (
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues

from graphql_blog.engine.arguments import Arguments
from graphql_blog.engine.declared import Declared, Source, declared, source_of
from graphql_blog.engine.leaves import Complete, complete_leaf
from graphql_blog.engine.makers import maker

Kind = Literal["leaf", "list", "object", "abstract"]


class Shape:
    """An output type, unwrapped: whether null is allowed, and what the values are."""

    __slots__ = ("complete", "inner", "kind", "non_null", "type")

    def __init__(self, type_: GraphQLOutputType) -> None:
        self.non_null: bool = is_non_null_type(type_)
        nullable: Any = type_.of_type if is_non_null_type(type_) else type_
        self.type = nullable
        self.kind: Kind = _kind(nullable)
        self.inner = Shape(nullable.of_type) if self.kind == "list" else None
        self.complete: Complete | None = complete_leaf(nullable) if self.kind == "leaf" else None


def _kind(type_: Any) -> Kind:
    if is_list_type(type_):
        return "list"
    if is_leaf_type(type_):
        return "leaf"
    return "object" if is_object_type(type_) else "abstract"


@dataclass(frozen=True)
class Scope:
    """What collecting fields needs besides the selection: nothing else of a request."""

    schema: GraphQLSchema
    fragments: dict[str, FragmentDetails]
    operation: OperationDefinitionNode
    conditions: VariableValues
    """The booleans of `@skip` and `@include`."""
    hide_suggestions: bool = False


class Budget:
    """How large some plans are together, which grow while they are used."""

    def __init__(self) -> None:
        self.used = 0

    def add(self, plan: "Plan") -> None:
        self.used += plan.size
        plan.budget = self

    def remove(self, plan: "Plan") -> None:
        self.used -= plan.size
        plan.budget = None


class Plan:
    """The levels of one operation, as far as execution has come."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.size = 0
        """How many fields and selections it has so far."""
        self.budget: Budget | None = None
        self.is_straight: bool | None = None
        """Whether `engine.straight` can execute it, once that is known."""

    def grow(self, fields: int) -> None:
        self.size += fields
        if self.budget is not None:
            self.budget.used += fields

    @cached_property
    def root(self) -> "Selection":
        """The fields of the operation.

        Raises `GraphQLError` for a condition that is none, `RecursionError` where fragments are
        nested too deeply.
        """
        scope = self.scope
        root_type = scope.schema.get_root_type(scope.operation.operation)
        assert root_type is not None
        collected = collect_fields(
            scope.schema,
            scope.fragments,
            scope.conditions,
            root_type,
            scope.operation,
            scope.hide_suggestions,
        )
        return Selection(self, root_type, collected.grouped_field_set)


class Selection:
    """The fields asked of objects of one type at one place, in the order of the response."""

    __slots__ = ("above", "fields", "make", "plan", "straight", "type")

    def __init__(
        self,
        plan: Plan,
        type_: GraphQLObjectType,
        grouped: Mapping[str, list[FieldDetails]],
        above: "FieldPlan | None" = None,
    ) -> None:
        self.plan = plan
        self.type = type_
        self.above = above
        definitions = plan.scope.schema.get_field
        self.fields = [
            FieldPlan(self, ordinal, key, details, definition)
            for ordinal, (key, details) in enumerate(grouped.items())
            if (definition := definitions(type_, details[0].node.name.value))
        ]
        plan.grow(1 + len(self.fields))
        self.make = maker(tuple(field.key for field in self.fields))
        """The objects of the response from a column for each field."""
        self.straight: Any = None
        """What `engine.straight` makes of it, where it is the query."""


class FieldPlan:
    """One field of the response: where its values come from, and what is asked below it."""

    def __init__(
        self,
        selection: Selection,
        ordinal: int,
        key: str,
        details: list[FieldDetails],
        definition: GraphQLField,
    ) -> None:
        self.selection = selection
        self.ordinal = ordinal
        self.key = key
        self.details = details
        self.definition = definition
        self.nodes: list[FieldNode] = [detail.node for detail in details]
        self.name = self.nodes[0].name.value
        self.parent_type = selection.type
        self.shape = Shape(definition.type)
        self.returns: Any = get_named_type(definition.type)
        self.declared: Declared = declared(definition)
        self.source: Source = source_of(definition, self.name)
        self._below: dict[str, Selection] = {}
        self._columns: dict[str | None, tuple[str, ...]] = {}
        self._shapes: dict[str | None, Hashable] = {}
        schema: Any = selection.plan.scope.schema
        self.arguments = Arguments(
            definition, self.nodes[0], getattr(schema, "_strawberry_schema", None)
        )

    def below(self, type_: GraphQLObjectType) -> Selection:
        """What is asked of objects of this type."""
        found = self._below.get(type_.name)
        if found is None:
            plan, scope = self.selection.plan, self.selection.plan.scope
            collected = collect_subfields(
                scope.schema,
                scope.fragments,
                scope.conditions,
                scope.operation,
                type_,
                self.details,
                scope.hide_suggestions,
            )
            found = Selection(plan, type_, collected.grouped_field_set, self)
            self._below[type_.name] = found
        return found

    def asked_of(self, type_name: str | None = None) -> list["FieldPlan"]:
        """The fields asked of what this field returns; of one possible type, where it may vary."""
        type_: Any = self.returns
        if type_name is not None:
            type_ = self.selection.plan.scope.schema.type_map[type_name]
        return self.below(type_).fields if isinstance(type_, GraphQLObjectType) else []

    def columns(self, type_name: str | None = None) -> tuple[str, ...]:
        """The columns that the rows behind this field must have, in a fixed order."""
        if type_name not in self._columns:
            self._columns[type_name] = tuple(sorted(set(self._needed(type_name))))
        return self._columns[type_name]

    def _needed(self, type_name: str | None) -> Iterator[str]:
        for field in self.asked_of(type_name):
            yield from field.declared.columns
            if field.declared.is_part:
                yield from field.columns()

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The response keys that lead here, without the positions in lists."""
        above = self.selection.above
        return (*above.path, self.key) if above else (self.key,)

    def shape_below(self, type_name: str | None = None) -> Hashable:
        """All that a batch can see below this field: fields alike in it may share its answers."""
        if type_name not in self._shapes:
            self._shapes[type_name] = self._shape_below(type_name)
        return self._shapes[type_name]

    def _shape_below(self, type_name: str | None) -> Hashable:
        if type_name is None and is_abstract_type(self.returns):
            possible = self.selection.plan.scope.schema.get_possible_types(self.returns)
            return tuple(self.shape_below(type_.name) for type_ in possible)
        fields = self.asked_of(type_name)
        names = frozenset(field.name for field in fields if not field.declared.columns)
        return self.columns(type_name), names
