"""What is refused before anything is read: pages that are too large, text that cannot be stored,
and a document of several operations when none of them is named.

    RULES       what the document alone tells: checked once, and kept with the document
    Facts       the few places of a document where the answer hangs on the variables
    violated    whether a request breaks a rule there; all that most requests pay for
    validated   the errors of the document and of these variables, in the order of the document
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLSchema,
    IntValueNode,
    Node,
    OperationDefinitionNode,
    StringValueNode,
    VariableNode,
    Visitor,
    specified_rules,
    validate,
    visit,
)
from graphql.validation import ASTValidationRule, ValidationRule
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graphql_blog.graph.connections import MAX_PAGE
from graphql_blog.graph.introspection import introspection_rules

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
PAGE_ARGUMENTS = {"first", "last", "offset", "ids"}

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a document is left to check for each request."""

    pages: tuple[FieldNode, ...]
    """The fields whose page is given by variable."""
    defaults: Variables
    several_operations: bool
    is_momentary: bool = False
    """Whether it asks for what is never the same twice, so that no answer may be kept."""


MOMENTARY = {"rateLimit"}


def facts_of(document: DocumentNode) -> Facts:
    finder = _PagesByVariable()
    visit(document, finder)
    several = len(_operations(document)) > 1
    return Facts(tuple(finder.found), _default_values(document), several, finder.is_momentary)


def violated(facts: Facts, variables: Variables, operation_name: str | None) -> bool:
    """Whether what the client sent beside its document breaks a rule."""
    if facts.several_operations and operation_name is None:
        return True
    if facts.pages:
        values = {**facts.defaults, **variables}
        if any(True for page in facts.pages for _ in _problems(page, values)):
            return True
    return bool(variables) and not _storable(variables)


def validated(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: Variables,
    operation_name: str | None,
    *,
    introspection: bool = True,
) -> list[GraphQLError]:
    """All that is wrong with a request; as slow as validation is."""
    values = {**_default_values(document), **variables}
    rules = _rules(pages_rule(values), texts_rule(variables), operations_rule(operation_name))
    rules = (*rules, *introspection_rules(introspection))
    return validate(schema, document, rules, hide_suggestions=not introspection)


def pages_rule(values: Variables) -> type[ValidationRule]:
    """No page may have more than 100 entries, none or fewer, or two directions."""

    class Pages(ValidationRule):
        def enter_field(self, node: FieldNode, *_: Any) -> None:
            for problem in _problems(node, values):
                self.report_error(problem)

    return Pages


def texts_rule(variables: Variables) -> type[ValidationRule]:
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
            operations = _operations(node)
            if name is None and len(operations) > 1:
                words = "There are several operations in the document: say which by operationName."
                self.report_error(_refusal(words, operations[1]))

    return Operations


def _rules(*ours: type[ASTValidationRule]) -> tuple[type[ASTValidationRule], ...]:
    return (*specified_rules, *ours, MaybeNullValidationRule, OneOfInputValidationRule)


RULES = _rules(pages_rule({}), texts_rule({}))


class _PagesByVariable(Visitor):
    """Finds the fields whose page depends on variables."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[FieldNode] = []
        self.is_momentary = False

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        self.is_momentary = self.is_momentary or node.name.value in MOMENTARY
        if any(
            isinstance(argument.value, VariableNode) and argument.name.value in PAGE_ARGUMENTS
            for argument in node.arguments or ()
        ):
            self.found.append(node)


def _problems(node: FieldNode, values: Variables) -> Iterator[GraphQLError]:
    """What is wrong with the page that a field asks for."""
    given = {
        argument.name.value: _value(argument.value, values)
        for argument in node.arguments or ()
        if argument.name.value in PAGE_ARGUMENTS
    }
    for name in ("first", "last"):
        if isinstance(size := given.get(name), int) and not 1 <= size <= MAX_PAGE:
            yield _wrong_page_size(name, size, node)
    if given.get("first") is not None and given.get("last") is not None:
        yield _refusal("Give either `first` or `last`, not both.", node)
    if isinstance(offset := given.get("offset"), int) and offset < 0:
        yield _refusal(f"`offset` must be 0 or more, not {offset}.", node)
    if isinstance(ids := given.get("ids"), list) and len(ids) > MAX_PAGE:
        yield _wrong_page_size("ids", len(ids), node)


def _operations(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _default_values(document: DocumentNode) -> dict[str, Any]:
    return {
        variable.variable.name.value: _value(variable.default_value, {})
        for operation in document.definitions
        for variable in getattr(operation, "variable_definitions", None) or ()
        if variable.default_value
    }


def _value(node: Any, variables: Variables) -> Any:
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
        if isinstance(value, str):
            if UNSTORABLE.search(value):
                return False
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            waiting += value
    return True
