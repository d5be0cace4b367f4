"""What a batch function is told about the field it answers."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from graphql import GraphQLResolveInfo, NullValueNode, VariableNode
from graphql.execution.collect_fields import FieldDetails, FragmentDetails
from graphql.execution.values import VariableValues

from graphql_blog.engine.declared import Batch
from graphql_blog.engine.loaders import BatchLoader, Loaders
from graphql_blog.engine.plan import FieldPlan, Plan, Scope, Selection


@dataclass(slots=True, eq=False)
class Asked:
    """One field of the document, the same for all its objects, within one request."""

    field: FieldPlan
    context: Any
    variables: Mapping[str, Any]
    type_name: str | None = None
    """One possible type, where the field itself returns an interface."""

    def on(self, type_name: str) -> "Asked":
        """The same for objects of one possible type."""
        return Asked(self.field, self.context, self.variables, type_name)

    @property
    def field_name(self) -> str:
        return self.field.name

    @property
    def path(self) -> list[str]:
        """Where the field stands, without the positions in lists."""
        return list(self.field.path)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the rows behind this field must have, in a fixed order."""
        return self.field.columns(self.type_name)

    def asks_for(self, name: str) -> bool:
        """Whether the selection has a field of that name directly below this field."""
        return any(field.name == name for field in self.field.asked_of(self.type_name))

    def passes_argument(self, name: str) -> bool:
        """Whether the document gives a value, and not null, for this argument of the field."""
        return any(
            self.variables.get(value.name.value) is not None
            if isinstance(value, VariableNode)
            else not isinstance(value, NullValueNode)
            for value in (
                argument.value
                for argument in self.field.nodes[0].arguments or ()
                if argument.name.value == name
            )
        )

    def load(self, batch: Batch, key: Any, **arguments: Any) -> Awaitable[Any]:
        """What `batch` returns for `key`, fetched together with all other keys asked for now."""
        return self.loader(batch, **arguments).load(key)

    def loader(self, batch: Batch, **arguments: Any) -> BatchLoader:
        """The loader that this field shares with all that ask the same of `batch`."""
        loaders: Loaders = self.context.loaders
        # A list that is cut unasked says where it stands, so it shares with no other place.
        unasked = "offset" in self.field.definition.args and not self.passes_argument("first")
        shape = self.field.shape_below(self.type_name), self.field.path if unasked else ()
        name = batch, shape, repr(arguments) if arguments else ""
        return loaders.of(name, partial(batch, self, **arguments))


def asked_by(info: "GraphQLResolveInfo[Any]") -> Asked:
    """The field that graphql-core is about to resolve; read once for all objects of a level."""
    known: dict[Any, Asked] = info.context.loaders.asked
    coerced: Any = info.variable_values  # Strawberry hands on the coerced values alone
    # Several nodes where the document names the same field more than once.
    name = info.parent_type.name, *map(id, info.field_nodes)
    if name not in known:
        known[name] = Asked(_planned(info, coerced), info.context, coerced)
    return known[name]


def _planned(info: "GraphQLResolveInfo[Any]", coerced: dict[str, Any]) -> FieldPlan:
    """The plan of this one field: with graphql-core there is none of the operation."""
    fragments = {name: FragmentDetails(node) for name, node in info.fragments.items()}
    plan = Plan(Scope(info.schema, fragments, info.operation, VariableValues({}, coerced)))
    details = [FieldDetails(node, None) for node in info.field_nodes]
    (field,) = Selection(plan, info.parent_type, {str(info.path.key): details}).fields
    field.path = tuple(part for part in info.path.as_list() if isinstance(part, str))
    return field
