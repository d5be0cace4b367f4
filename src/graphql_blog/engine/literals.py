"""Documents that differ in nothing but ids and texts: one document, with variables for them.

    { post(id: "7") { title } }        query($_literal0: ID!) { post(id: $_literal0) { title } }
    { post(id: "8") { title } }

Whoever writes values into the text of a query sends a new document each time: to read it, to check
it and to plan it takes five times as long as to answer it. So of the first of its shape it is found
out which of its values might as well be variables, and the others are that document.

Only what is the same for any value becomes one: an argument of a field of type `ID` or `String`,
in a query that stands alone. How many of a list are wanted decides what it costs, so numbers stay.
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLID,
    GraphQLSchema,
    GraphQLString,
    IntValueNode,
    OperationDefinitionNode,
    OperationType,
    Source,
    StringValueNode,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_nullable_type,
    visit,
)

LONGEST = 2_000
"""Characters of a document; in longer ones it would take long to look for values."""
MOST = 20
"""Values in one document."""
MOST_SHAPES = 1_000
PREFIX = "_literal"
# Texts without escapes, and whole numbers where a value of an argument stands.
LITERAL = re.compile(
    r'("[^"\\\x00-\x1f\x7f\ud800-\udfff]*"|(?<=:)(?:0|[1-9][0-9]{0,9})(?![\w.])'
    r"|(?<=: )(?:0|[1-9][0-9]{0,9})(?![\w.]))"
)
# Within these a quote is none, or not the end.
OTHERWISE = ("#", "\\", '"""', PREFIX)

Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """How a document of one shape becomes one with variables. Its parts are what stands between
    values, and the values, by turns.
    """

    declarations: str
    declared_in: int
    """The part that they are put into."""
    declared_at: int
    """And where in it."""
    names: Mapping[int, str]
    """The variables that come in place of values, by their parts; other values stay."""
    longest: int
    """Characters of the longest document of this shape that was let through."""

    def of(self, written: str, parts: Sequence[str]) -> "Lifted":
        put, values = list(parts), {}
        for place, name in self.names.items():
            value = parts[place]
            values[name] = value[1:-1] if value[0] == '"' else value
            put[place] = f"${name}"
        declaring = parts[self.declared_in]
        before, after = declaring[: self.declared_at], declaring[self.declared_at :]
        put[self.declared_in] = before + self.declarations + after
        return Lifted("".join(put), values, written, parts, put, self)


class Lifted(NamedTuple):
    """A document with variables in place of some of its values."""

    text: str
    values: dict[str, Any]
    """Of these variables."""
    written: str
    """The document as it was sent."""
    parts: Sequence[str]
    put: Sequence[str]
    """What is in their place."""
    lift: Lift

    def relocated(self, error: GraphQLError) -> GraphQLError:
        """The error with the place that it has in what was sent."""
        if error.source is None or error.source.body != self.text or not error.positions:
            return error
        return GraphQLError(
            error.message,
            source=Source(self.written),
            positions=[self._place(position) for position in error.positions],
            path=error.path,
            original_error=error.original_error,
            extensions=error.extensions,
        )

    def _place(self, position: int) -> int:
        there = 0
        for number, (part, put) in enumerate(zip(self.parts, self.put, strict=True)):
            if position < len(put):
                if number == self.lift.declared_in and position > self.lift.declared_at:
                    added = len(self.lift.declarations)
                    position = max(self.lift.declared_at, position - added)
                return there + min(position, len(part))
            position -= len(put)
            there += len(part)
        return there


class Literals:
    """The shapes of documents that were seen last, and what of them may be variables."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self._lifts: OrderedDict[Shape, Lift | None] = OrderedDict()

    def lifted(self, text: str) -> Lifted | None:
        """The document with variables; None where there are none, or its shape is not known.

        None too for one that is longer than those before it, which may be too long.
        """
        if (parts := _parts(text)) is None:
            return None
        shape = _shape(parts)
        lift = self._lifts.get(shape)
        if lift is None or len(text) > lift.longest:
            return None
        self._lifts.move_to_end(shape)
        return lift.of(text, parts)

    def learn(self, text: str, document: DocumentNode) -> None:
        """Remembers what of this valid document may be variables in others of its shape."""
        if (parts := _parts(text)) is None:
            return
        shape = _shape(parts)
        if shape not in self._lifts:
            self._lifts[shape] = _lift_of(self._schema, document, parts)
            if len(self._lifts) > MOST_SHAPES:
                self._lifts.popitem(last=False)
        elif lift := self._lifts[shape]:
            self._lifts[shape] = replace(lift, longest=max(lift.longest, len(text)))


def _parts(text: str) -> list[str] | None:
    if len(text) > LONGEST or any(sign in text for sign in OTHERWISE):
        return None
    parts = LITERAL.split(text)
    return parts if 1 < len(parts) <= 2 * MOST + 1 else None


def _shape(parts: Sequence[str]) -> Shape:
    """What documents have in common that differ in values; a number is never a text."""
    return (*parts[::2], "".join(['"' if value[0] == '"' else "1" for value in parts[1::2]]))


def _lift_of(schema: GraphQLSchema, document: DocumentNode, parts: Sequence[str]) -> Lift | None:
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) != 1 or operations[0].operation is not OperationType.QUERY:
        return None
    found = _Arguments(TypeInfo(schema))
    visit(document, TypeInfoVisitor(found.types, found))
    types = found.types_of_values()
    starts = list(accumulate(map(len, parts), initial=0))
    names: dict[int, str] = {}
    declarations: list[str] = []
    for place in range(1, len(parts), 2):
        if type_name := types.get(starts[place]):
            names[place] = f"{PREFIX}{len(names)}"
            declarations.append(f"${names[place]}: {type_name}")
    if not names:
        return None
    at, declared = _declared(operations[0], ", ".join(declarations))
    part = max(place for place in range(0, len(parts), 2) if starts[place] <= at)
    return Lift(declared, part, at - starts[part], names, longest=starts[-1])


def _declared(operation: OperationDefinitionNode, variables: str) -> tuple[int, str]:
    """Where in the text variables are declared, and what has to be put there."""
    assert operation.loc is not None
    if operation.variable_definitions:
        first = operation.variable_definitions[0]
        assert first.loc is not None
        return first.loc.start, f"{variables}, "
    if operation.name and operation.name.loc:
        return operation.name.loc.end, f"({variables})"
    start = operation.loc.start
    if operation.loc.start_token.value == "query":
        return start + len("query"), f"({variables})"
    return start, f"query({variables})"


class _Arguments(Visitor):
    """Finds values that may be variables: the type of each, by where it starts."""

    def __init__(self, types: TypeInfo) -> None:
        super().__init__()
        self.types = types
        self._keys: Counter[str] = Counter()
        self._found: list[tuple[str, int, str]] = []

    def types_of_values(self) -> dict[int, str]:
        """Of fields that stand alone: whether two may be merged hangs on their values."""
        return {start: type_ for key, start, type_ in self._found if self._keys[key] == 1}

    def enter_field(self, field: FieldNode, *_: Any) -> None:
        key = (field.alias or field.name).value
        self._keys[key] += 1
        definition = self.types.get_field_def()
        assert definition is not None
        for argument in field.arguments or ():
            type_ = definition.args[argument.name.value].type
            value, nullable = argument.value, get_nullable_type(type_)
            is_text = isinstance(value, StringValueNode) and nullable in {GraphQLID, GraphQLString}
            is_id = isinstance(value, IntValueNode) and nullable is GraphQLID
            if (is_text or is_id) and value.loc:
                self._found.append((key, value.loc.start, str(type_)))
