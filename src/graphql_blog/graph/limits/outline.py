"""A document read off its tokens: its fields, fragments and sizes, without being parsed.

Parsing takes ten microseconds a token. What is too much has to be refused sooner; and whatever
graphql-core would parse, this reads in the same way. Of values only those are kept that can be the
size of a page.
"""

import re
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql_blog.graph.limits.bounds import Limits, Place, TooMuch, refusal
from graphql_blog.graph.limits.tokens import CLOSING, END, OPENING

NAME = re.compile(r"[A-Za-z_]")
INT = re.compile(r"-?[0-9]{1,9}\Z")
OPERATIONS = frozenset({"query", "mutation", "subscription"})


class Unreadable(Exception):
    """This is no document of operations and fragments; graphql-core has words for what it is."""


class Variable(NamedTuple):
    """A value that the request gives."""

    name: str


Value = Variable | int | None
"""What an argument says of a size: a list by its length, other values nothing."""


@dataclass(slots=True)
class Field:
    """A field of a selection."""

    key: str
    name: str
    start: int
    arguments: dict[str, Value]
    selections: "list[Selection]"


@dataclass(slots=True)
class Inline:
    """An inline fragment."""

    condition: str | None
    selections: "list[Selection]"


@dataclass(slots=True)
class Spread:
    """A place where a fragment stands."""

    name: str
    start: int


Selection = Field | Inline | Spread


@dataclass(slots=True)
class Definition:
    """An operation or a fragment."""

    kind: str
    name: str
    start: int
    condition: str | None = None
    """The type that a fragment is on."""
    defaults: dict[str, Value] = field(default_factory=dict)
    """Of the variables."""
    selections: list[Selection] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """A whole document."""

    text: str
    operations: list[Definition]
    fragments: dict[str, Definition]


def outlined(text: str, tokens: list[str], starts: list[int], limits: Limits) -> Outline:
    """Raises `Unreadable` for what is no document of operations and fragments, and `TooMuch` as
    soon as there is more of anything than may be.
    """
    return _Reader(text, [*tokens, END, END, END], [*starts, len(text)], limits).read()


class _Reader:
    """Goes through the tokens once."""

    def __init__(self, text: str, tokens: list[str], starts: list[int], limits: Limits) -> None:
        self._tokens = tokens
        self._starts = starts
        self._limits = limits
        self._at = 0
        self._fields = self._definitions = self._directives_found = 0
        self._outline = Outline(text, [], {})

    def read(self) -> Outline:
        while self._tokens[self._at] != END:
            self._definitions += 1
            if (count := self._definitions) > (most := self._limits.definitions):
                raise self._too_many("definitions", count, most, self._starts[self._at])
            definition = self._definition()
            self._selections(definition.selections)
            if definition.kind == "fragment":
                # Of two with one name the first counts; that there are two is said elsewhere.
                self._outline.fragments.setdefault(definition.name, definition)
            else:
                self._outline.operations.append(definition)
        return self._outline

    def _definition(self) -> Definition:
        """All up to its first selection."""
        if self._tokens[self._at].startswith('"'):
            self._at += 1  # A description.
        start, kind = self._starts[self._at], self._tokens[self._at]
        if kind == "{":
            self._at += 1
            return Definition("query", "", start)
        self._at += 1
        if kind == "fragment":
            name = self._name()
            self._expect("on")
            found = Definition(kind, name, start, self._name())
        elif kind in OPERATIONS:
            name = self._name() if NAME.match(self._tokens[self._at]) else ""
            found = Definition(kind, name, start)
            if self._tokens[self._at] == "(":
                found.defaults = self._variables()
        else:
            raise Unreadable
        self._directives()
        self._expect("{")
        return found

    def _variables(self) -> dict[str, Value]:
        defaults: dict[str, Value] = {}
        name = ""
        self._at += 1
        while (token := self._tokens[self._at]) != ")":
            if token == "$":
                self._at += 1
                name = self._name()
            elif token == "=":
                self._at += 1
                defaults[name] = self._value()
            elif token == "@":
                self._directives()
            elif token == END:
                raise Unreadable
            else:
                self._at += 1  # Its type.
        self._at += 1
        return defaults

    def _selections(self, found: list[Selection]) -> None:
        """What stands between braces, and between the braces within, up to the last one."""
        tokens, starts = self._tokens, self._starts
        open_: list[list[Selection]] = []
        while True:
            token, start = tokens[self._at], starts[self._at]
            self._at += 1
            if token == "}":
                if not open_:
                    return
                found = open_.pop()
                continue
            if token == "...":
                inner = self._fragment(found, start)
            elif NAME.match(token):
                inner = self._field(found, token, start)
            else:
                raise Unreadable
            if inner is not None:
                open_.append(found)
                found = inner

    def _fragment(self, found: list[Selection], start: int) -> list[Selection] | None:
        token = self._tokens[self._at]
        if NAME.match(token) and token != "on":
            self._at += 1
            self._directives()
            found.append(Spread(token, start))
            return None
        condition = None
        if token == "on":
            self._at += 1
            condition = self._name()
        self._directives()
        self._expect("{")
        selections: list[Selection] = []
        found.append(Inline(condition, selections))
        return selections

    def _field(self, found: list[Selection], key: str, start: int) -> list[Selection] | None:
        self._fields += 1
        if self._fields > self._limits.fields:
            raise self._too_many("fields", self._fields, self._limits.fields, start)
        tokens = self._tokens
        name, arguments = key, _NONE
        if tokens[self._at] == ":":
            self._at += 1
            name = self._name()
        if tokens[self._at] == "(":
            arguments = self._arguments()
        if tokens[self._at] == "@":
            self._directives()
        selections: list[Selection] = []
        found.append(Field(key, name, start, arguments, selections))
        if tokens[self._at] != "{":
            return None
        self._at += 1
        return selections

    def _directives(self) -> None:
        while self._tokens[self._at] == "@":
            self._directives_found += 1
            if (count := self._directives_found) > (most := self._limits.directives):
                raise self._too_many("directives", count, most, self._starts[self._at])
            self._at += 1
            self._name()
            if self._tokens[self._at] == "(":
                self._arguments()

    def _arguments(self) -> dict[str, Value]:
        arguments: dict[str, Value] = {}
        self._at += 1
        while self._tokens[self._at] != ")":
            name = self._name()
            self._expect(":")
            arguments[name] = self._value()
        self._at += 1
        return arguments

    def _value(self) -> Value:
        token = self._tokens[self._at]
        self._at += 1
        if token == "$":
            return Variable(self._name())
        if token == "[":
            return self._skipped()
        if token == "{":
            self._skipped()
        elif token in {END, ")", "}", "]"}:
            raise Unreadable
        return int(token) if INT.match(token) else None

    def _skipped(self) -> int:
        """How many values a list has; behind its end, or that of an object."""
        count, depth = 0, 1
        while depth:
            token = self._tokens[self._at]
            self._at += 1
            if token in OPENING:
                count += depth == 1
                depth += 1
            elif token in CLOSING:
                depth -= 1
            elif token == END:
                raise Unreadable
            elif token == "$":
                count += depth == 1
                self._at += 1
            else:
                count += depth == 1
        return count

    def _too_many(self, what: str, value: int, limit: int, start: int) -> TooMuch:
        message = f"A document may have {limit:,} {what}, not more."
        place = Place(self._outline.text, start)
        return TooMuch(refusal(f"TOO_MANY_{what.upper()}", message, value, limit, place))

    def _name(self) -> str:
        name = self._tokens[self._at]
        if not NAME.match(name):
            raise Unreadable
        self._at += 1
        return name

    def _expect(self, token: str) -> None:
        if self._tokens[self._at] != token:
            raise Unreadable
        self._at += 1


_NONE: dict[str, Any] = {}
