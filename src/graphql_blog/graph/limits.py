"""What is refused before anything is read: pages that are too large, text that cannot be stored,
and a document of several operations when none of them is named.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    StringValueNode,
    VariableNode,
)
from graphql.validation import ValidationRule
from strawberry.extensions import SchemaExtension

from graphql_blog.graph.connections import MAX_PAGE

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Limits(SchemaExtension):
    """Checks the document together with its variables, as part of validation."""

    def on_operation(self) -> Iterator[None]:
        execution = self.execution_context
        variables = execution.variables or {}
        execution.validation_rules = (
            *execution.validation_rules,
            pages_rule(variables),
            texts_rule(variables),
            operations_rule(execution._provided_operation_name),
        )
        yield


def pages_rule(variables: Mapping[str, Any]) -> type[ValidationRule]:
    """No page may have more than 100 entries, none or fewer, or two directions."""

    class Pages(ValidationRule):
        values: Mapping[str, Any]

        def enter_document(self, node: DocumentNode, *_: Any) -> None:
            self.values = {**_default_values(node), **variables}

        def enter_field(self, node: FieldNode, *_: Any) -> None:
            given = {
                argument.name.value: _value(argument.value, self.values)
                for argument in node.arguments or ()
            }
            for name in ("first", "last"):
                if isinstance(size := given.get(name), int) and not 1 <= size <= MAX_PAGE:
                    self.report_error(_wrong_page_size(name, size, node))
            if given.get("first") is not None and given.get("last") is not None:
                self.report_error(_refusal("Give either `first` or `last`, not both.", node))
            if isinstance(offset := given.get("offset"), int) and offset < 0:
                self.report_error(_refusal(f"`offset` must be 0 or more, not {offset}.", node))
            if isinstance(ids := given.get("ids"), list) and len(ids) > MAX_PAGE:
                self.report_error(_wrong_page_size("ids", len(ids), node))

    return Pages


def texts_rule(variables: Mapping[str, Any]) -> type[ValidationRule]:
    """No text may hold NUL or half a surrogate pair: PostgreSQL could not even look for it."""

    class Texts(ValidationRule):
        def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
            if not _storable(node.value):
                self.report_error(_unstorable([node]))

        def leave_document(self, *_: Any) -> None:
            if not _storable(variables):
                self.report_error(_unstorable(None))

    return Texts


def operations_rule(name: str | None) -> type[ValidationRule]:
    """GraphQL §6.1: only an operation that is alone may be run without its name."""

    class Operations(ValidationRule):
        def enter_document(self, node: DocumentNode, *_: Any) -> None:
            operations = [
                definition
                for definition in node.definitions
                if isinstance(definition, OperationDefinitionNode)
            ]
            if name is None and len(operations) > 1:
                words = "There are several operations in the document: say which by operationName."
                self.report_error(_refusal(words, operations[1]))

    return Operations


def _default_values(document: DocumentNode) -> dict[str, Any]:
    return {
        variable.variable.name.value: _value(variable.default_value, {})
        for operation in document.definitions
        for variable in getattr(operation, "variable_definitions", None) or ()
        if variable.default_value
    }


def _value(node: Any, variables: Mapping[str, Any]) -> Any:
    """The value as far as it is plain to see; what is of the wrong type is refused elsewhere."""
    if isinstance(node, VariableNode):
        return variables.get(node.name.value)
    if hasattr(node, "values"):
        return list(node.values)
    if isinstance(node, IntValueNode):
        # Longer numbers are no Int, which GraphQL itself says.
        return int(node.value) if len(node.value) <= 11 else None
    return getattr(node, "value", None)


def _wrong_page_size(name: str, size: int, node: FieldNode) -> GraphQLError:
    return GraphQLError(
        f"`{name}` must be between 1 and {MAX_PAGE}, not {size}: read a long list page by page.",
        node,
        extensions={"code": "PAGE_SIZE_EXCEEDED", "value": size, "limit": MAX_PAGE},
    )


def _refusal(message: str, node: Node) -> GraphQLError:
    return GraphQLError(message, node, extensions={"code": "BAD_USER_INPUT"})


def _unstorable(nodes: Any) -> GraphQLError:
    return GraphQLError(
        "A text in this request has a NUL or half of a character in it.",
        nodes,
        extensions={"code": "BAD_USER_INPUT"},
    )


def _storable(given: Any) -> bool:
    """Whether all texts in a value are; it may be nested to any depth."""
    waiting = [given]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and UNSTORABLE.search(value):
            return False
    return True
