"""GraphQL in the files of a client: operations, the fragments they need, and their places."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from graphql import (
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSyntaxError,
    OperationDefinitionNode,
    Visitor,
    parse,
    visit,
)

GRAPHQL = frozenset({".graphql", ".gql"})
SCRIPTS = frozenset({".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts"})
LEFT_OUT = "node_modules"

# gql`…`, graphql`…`, gql(`…`), graphql(`…`), and what editors know as /* GraphQL */ `…`
TEMPLATE = re.compile(
    r"(?:\b(?:gql|graphql)\s*(?:\(\s*)?(?:/\*\s*GraphQL\s*\*/\s*)?|/\*\s*GraphQL\s*\*/\s*)"
    r"`((?:[^`\\]|\\.)*)`",
    re.DOTALL,
)
# Generated code explains itself with examples.
COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*(?!\s*GraphQL\s*\*/).*?\*/)", re.DOTALL | re.MULTILINE)
INTERPOLATION = re.compile(r"\$\{[^}]*\}")
NOTHING = re.compile(r"(?:[\s,]|#[^\n]*)*")

Node: TypeAlias = OperationDefinitionNode | FragmentDefinitionNode


class Place(NamedTuple):
    """Where something stands."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Problem(NamedTuple):
    """What is wrong, and where."""

    place: Place
    message: str
    operation: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A stretch of GraphQL in a file: all of it, or a template in a script."""

    file: str
    graphql: str
    start: int = 0
    whole: str = ""

    def place(self, position: int) -> Place:
        whole, offset = self.whole or self.graphql, self.start + position
        column = offset - whole.rfind("\n", 0, offset)
        return Place(self.file, whole.count("\n", 0, offset) + 1, column)


@dataclass(frozen=True, slots=True)
class Definition:
    """An operation or a fragment as somebody wrote it."""

    node: Node
    within: Text

    @property
    def name(self) -> str | None:
        return self.node.name.value if self.node.name else None

    @property
    def source(self) -> str:
        assert self.node.loc is not None
        return self.within.graphql[self.node.loc.start : self.node.loc.end]

    def place(self, position: int = 0) -> Place:
        assert self.node.loc is not None
        return self.within.place(self.node.loc.start + position)

    def spreads(self) -> list[str]:
        found = _Spreads()
        visit(self.node, found)
        return found.names


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation and the fragments it needs, wherever they stand: what a client sends."""

    definitions: Sequence[Definition]

    @property
    def name(self) -> str | None:
        return self.definitions[0].name

    @property
    def kind(self) -> str:
        node = self.definitions[0].node
        assert isinstance(node, OperationDefinitionNode)
        return node.operation.value

    @property
    def text(self) -> str:
        return "\n\n".join(definition.source for definition in self.definitions)

    def place(self, position: int = 0) -> Place:
        """Where a position of `text` stands."""
        for definition in self.definitions:
            if position <= len(definition.source):
                return definition.place(position)
            position -= len(definition.source) + 2
        return self.definitions[0].place()


@dataclass(slots=True)
class Found:
    """What is in the files of a client."""

    texts: list[Text] = field(default_factory=list)
    definitions: list[Definition] = field(default_factory=list)
    operations: list[Operation] = field(default_factory=list)
    unused: list[Definition] = field(default_factory=list)
    """Fragments that no operation needs."""
    problems: list[Problem] = field(default_factory=list)


def find(path: Path, suffixes: Collection[str] = GRAPHQL | SCRIPTS) -> Found:
    """What is in a file, or in all files of a folder that have these suffixes.

    Raises `OSError` for a path that cannot be read.
    """
    found = Found()
    for file in files_in(path, suffixes):
        _read(file, found)
    _put_together(found)
    return found


def files_in(path: Path, suffixes: Collection[str]) -> list[Path]:
    """In the order of their names, without hidden ones and installed packages."""
    if not path.is_dir():
        return [path]
    files: list[Path] = []
    for folder, below, names in os.walk(path, onerror=_raise):
        below[:] = [name for name in below if not name.startswith(".") and name != LEFT_OUT]
        files += [Path(folder) / name for name in names if not name.startswith(".")]
    return sorted(file for file in files if file.suffix in suffixes)


def position_of(error: GraphQLError) -> int:
    """Where in its text an error is."""
    return next(iter(error.positions or ()), 0)


def _raise(error: OSError) -> None:
    raise error


def _read(file: Path, found: Found) -> None:
    try:
        whole = file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        words = f"This is not UTF-8 (byte {error.start + 1})."
        found.problems.append(Problem(Place(str(file), 1, 1), words))
        return
    for text in _texts(file, whole):
        found.texts.append(text)
        try:
            document = parse(text.graphql)
        except GraphQLSyntaxError as error:
            found.problems.append(Problem(text.place(position_of(error)), error.message))
            continue
        # A schema beside the operations is no business of ours.
        found.definitions += [
            Definition(node, text)
            for node in document.definitions
            if isinstance(node, OperationDefinitionNode | FragmentDefinitionNode)
        ]


def _texts(file: Path, whole: str) -> Iterator[Text]:
    found = [Text(str(file), whole)]
    if file.suffix in SCRIPTS:
        found = [
            Text(str(file), INTERPOLATION.sub(_blank, match[1]), match.start(1), whole)
            for match in TEMPLATE.finditer(COMMENT.sub(_blank, whole))
        ]
    return (text for text in found if not NOTHING.fullmatch(text.graphql))


def _blank(found: re.Match[str]) -> str:
    """Nothing in its place, with all that follows staying where it is."""
    return re.sub(r"[^\n]", " ", found[0])


def _put_together(found: Found) -> None:
    operations = [one for one in found.definitions if isinstance(one.node, OperationDefinitionNode)]
    fragments = [one for one in found.definitions if isinstance(one.node, FragmentDefinitionNode)]
    found.problems += _twins("operation", operations)
    found.problems += _twins("fragment", fragments)
    found.operations = [Operation(_with_fragments(one, fragments)) for one in operations]
    used = {id(part) for operation in found.operations for part in operation.definitions}
    found.unused = [fragment for fragment in fragments if id(fragment) not in used]


def _twins(kind: str, definitions: Sequence[Definition]) -> Iterator[Problem]:
    """Names that come twice. A fragment may be copied, as generated code does, but not differ."""
    first: dict[str, Definition] = {}
    for one in definitions:
        if one.name is None:
            continue
        other = first.setdefault(one.name, one)
        if other is not one and (kind == "operation" or other.source != one.source):
            words = f'There is another {kind} named "{one.name}": {other.place()}.'
            yield Problem(one.place(), words, one.name if kind == "operation" else None)


def _with_fragments(
    operation: Definition, fragments: Sequence[Definition]
) -> tuple[Definition, ...]:
    """The operation and all it spreads, whatever they spread included."""
    everywhere = {fragment.name: fragment for fragment in reversed(fragments)}
    here = {one.name: one for one in fragments if one.within.file == operation.within.file}
    known, taken = everywhere | here, [operation]
    for definition in taken:
        for name in definition.spreads():
            if name in known and known[name] not in taken:
                taken.append(known[name])
    return tuple(taken)


class _Spreads(Visitor):
    """The names of the fragments that are spread, in the order of the text."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def enter_fragment_spread(self, node: FragmentSpreadNode, *_: object) -> None:
        self.names.append(node.name.value)
