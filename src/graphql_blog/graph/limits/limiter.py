"""All limits, in the order of their price; and what of them is left to check for each request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    ExecutableDefinitionsRule,
    GraphQLError,
    GraphQLSchema,
    NoFragmentCyclesRule,
    Source,
    parse,
    validate,
)
from graphql.validation import ASTValidationRule
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError

from graphql_blog.engine.documents import MAX_ERRORS
from graphql_blog.graph.cost import Cost
from graphql_blog.graph.limits.answers import answer_too_long
from graphql_blog.graph.limits.bounds import Limits, Place, TooMuch, refusal
from graphql_blog.graph.limits.costs import OperationCost
from graphql_blog.graph.limits.outline import Outline, Unreadable, outlined
from graphql_blog.graph.limits.pages import (
    PagesByVariable,
    Variables,
    default_values,
    operations_of,
    pages_of,
    unnamed,
)
from graphql_blog.graph.limits.shape import MAX_NESTING, check_shape
from graphql_blog.graph.limits.tokens import long_word, nesting, tokens_of
from graphql_blog.graph.limits.variables import are_fine, problems
from graphql_blog.graph.limits.weights import Weights

MAX_WORD = 255
"""Characters of a name or a number: an alias stands in the answer with each object."""
MOMENTARY = ("rateLimit",)


class TooDear(GraphQLError):
    """The refusal of an operation by its cost."""

    cost: Cost


@dataclass(frozen=True, slots=True)
class Facts:
    """What of a document is left to check for each request."""

    text: str
    limits: Limits
    pages: PagesByVariable | None
    defaults: Variables
    unnamed: GraphQLError | None
    """What is said when an operation must be named, and is not."""
    costs: Mapping[str, OperationCost]
    """By the name of the operation; empty where it has none."""
    is_momentary: bool
    """Whether it asks for what is never the same twice, so that no answer may be kept."""

    def errors(
        self, errors: Sequence[GraphQLError], variables: Variables, operation_name: str | None
    ) -> Sequence[GraphQLError]:
        """What is wrong with a request: `errors` of its document, and what was sent beside it."""
        if self.unnamed is not None and operation_name is None:
            errors = [self.unnamed, *errors]
        if self.pages and (wrong := self.pages.problems(self.defaults, variables)):
            errors = [*errors, *wrong]
        if variables and not are_fine(variables, self.limits):
            errors = [*errors, *problems(variables, self.limits)]
        return errors

    def operation(self, name: str | None) -> OperationCost | None:
        """The costs of the operation of that name; without a name the first one."""
        if name is not None:
            return self.costs.get(name)
        return next(iter(self.costs.values()), None)

    def refused(
        self, operation: OperationCost, cost: Cost, variables: Variables
    ) -> GraphQLError | None:
        """The refusal of an operation that costs more than one request may."""
        limits = self.limits
        if cost.requested <= limits.cost and cost.nodes <= limits.nodes:
            return None
        return _too_dear(self.text, limits, operation, cost, variables)

    def within(self, result: ExecutionResult, cost: Cost | None) -> ExecutionResult:
        """The result, or the refusal of one that is too long to be written."""
        if cost is None or cost.characters <= self.limits.answer_length or not result.data:
            return result
        too_long = answer_too_long(result.data, self.limits)
        return PreExecutionError(None, [too_long]) if too_long else result


class Limiter:
    """Checks documents of one schema, once each."""

    def __init__(self, schema: GraphQLSchema, limits: Limits) -> None:
        self._limits = limits
        self._schema = schema
        self._weights = Weights(schema)

    def check(self, text: str) -> Sequence[GraphQLError]:
        """What is too much about a document, before it is parsed."""
        try:
            outline = self._outline(text)
            circular = check_shape(outline, self._limits)
        except TooMuch as refused:
            return (refused.error,)
        except Unreadable:
            return self._wrong(text, ExecutableDefinitionsRule)
        if circular:
            # It has no end that a price could be put on.
            return self._wrong(text, NoFragmentCyclesRule)
        return self._too_dear(outline)

    def facts(self, document: DocumentNode) -> Facts:
        """Of a document that `check` found nothing about."""
        assert document.loc is not None
        text = document.loc.source.body
        operations = operations_of(document)
        return Facts(
            text,
            self._limits,
            pages_of(document),
            default_values(document),
            unnamed(operations) if len(operations) > 1 else None,
            self._costs(self._outline(text)),
            # A text with that word in it is executed each time: no harm is done.
            any(name in text for name in MOMENTARY),
        )

    def _outline(self, text: str) -> Outline:
        limits = self._limits
        if len(text) > limits.document_length:
            raise TooMuch(_too_long(text, limits.document_length))
        tokens, starts = tokens_of(text, limits.tokens)
        if len(tokens) > limits.tokens:
            raise TooMuch(_too_many_tokens(text, starts[limits.tokens], limits.tokens))
        if (place := long_word(tokens, MAX_WORD)) is not None:
            raise TooMuch(_word_too_long(text, starts[place], len(tokens[place])))
        depth, deepest = nesting(tokens)
        if depth > MAX_NESTING:
            raise TooMuch(_nested_too_deeply(text, starts[deepest], depth))
        return outlined(text, tokens, starts, limits)

    def _wrong(self, text: str, rule: type[ASTValidationRule]) -> Sequence[GraphQLError]:
        """What is wrong about a text that no price can be put on, in the words of GraphQL."""
        try:
            document = parse(text, max_lexical_tokens=self._limits.tokens)
        except GraphQLError as error:
            # Without the frames of the parser, which would live as long as it is kept.
            error.__context__ = error.__cause__ = None
            return (error.with_traceback(None),)
        found = validate(self._schema, document, [rule], MAX_ERRORS)
        return found or [GraphQLError("The document cannot be read.")]

    def _costs(self, outline: Outline) -> dict[str, OperationCost]:
        costs: dict[str, OperationCost] = {}
        for operation in outline.operations:
            if operation.name not in costs:
                costs[operation.name] = OperationCost(self._weights, outline, operation)
        return costs

    def _too_dear(self, outline: Outline) -> Sequence[GraphQLError]:
        """The refusal of the only operation there is, when no variable can make it cheaper."""
        if len(outline.operations) != 1:
            return ()
        limits, operation = self._limits, outline.operations[0]
        cost = OperationCost(self._weights, outline, operation)
        at_most = cost.fixed
        if at_most is None or (at_most.requested <= limits.cost and at_most.nodes <= limits.nodes):
            return ()
        return (_too_dear(outline.text, limits, cost, at_most, {}),)


def _too_dear(
    text: str, limits: Limits, operation: OperationCost, cost: Cost, variables: Variables
) -> TooDear:
    if cost.requested > limits.cost:
        code, value, limit = "MAX_COST_EXCEEDED", cost.requested, limits.cost
        words = f"The answer could cost {value:,} points, and {limit:,} are the most"
    else:
        code, value, limit = "TOO_MANY_NODES", cost.nodes, limits.nodes
        words = f"The answer could have {value:,} objects, and {limit:,} are the most"
    words += ": ask for smaller pages, or for less about each entry."
    dearest = operation.dearest(variables)
    extensions = {"code": code, "value": value, "limit": limit, "dearest": dearest}
    error = TooDear(
        words, source=Source(text), positions=[operation.start(variables)], extensions=extensions
    )
    error.cost = cost
    return error


def _too_long(text: str, limit: int) -> GraphQLError:
    words = f"A document may have {limit:,} characters, not more: send long texts as variables."
    return refusal("DOCUMENT_TOO_LONG", words, len(text), limit)


def _too_many_tokens(text: str, start: int, limit: int) -> GraphQLError:
    words = f"A document may have {limit:,} tokens, not more: ask in several requests."
    return refusal("TOO_MANY_TOKENS", words, limit + 1, limit, Place(text, start))


def _word_too_long(text: str, start: int, length: int) -> GraphQLError:
    words = f"A name or a number may have {MAX_WORD} characters, not more."
    return refusal("NAME_TOO_LONG", words, length, MAX_WORD, Place(text, start))


def _nested_too_deeply(text: str, start: int, depth: int) -> GraphQLError:
    words = f"Brackets may be nested {MAX_NESTING} deep, not more."
    return refusal("QUERY_TOO_DEEP", words, depth, MAX_NESTING, Place(text, start))
