"""The arguments of one field of a plan: coerced, as Python has them, and kept where they stay."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from graphql import FieldNode, GraphQLField, VariableNode, is_non_null_type
from graphql.execution.values import VariableValues, get_argument_values
from strawberry.types.arguments import StrawberryArgument, convert_arguments
from strawberry.types.unset import UNSET

from graphql_blog.engine.declared import is_scalar, strawberry_field

ABSENT: Any = object()


class Arguments:
    """What a document gives a field, of which most is the same for every request."""

    def __init__(self, definition: GraphQLField, node: FieldNode, schema: Any) -> None:
        self._definition = definition
        self._node = node
        self._schema = schema
        """Strawberry's."""
        self._kept: dict[str, Any] | None = None
        self._kept_given: dict[str, Any] | None = None
        self._constants: dict[str, Any] | None = None

    @cached_property
    def have_variables(self) -> bool:
        """Whether one of them has a variable anywhere in its value."""
        return any(_has_variable(argument.value) for argument in self._node.arguments or ())

    def coerced(self, variables: VariableValues, *, hide_suggestions: bool) -> dict[str, Any]:
        """As GraphQL has them. Raises `GraphQLError` for values that do not fit their types."""
        if not (self._definition.args or self._node.arguments):
            return {}
        if self._kept is not None:
            return self._kept
        given = get_argument_values(self._definition, self._node, variables, None, hide_suggestions)
        if not self.have_variables and all(map(is_shareable, given.values())):
            self._kept = given
        return given

    def in_python(self, coerced: dict[str, Any]) -> dict[str, Any]:
        """As functions of Strawberry get them."""
        field = strawberry_field(self._definition)
        assert field is not None
        if not field.arguments:
            return {}
        if (names := self._names_of_scalars) is not None:
            return {names[name]: value for name, value in coerced.items()}
        schema = self._schema
        return convert_arguments(
            coerced, field.arguments, schema.schema_converter.scalar_registry, schema.config
        )

    def given(self, variables: VariableValues, *, hide_suggestions: bool) -> dict[str, Any]:
        """Those of a declared field that have a value; batch functions leave them as they are.

        Raises what is wrong with them.
        """
        if self._kept_given is not None:
            return self._kept_given
        if self._constants is not None:
            found = self._filled(self._constants, variables.coerced)
            if found is not None:
                return found
        coerced = self.coerced(variables, hide_suggestions=hide_suggestions)
        found = with_value(self.in_python(coerced))
        if not self.have_variables:
            self._kept_given = found
        elif self._constants is None and self._variables is not None:
            from_variables = {name for name, _, _ in self._variables}
            self._constants = {n: v for n, v in found.items() if n not in from_variables}
        return found

    def _filled(
        self, constants: dict[str, Any], coerced: Mapping[str, Any]
    ) -> dict[str, Any] | None:
        """The same once more with these variables; None where one takes a closer look."""
        found = constants.copy()
        for name, variable, is_nullable in self._variables or ():
            value = coerced.get(variable, ABSENT)
            if value is ABSENT or (value is None and not is_nullable):
                return None
            found[name] = value
        return found

    @cached_property
    def _variables(self) -> list[tuple[str, str, bool]] | None:
        """Of each scalar that is a variable: its name in Python, the variable, and whether it may
        be null. None where a variable stands within a value.
        """
        ours = {self._name(argument): argument for argument in self._arguments}
        found = []
        for argument in self._node.arguments or ():
            name, value = argument.name.value, argument.value
            if isinstance(value, VariableNode):
                if name not in ours or not is_scalar(ours[name]):
                    return None
                is_nullable = not is_non_null_type(self._definition.args[name].type)
                found.append((ours[name].python_name, value.name.value, is_nullable))
            elif _has_variable(value):
                return None
        return found

    @cached_property
    def _names_of_scalars(self) -> dict[str, str] | None:
        """What Python calls the arguments, where all are scalars: else they need converting."""
        if not all(map(is_scalar, self._arguments)):
            return None
        return {self._name(argument): argument.python_name for argument in self._arguments}

    @property
    def _arguments(self) -> list[StrawberryArgument]:
        field = strawberry_field(self._definition)
        return field.arguments if field else []

    def _name(self, argument: StrawberryArgument) -> str:
        name: str = self._schema.config.name_converter.from_argument(argument)
        return name


def with_value(arguments: dict[str, Any]) -> dict[str, Any]:
    """The arguments that have a value."""
    return {name: value for name, value in arguments.items() if value is not UNSET}


def is_shareable(value: Any) -> bool:
    """Whether nobody can change the value, so that all may have the same."""
    return value is None or type(value) in {str, int, float, bool}


def _has_variable(value: Any) -> bool:
    return any(isinstance(node, VariableNode) for node in _within(value))


def _within(value: Any) -> Iterator[Any]:
    waiting = [value]
    while waiting:
        node = waiting.pop()
        yield node
        waiting += getattr(node, "values", None) or ()
        waiting += [field.value for field in getattr(node, "fields", None) or ()]
