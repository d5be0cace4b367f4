"""Execution without HTTP: the CPU time of one operation, from its text to its data."""

import gc
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from itertools import cycle
from typing import Any

import orjson
from strawberry.types.graphql import OperationType

from benchmarks import in_memory
from benchmarks.checks import AnswersDiffer
from benchmarks.contestants import CORE, LIMIT, OURS, PLAIN
from benchmarks.measuring import IN_PROCESS, MICROS, Effort, Measured, turns
from benchmarks.processes import SECRET
from benchmarks.queries import Q1, Q1_LITERAL, Q2, Q3, Q4, Q5, Query
from benchmarks.servers import limit, plain_strawberry
from graphql_blog import resources
from graphql_blog.auth import Viewer
from graphql_blog.graph.context import Context
from graphql_blog.graph.schema import Schema, build_schema
from graphql_blog.settings import Settings

IN_MEMORY = "in memory"
UNCACHED = "Strawberry without caches"
QUERIES = (Q1, Q1_LITERAL, Q2, Q3, Q4, Q5)
ANYTHING = frozenset(OperationType)
Variables = dict[str, Any]
Execute = Callable[[str, Variables], Awaitable[Any]]
"""Answers a query with its data."""


def without_database() -> dict[str, Execute]:
    return {
        UNCACHED: strawberry(plain_strawberry.schema(), lambda: {"blog": in_memory.Blog()}),
        PLAIN: strawberry(
            plain_strawberry.schema(*plain_strawberry.CACHES), lambda: {"blog": in_memory.Blog()}
        ),
        CORE: ours(in_memory.schema(breadth_first=False), in_memory.Context),
        OURS: ours(in_memory.schema(breadth_first=True), in_memory.Context),
    }


@asynccontextmanager
async def with_database(url: str) -> AsyncIterator[dict[str, Execute]]:
    settings = Settings.load(database_url=url, secret_key=SECRET)
    sessions = plain_strawberry.sessions(url)
    per_request = plain_strawberry.SessionForEachRequest
    plain = plain_strawberry.schema(per_request, *plain_strawberry.CACHES)
    async with resources.opened(settings) as held, limit.opened(url) as database:

        def context() -> Context:
            now = datetime.now(UTC)
            return Context(viewer=Viewer(), now=now, request_id="", resources=held)

        async def by_hand(text: str, variables: Variables) -> Any:
            return await limit.answered(database, {"query": text, "variables": variables})

        yield {
            PLAIN: strawberry(plain, lambda: {"sessions": sessions}),
            CORE: ours(build_schema(breadth_first=False), context),
            OURS: ours(build_schema(breadth_first=True), context),
            LIMIT: by_hand,
        }
    await sessions.kw["bind"].dispose()


def strawberry(schema: Any, context: Callable[[], Any]) -> Execute:
    async def execute(text: str, variables: Variables) -> Any:
        result = await schema.execute(text, variables, context())
        return result.data if result.errors is None else result.errors

    return execute


def ours(schema: Schema, context: Callable[[], Any]) -> Execute:
    documents = schema.documents(entries=1_000)

    async def execute(text: str, variables: Variables) -> Any:
        prepared = documents.alike(text)
        result = await schema.run(prepared, variables, context(), None, ANYTHING)
        return result.data if not result.errors else result.errors

    return execute


async def measure(
    database: str, executed: Mapping[str, Execute], query: Query, effort: Effort
) -> list[Measured]:
    """All of them in turn, after their answers were compared."""
    asked = [_operation(body) for body in query.bodies]
    await _check(query, executed, asked[0])
    operations = {name: cycle(asked) for name in executed}
    for name, execute in executed.items():
        await _cpu_micros(execute, operations[name], effort.seconds / 2)
    cpu: dict[str, list[float]] = {name: [] for name in executed}
    names = list(executed)
    for index in turns(len(names), effort.rounds):
        name = names[index]
        cpu[name].append(await _cpu_micros(executed[name], operations[name], effort.seconds))
    return [
        Measured(IN_PROCESS, database, 0, query.name, name, cpu_micros=tuple(values))
        for name, values in cpu.items()
    ]


async def _cpu_micros(execute: Execute, operations: Any, seconds: float) -> float:
    with _own_garbage():
        ends = time.perf_counter() + seconds
        began, count = time.process_time(), 0
        while time.perf_counter() < ends:
            await execute(*next(operations))
            count += 1
        return (time.process_time() - began) / count * MICROS


@contextmanager
def _own_garbage() -> Iterator[None]:
    """Garbage is looked for among what this turn makes, and not among what others left or keep.

    All share one process: one look through all of it takes longer than many a turn.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


async def _check(
    query: Query, executed: Mapping[str, Execute], operation: tuple[str, Variables]
) -> None:
    answers = {name: await execute(*operation) for name, execute in executed.items()}
    texts = {name: json.dumps(answer, default=str) for name, answer in answers.items()}
    if len(set(texts.values())) > 1:
        shown = "\n".join(f"{name}: {text[:1000]}" for name, text in texts.items())
        raise AnswersDiffer(f"{query.name} in process:\n{shown}")


def _operation(body: bytes) -> tuple[str, Variables]:
    read = orjson.loads(body)
    return read["query"], read.get("variables", {})
