"""Both executors on one document: what they said, and how it differs.

    python -m tests.torture.compare [--declared] [--late] --seed 7 'query { ... }'

replays one failure of the tests; in place of the document, the name of a file with it will do.
"""

import argparse
import asyncio
import re
import shlex
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLError,
    OperationDefinitionNode,
    execute,
    parse,
    print_ast,
)
from strawberry.execution.is_awaitable import optimized_is_awaitable

from graphql_blog.engine.executor import BreadthFirstExecutor
from tests.torture import declared, schema
from tests.torture.chaos import Chaos
from tests.torture.documents import Document
from tests.torture.inputs import values

ELSEWHERE = "elsewhere"
"""Of an error that brought a path of its own, nobody can say what it made null."""


class Pair:
    """One set of types under two executors."""

    def __init__(
        self, name: str, make: Callable[..., strawberry.Schema], world: Callable[..., Any]
    ) -> None:
        self.name, self.world = name, world
        self.core, self.engine = make(), make(execution_context_class=BreadthFirstExecutor)
        self.types = self.core._schema


TORTURE = Pair("torture", schema.schema, schema.World)
DECLARED = Pair("declared", declared.schema, declared.World)


@dataclass(frozen=True)
class Said:
    """An answer, as far as anybody can see it."""

    data: Any
    errors: Sequence[GraphQLError]
    log: Sequence[str]

    def in_words(self) -> list[str]:
        """Line by line, with the order of keys and the very types of the values."""
        return [*self.log, repr(self.data), *map(in_words, self.errors)]

    def nulled(self) -> set[Any]:
        """The nulls in the data that have an error: one of their own, or of what was below."""
        return {_first_null(self.data, error.path or ()) for error in self.errors}


def in_words(error: GraphQLError) -> str:
    places = [tuple(location) for location in error.locations or ()]
    cause = type(error.original_error).__name__
    return f"{error.message!r} {error.path} {places} {error.extensions} {cause}"


def _first_null(data: Any, path: Sequence[Any]) -> Any:
    for length, step in enumerate(path):
        if data is None:
            return tuple(path[:length])
        if step not in (data if isinstance(data, dict) else range(len(data))):
            return ELSEWHERE
        data = data[step]
    return tuple(path)


# ---------------------------------------------------------------------------------- asking both


def assert_same_at_once(document: Document, seed: int) -> None:
    """With resolvers that do not wait, every letter is the same."""
    core = answer_at_once(TORTURE.core, document, TORTURE.world(seed))
    engine = answer_at_once(TORTURE.engine, document, TORTURE.world(seed))
    _assert_equal(core.in_words(), engine.in_words(), f"--seed {seed}", document)


def answer_at_once(schema: strawberry.Schema, document: Document, world: Any) -> Said:
    # This is how Strawberry's `execute_sync` says that nothing may be awaited.
    result = _execute(schema, document, world, is_async_iterable=lambda _: False)
    assert isinstance(result, ExecutionResult)
    return Said(result.data, result.errors or (), world.log)


async def assert_same_later(document: Document, seed: int, pair: Pair = TORTURE) -> None:
    """With resolvers that wait, the data is the same, and every null in it has an error in both.

    Which of several errors makes something null is a race in graphql-core. The engine tells them in
    the order of the document, as graphql-core does when no resolver waits.
    """
    flags = f"{'--declared ' if pair is DECLARED else ''}--late --seed {seed}"
    core = await answer(pair.core, document, pair.world(seed, late=True))
    engine = await answer(pair.engine, document, pair.world(seed, late=True))
    _assert_equal([repr(core.data)], [repr(engine.data)], flags, document)
    nulled = core.nulled(), engine.nulled()
    if ELSEWHERE not in nulled[0] | nulled[1] and nulled[0] != nulled[1]:
        _assert_equal(core.in_words(), engine.in_words(), flags, document)
    if is_for_core(pair, document, seed) or "later" in document.text:
        return
    if pair is TORTURE:
        calm = await answer(pair.core, document, pair.world(seed))
        _assert_equal(calm.in_words(), engine.in_words(), flags, document)


def is_for_core(pair: Pair, document: Document, seed: int) -> bool:
    """Whether the document has a condition without a value, which the engine leaves to core."""
    given = values(pair.types, document.variables, seed)
    conditions = re.findall(r"\(if: \$(\w+)\)", document.text)
    return any(name in given and given[name] is None for name in conditions)


async def answer(schema: strawberry.Schema, document: Document, world: Any) -> Said:
    result = _execute(schema, document, world)
    if isinstance(result, Awaitable):
        result = await result
    return Said(result.data, result.errors or (), world.log)


def _execute(schema: strawberry.Schema, document: Document, world: Chaos, **options: Any) -> Any:
    """As Strawberry does it, but for parsing and validating."""
    return execute(
        schema._schema,
        document.ast,
        root_value=world.root,
        context_value=world,
        variable_values=values(schema._schema, document.variables, world.seed),
        operation_name=document.operation,
        is_awaitable=optimized_is_awaitable,
        executor_class=schema.execution_context_class,
        operation_extensions=None,
        **options,
    )


def _assert_equal(core: list[str], engine: list[str], flags: str, document: Document) -> None:
    apart = [
        f"  core:   {one}\n  engine: {other}"
        for one, other in zip_longest(core, engine, fillvalue="")
        if one != other
    ]
    command = f"python -m tests.torture.compare {flags} {shlex.quote(document.text)}"
    assert not apart, "\n".join(["The executors differ.", *apart[:5], "", command])


# ------------------------------------------------------------------------------------ replaying


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--declared", action="store_true")
    parser.add_argument("--late", action="store_true")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("document")
    given = parser.parse_args()
    is_file = re.fullmatch(r"[\w./-]+", given.document)
    document = replayed(Path(given.document).read_text() if is_file else given.document)
    if given.late:
        pair = DECLARED if given.declared else TORTURE
        asyncio.run(assert_same_later(document, given.seed, pair))
    else:
        assert_same_at_once(document, given.seed)


def replayed(text: str) -> Document:
    """The document with that text: what else it needs to know is written in it."""
    operation = next(d for d in parse(text).definitions if isinstance(d, OperationDefinitionNode))
    definitions = operation.variable_definitions or ()
    variables = {d.variable.name.value: print_ast(d.type) for d in definitions}
    return Document(text, operation.name.value if operation.name else None, variables)


if __name__ == "__main__":
    main()
