"""Executes an operation level by level. The only module of the engine that awaits values."""

import asyncio
from collections.abc import Awaitable, Coroutine
from functools import lru_cache
from types import CoroutineType, GeneratorType
from typing import Any

from graphql import ExecutionResult, OperationType
from graphql.pyutils import is_async_iterable
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graphql_blog.engine.completion import FAILED, Completion, Interrupted
from graphql_blog.engine.errors import Errors
from graphql_blog.engine.loaders import BatchLoader
from graphql_blog.engine.plan import Plan
from graphql_blog.engine.plans import plan_for
from graphql_blog.engine.positions import Column, Objects
from graphql_blog.engine.resolvers import Resolution, attributes
from graphql_blog.engine.trace import Trace

SLICE = 1_000
"""Resolvers are called for so many objects before others get their turn."""
TURN = 20_000
"""So many values pass before others get their turn: some five milliseconds."""


class BreadthFirstExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes each field once for all objects of a level; what it cannot do, graphql-core does."""

    def execute_operation(self, serially: bool | None = None) -> Any:
        plan = plan_for(self)
        if plan is None:
            if trace := getattr(self.context_value, "trace", None):
                trace.left_to_core(self)
            return super().execute_operation(serially)
        if serially is None:
            serially = self.operation.operation is OperationType.MUTATION
        run = Run(self, plan).execute(serially=serially)
        # Strawberry's `execute_sync` says that nothing is going to be awaited.
        return run if self.is_async_iterable is is_async_iterable else _at_once(run)


class Run:
    """One execution of one operation."""

    def __init__(self, executor: BreadthFirstExecutor, plan: Plan) -> None:
        self._executor = executor
        self._plan = plan
        self._errors = Errors()
        self._resolution = Resolution(executor)
        self._completion = Completion(executor, self._resolution, self._errors)
        self._groups: list[Objects] = []
        self._passed = 0
        self._trace: Trace | None = getattr(executor.context_value, "trace", None)

    async def execute(self, *, serially: bool) -> ExecutionResult:
        root_value = self._executor.root_value
        root = Objects(self._plan.root, [root_value], {type(root_value)})
        self._groups.append(root)
        if serially:
            await self._serially(root)
        else:
            await self._levels(columns_of(root))
        data = None
        if not self._errors or not self._errors.null_everything():
            data = await self._assembled()
        return ExecutionResult(data, self._errors.in_order() or None)

    async def _serially(self, root: Objects) -> None:
        """Each root field with all that is below it, before the next (GraphQL §6.2.2)."""
        for column in columns_of(root):
            await self._levels([column])
            if self._errors and self._errors.null_everything():
                return
            # What was read may have been changed since.
            if loaders := getattr(self._executor.context_value, "loaders", None):
                loaders.clear()

    async def _assembled(self) -> Any:
        """The data, made from below."""
        for objects in reversed(self._groups):
            self._completion.assemble(objects)
            self._passed += len(objects.values)
            await self._breathe()
        (data,) = self._groups[0].results
        return None if data is FAILED else data

    async def _breathe(self) -> None:
        """Lets others have their turn, once enough has been done."""
        if self._passed > TURN:
            self._passed = 0
            await asyncio.sleep(0)

    async def _levels(self, columns: list[Column]) -> None:
        """Everything from these columns on downwards, one level after the other."""
        while columns:
            try:
                await self._level(columns)
            except BaseException:
                close_coroutines(columns)
                raise
            level, self._completion.next_level = self._completion.next_level, []
            self._groups += level
            columns = [column for objects in level for column in columns_of(objects)]

    async def _level(self, columns: list[Column]) -> None:
        if self._trace:
            self._trace.level(columns)
        asked: dict[BatchLoader, list[tuple[Column, list[Any]]]] = {}
        for column in columns:
            if column.field.source.kind == "batch":
                self._ask(column, asked)
            else:
                await self._resolve(column)
        await self._wait(columns, asked)
        while columns:
            columns = await self._complete(columns)
            await self._wait(columns, {})

    async def _complete(self, columns: list[Column]) -> list[Column]:
        """Completes the columns; those that are to follow on this level come back."""
        following = []
        for column in columns:
            inner = self._completion.complete(column)
            if inner is not None:
                following.append(inner)
            self._passed += len(column.values)
            await self._breathe()
        return following

    async def _resolve(self, column: Column) -> None:
        """The values of a field that is no batch's."""
        values = self._resolution.read(column)
        if values is not None:
            column.values = values
            self._passed += len(values)
            await self._breathe()
            return
        assert isinstance(column.source, Objects)
        count = len(column.source.values)
        for start in range(0, count, SLICE):
            stop = min(start + SLICE, count)
            column.values += self._resolution.resolved(column, range(start, stop))
            if stop < count:
                await asyncio.sleep(0)

    # ------------------------------------------------------------ batches

    def _ask(
        self, column: Column, asked: dict[BatchLoader, list[tuple[Column, list[Any]]]]
    ) -> None:
        """Notes the keys of a declared relation: all fields of a level that share a loader are one
        batch.
        """
        objects, declared = column.source, column.field.declared
        assert isinstance(objects, Objects)
        try:
            arguments = self._resolution.given(column)
            if callable(declared.key):
                keys = [declared.key(**arguments)] * len(objects.values)
                arguments = {}
            else:
                keys = attributes(objects, declared.key)
        except Exception as error:
            column.values = [error] * len(objects.values)
            return
        assert declared.batch is not None
        loader = self._resolution.asked(column).loader(declared.batch, **arguments)
        asked.setdefault(loader, []).append((column, keys))

    async def _load(self, loader: BatchLoader, asked: list[tuple[Column, list[Any]]]) -> None:
        """One batch for all that the fields of this level ask of one loader."""
        keys = [key for _, keys_of_column in asked for key in keys_of_column]
        whole = all(map(is_key_class, set(map(type, keys))))
        try:
            found = await loader.load_column(keys if whole else filter(is_key, keys))
        except TypeError as error:  # A key is of a kind that cannot be one.
            for column, own in asked:
                column.values = [error] * len(own)
            return
        for column, own in asked:
            # No key means null, and an error remains one.
            column.values = [found[key] if whole or is_key(key) else key for key in own]

    # ------------------------------------------------------------ waiting

    async def _wait(
        self,
        columns: list[Column],
        asked: dict[BatchLoader, list[tuple[Column, list[Any]]]],
    ) -> None:
        """Waits for all that is still to come on this level at once; then its values are there."""
        jobs = [self._load(loader, fields) for loader, fields in asked.items()]
        for column in columns:
            column.kinds = set(map(type, column.values))
            own = self._jobs(column)
            jobs += self._trace.watched(column.field, own) if self._trace else own
        if len(jobs) == 1:
            await jobs[0]
        elif jobs:
            await together(jobs)
        for column in columns:
            if jobs:
                column.kinds = set(map(type, column.values))

    def _jobs(self, column: Column) -> list[Coroutine[Any, Any, None]]:
        """What values of a column, or types of its objects, still have to be awaited."""
        if column.types is not None:
            places: Any = column.types.items()
            return [put(column.types, i, value) for i, value in places if self._awaits(value)]
        jobs = []
        if any(map(may_await, column.kinds)):
            for i, value in enumerate(column.values):
                if self._awaits(value):
                    jobs.append(put(column.values, i, self._awaited(column, value)))
                elif self._is_drained(column, value):
                    jobs.append(put(column.values, i, drained(value)))
        return jobs

    async def _awaited(self, column: Column, value: Awaitable[Any]) -> Any:
        found = await value
        return await drained(found) if self._is_drained(column, found) else found

    def _is_drained(self, column: Column, value: Any) -> bool:
        return column.shape.kind == "list" and self._executor.is_async_iterable(value)

    def _awaits(self, value: Any) -> bool:
        class_: Any = type(value)
        return may_await(class_) and self._executor.is_awaitable(value)


def columns_of(objects: Objects) -> list[Column]:
    """A column for each field asked of these objects."""
    objects.columns = [Column(field, field.shape, objects) for field in objects.selection.fields]
    return objects.columns


def is_key(value: Any) -> bool:
    return is_key_class(type(value))


def is_key_class(class_: type) -> bool:
    """Whether values of this class are something to load."""
    return class_ is not type(None) and not issubclass(class_, Exception)


@lru_cache(maxsize=10_000)
def may_await(class_: Any) -> bool:
    """Whether values of this class may have to be awaited, for one or for many values."""
    return (
        hasattr(class_, "__await__")
        or hasattr(class_, "__aiter__")
        or issubclass(class_, GeneratorType)
    )


async def put(values: Any, i: Any, value: Awaitable[Any]) -> None:
    """Awaits the value at place `i`; what keeps it from being comes in its place."""
    try:
        values[i] = await value
    except Exception as error:
        values[i] = error
    except asyncio.CancelledError as error:
        task = asyncio.current_task()
        if task is None or task.cancelling():
            raise
        # Not this operation was cancelled, but something that one field of it waits for.
        values[i] = RuntimeError("What this field waits for was cancelled.").with_traceback(
            error.__traceback__
        )


async def drained(items: Any) -> list[Any]:
    """The items of an asynchronous iterable; with those before an error, the error."""
    found: list[Any] = []
    try:
        async for item in items:
            found.append(item)  # noqa: PERF401 - those before an error are kept
    except Exception as error:
        return Interrupted(found, error)
    return found


async def together(jobs: list[Coroutine[Any, Any, None]]) -> None:
    """All at once. None is left running, however this ends."""
    async with asyncio.TaskGroup() as group:
        for job in jobs:
            group.create_task(job)


def close_coroutines(columns: list[Column]) -> None:
    """What has not begun is not going to."""
    for column in columns:
        for value in column.values:
            if isinstance(value, CoroutineType):
                value.close()


def _at_once(run: Coroutine[Any, Any, ExecutionResult]) -> ExecutionResult:
    """The result of an operation in which nothing has to be awaited. Raises `RuntimeError`."""
    try:
        while run.send(None) is None:
            pass  # It gives others their turn, of which there are none.
    except StopIteration as end:
        result: ExecutionResult = end.value
        return result
    run.close()
    raise RuntimeError("GraphQL execution failed to complete synchronously.")
