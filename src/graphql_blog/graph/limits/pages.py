"""Pages that are too large, texts that cannot be stored, and operations that nobody named.

RULES       what the document alone tells: checked once, and kept with the document
pages_of    the few places of a document where a page hangs on the variables
problems    what is wrong there; all that most requests pay for
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    IntValueNode,
    MaxIntrospectionDepthRule,
    Node,
    OperationDefinitionNode,
    StringValueNode,
    VariableNode,
    Visitor,
    specified_rules,
    visit,
)
from graphql.validation import ASTValidationRule, ValidationRule
from strawberry.schema.validation_rules.maybe_null import MaybeNullValidationRule
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from graphql_blog.graph.connections import MAX_PAGE
from graphql_blog.graph.limits.variables import is_storable, unstorable

PAGE_ARGUMENTS = {"first", "last", "offset", "ids"}

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PagesByVariable:
    """The fields whose page is given by variable."""

    fields: tuple[FieldNode, ...]
    sizes: tuple[str, ...]
    """The variables that say how many, where nothing else of a field hangs on any."""
    is_plain: bool
    """Whether there is no more to look at than these."""

    def problems(self, defaults: Variables, variables: Variables) -> list[GraphQLError]:
        """What is wrong with these values that was not wrong anyway."""
        if self.is_plain:
            for name in self.sizes:
                size = variables[name] if name in variables else defaults.get(name)
                if size is not None and (type(size) is not int or not 1 <= size <= MAX_PAGE):
                    break
            else:
                return []
        found: list[GraphQLError] = []
        values = {**defaults, **variables}
        for field in self.fields:
            before = {error.message for error in _problems(field, {})}
            found += [error for error in _problems(field, values) if error.message not in before]
        return found


def pages_of(document: DocumentNode) -> PagesByVariable | None:
    """None where no page hangs on a variable, which is most often so."""
    finder = _Finder()
    visit(document, finder)
    if not finder.fields:
        return None
    return PagesByVariable(tuple(finder.fields), tuple(finder.sizes), finder.is_plain)


class Pages(ValidationRule):
    """No page may have more than 100 entries, none or fewer, or two directions."""

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        for problem in _problems(node, {}):
            self.report_error(problem)


class Texts(ValidationRule):
    """No text may hold NUL or half a surrogate pair: PostgreSQL could not even look for it."""

    def enter_string_value(self, node: StringValueNode, *_: Any) -> None:
        if not is_storable(node.value):
            self.report_error(unstorable([node]))


RULES: tuple[type[ASTValidationRule], ...] = (
    # How deep introspection may go is a limit of ours, which can be set.
    *(rule for rule in specified_rules if rule is not MaxIntrospectionDepthRule),
    Pages,
    Texts,
    MaybeNullValidationRule,
    OneOfInputValidationRule,
)


def unnamed(operations: Sequence[OperationDefinitionNode]) -> GraphQLError:
    """GraphQL §6.1: only an operation that is alone may be run without its name."""
    words = "There are several operations in the document: say which by operationName."
    return _refusal(words, operations[1])


class _Finder(Visitor):
    """Finds the fields whose page depends on variables."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: list[FieldNode] = []
        self.sizes: dict[str, None] = {}
        self.is_plain = True

    def enter_field(self, node: FieldNode, *_: Any) -> None:
        given = {
            argument.name.value: argument.value
            for argument in node.arguments or ()
            if argument.name.value in PAGE_ARGUMENTS
        }
        by_variable = {
            name: value for name, value in given.items() if isinstance(value, VariableNode)
        }
        if not by_variable:
            return
        self.fields.append(node)
        self.sizes |= {value.name.value: None for value in by_variable.values()}
        if len(given) > 1 or not by_variable.keys() <= {"first", "last"}:
            self.is_plain = False


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


def operations_of(document: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def default_values(document: DocumentNode) -> dict[str, Any]:
    """Of the variables of all operations."""
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
