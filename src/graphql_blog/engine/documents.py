"""Documents, parsed and validated once and kept while they are asked for."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from graphql import (
    DocumentNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    parse,
    validate,
)
from graphql.validation import ASTValidationRule

from graphql_blog.engine.literals import Lifted, Literals

# Parsing takes 5 µs a token: what is longer than this is no query that somebody wrote.
MAX_TOKENS = 10_000
# More nobody reads, and each may take as long as a query.
MAX_ERRORS = 20
# A parsed document takes some 120 bytes a character of its text, so this is 60 MB.
MAX_CHARACTERS = 500_000
MAX_KEPT_LENGTH = 20_000

Facts = TypeVar("Facts")


@dataclass(frozen=True, slots=True)
class Prepared(Generic[Facts]):
    """A document that can be executed, or the errors that say why it cannot."""

    text: str
    errors: Sequence[GraphQLError]
    document: DocumentNode | None = None
    """None when the text is no GraphQL, or too much of it."""
    operations: Mapping[str, OperationDefinitionNode] = field(default_factory=dict)
    facts: Facts | None = None
    lifted: Lifted | None = None
    """Where `document` has variables for some values of the text: which, and what they are."""

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of that name; without a name the first one."""
        if name is None:
            return next(iter(self.operations.values()), None)
        return self.operations.get(name)


class DocumentStore(Generic[Facts]):
    """Prepares documents, and keeps those that were asked for last.

    `facts` gathers what else somebody wants to know of a document, so that it is gathered once.
    `check` looks at a text before all else, which is slow: what it finds is all that is said.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        rules: Sequence[type[ASTValidationRule]],
        facts: Callable[[DocumentNode], Facts],
        *,
        check: Callable[[str], Sequence[GraphQLError]] = lambda text: (),
        entries: int = 1000,
        characters: int = MAX_CHARACTERS,
        hide_suggestions: bool = False,
    ) -> None:
        self._schema = schema
        self._rules = rules
        self._facts = facts
        self._check = check
        self._entries = entries
        self._hide_suggestions = hide_suggestions
        self._characters = characters
        self._kept: OrderedDict[str, Prepared[Facts]] = OrderedDict()
        self._length = 0
        self._literals = Literals(schema)

    def __len__(self) -> int:
        return len(self._kept)

    def prepared(self, text: str) -> Prepared[Facts]:
        found = self._kept.get(text)
        if found is not None:
            self._kept.move_to_end(text)
            return found
        made = self._prepare(text)
        if len(text) <= MAX_KEPT_LENGTH:
            self._keep(made)
        return made

    def alike(self, text: str) -> Prepared[Facts]:
        """The same, but for what other documents have been that differ in ids and texts alone."""
        if text in self._kept or not self._entries:
            return self.prepared(text)
        lifted = self._literals.lifted(text)
        if lifted is not None:
            like = self.prepared(lifted.text)
            if like.document is not None and not like.errors:
                return Prepared(text, (), like.document, like.operations, like.facts, lifted)
        made = self.prepared(text)
        if made.document is not None and not made.errors:
            self._literals.learn(text, made.document)
        return made

    def _prepare(self, text: str) -> Prepared[Facts]:
        if refused := self._check(text):
            return Prepared(text, tuple(refused))
        try:
            document = parse(text, max_lexical_tokens=MAX_TOKENS, max_comments=MAX_TOKENS)
        except GraphQLError as error:
            return Prepared(text, (_at_rest(error),))
        hide = self._hide_suggestions
        errors = validate(self._schema, document, self._rules, MAX_ERRORS, hide_suggestions=hide)
        operations = _operations(document)
        return Prepared(text, tuple(errors), document, operations, self._facts(document))

    def _keep(self, made: Prepared[Facts]) -> None:
        self._kept[made.text] = made
        self._length += len(made.text)
        while len(self._kept) > self._entries or self._length > self._characters:
            text, _ = self._kept.popitem(last=False)
            self._length -= len(text)


def _at_rest(error: GraphQLError) -> GraphQLError:
    """The error without the frames of the parser, which would live as long as it is kept."""
    error.__context__ = error.__cause__ = None
    return error.with_traceback(None)


def _operations(document: DocumentNode) -> dict[str, OperationDefinitionNode]:
    """By name, in the order of the document; the first one counts where a name comes twice."""
    found: dict[str, OperationDefinitionNode] = {}
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            found.setdefault(definition.name.value if definition.name else "", definition)
    return found
