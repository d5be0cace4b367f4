"""The variables of an operation, coerced at a glance where they are plainly right."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import (
    GraphQLBoolean,
    GraphQLError,
    GraphQLID,
    GraphQLInt,
    GraphQLSchema,
    GraphQLString,
    Undefined,
    VariableDefinitionNode,
    is_non_null_type,
)
from graphql.execution.get_variable_signature import (
    GraphQLVariableSignature,
    get_variable_signature,
)
from graphql.execution.values import VariableValues, VariableValueSource
from graphql.type.scalars import GRAPHQL_MAX_INT, GRAPHQL_MIN_INT

Coerce = Callable[[Any], Any]
NONE = VariableValues({}, {})
LONGEST_ID = 2**63


def _text(value: Any) -> Any:
    return value if type(value) is str else Undefined


def _id(value: Any) -> Any:
    if type(value) is int and abs(value) < LONGEST_ID:
        return str(value)
    return value if type(value) is str else Undefined


def _whole_number(value: Any) -> Any:
    fits = type(value) is int and GRAPHQL_MIN_INT <= value <= GRAPHQL_MAX_INT
    return value if fits else Undefined


def _boolean(value: Any) -> Any:
    return value if type(value) is bool else Undefined


PLAIN: dict[Any, Coerce] = {
    GraphQLString: _text,
    GraphQLID: _id,
    GraphQLInt: _whole_number,
    GraphQLBoolean: _boolean,
}


class Declared(NamedTuple):
    """One variable of a plain type."""

    name: str
    signature: GraphQLVariableSignature
    coerce: Coerce
    required: bool


class Variables:
    """What an operation declares; made once, and the same for every request."""

    def __init__(
        self, schema: GraphQLSchema, definitions: Sequence[VariableDefinitionNode]
    ) -> None:
        signatures = [get_variable_signature(schema, definition) for definition in definitions]
        declared = [_declared(signature) for signature in signatures]
        self._declared = None if None in declared else [each for each in declared if each]

    def at_a_glance(self, given: Mapping[str, Any]) -> VariableValues | None:
        """The coerced values, as graphql-core has them.

        None where a value is left out or takes a closer look: graphql-core knows what to make of
        it, or has words for it.
        """
        if not self._declared:
            return None if self._declared is None else NONE
        sources, coerced = {}, {}
        for name, signature, coerce, required in self._declared:
            value = given.get(name, Undefined)
            made = None if value is None and not required else coerce(value)
            if made is Undefined:
                return None
            sources[name] = VariableValueSource(signature, value)
            coerced[name] = made
        return VariableValues(sources, coerced)


def _declared(signature: GraphQLVariableSignature | GraphQLError) -> Declared | None:
    if isinstance(signature, GraphQLError):
        return None
    required = is_non_null_type(signature.type)
    type_: Any = signature.type
    coerce = PLAIN.get(type_.of_type if required else type_)
    return Declared(signature.name, signature, coerce, required) if coerce else None
