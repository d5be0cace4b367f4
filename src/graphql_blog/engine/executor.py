"""Executes an operation level by level."""

import asyncio
from collections.abc import Coroutine
from operator import itemgetter
from typing import Any

from graphql import ExecutionResult, OperationType
from graphql.pyutils import is_async_iterable
from graphql.type import GraphQLResolveInfoHelpers
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from graphql_blog.engine.completion import FAILED, Completion
from graphql_blog.engine.errors import Errors
from graphql_blog.engine.loaders import BatchLoader
from graphql_blog.engine.plan import Plan
from graphql_blog.engine.plans import plan_for
from graphql_blog.engine.positions import Column, Objects
from graphql_blog.engine.resolvers import Resolution, attributes
from graphql_blog.engine.trace import Trace
from graphql_blog.engine.waiting import (
    at_once,
    close_coroutines,
    is_never,
    may_await,
    put,
    together,
)

SLICE = 1_000
"""Resolvers are called for so many objects before others get their turn."""
TURN = 20_000
"""So many values pass before others get their turn: some five milliseconds."""


class BreadthFirstExecutor(StrawberryGraphQLCoreExecutionContext):
    """Executes each field once for all objects of a level; what it cannot do, graphql-core does."""

    @property
    def async_helpers(self) -> GraphQLResolveInfoHelpers:
        """Made for those who ask: kept here, they and the executor would hold each other."""
        return GraphQLResolveInfoHelpers(gather=self.gather_async_work, track=self.track_async_work)

    @async_helpers.setter
    def async_helpers(self, made: GraphQLResolveInfoHelpers) -> None:
        pass

    def execute_operation(self, serially: bool | None = None) -> Any:
        plan = plan_for(self)
        if plan is None:
            if trace := getattr(self.context_value, "trace", None):
                trace.left_to_core(self)
            return super().execute_operation(serially)
        if serially is None:
            serially = self.operation.operation is OperationType.MUTATION
        # Strawberry's `execute_sync` says that nothing is going to be awaited.
        is_sync = self.is_async_iterable is not is_async_iterable
        run = Run(self, plan, is_sync=is_sync).execute(serially=serially)
        return at_once(run) if is_sync else run


class Run:
    """One execution of one operation."""

    def __init__(self, executor: BreadthFirstExecutor, plan: Plan, *, is_sync: bool) -> None:
        self._executor = executor
        self._is_sync = is_sync
        self._plan = plan
        self._errors = Errors()
        self._resolution = Resolution(executor)
        self._completion = Completion(executor, self._resolution, self._errors)
        self._groups: list[Objects] = []
        self._passed = 0
        self._trace: Trace | None = getattr(executor.context_value, "trace", None)
        if self._trace:
            self._trace.core_because = None

    async def execute(self, *, serially: bool) -> ExecutionResult:
        root_value = self._executor.root_value
        root = Objects(self._plan.root, [root_value], {type(root_value)})
        self._groups.append(root)
        try:
            if serially:
                await self._serially(root)
            else:
                await self._levels(root.open())
            data = None
            if not self._errors or not self._errors.null_everything():
                data = await self._assembled()
            return ExecutionResult(data, self._errors.in_order() or None)
        finally:
            self._let_go()

    async def _serially(self, root: Objects) -> None:
        """Each root field with all that is below it, before the next (GraphQL §6.2.2)."""
        for column in root.open():
            await self._levels([column])
            if self._errors and self._errors.null_everything():
                return
            # What was read may have been changed since.
            self._forget()

    def _forget(self) -> None:
        if loaders := getattr(self._executor.context_value, "loaders", None):
            loaders.clear()

    def _let_go(self) -> None:
        """Leaves no two things that hold each other, so that memory is free at once.

        Finding a large answer among garbage would take longer than making it.
        """
        self._forget()
        for objects in self._groups:
            objects.let_go()

    async def _assembled(self) -> Any:
        """The data, made from below."""
        for objects in reversed(self._groups):
            for _ in self._completion.assemble(objects, TURN):
                await asyncio.sleep(0)
            if self._passes(len(objects.values)):
                await asyncio.sleep(0)
        (data,) = self._groups[0].results
        return None if data is FAILED else data

    def _passes(self, values: int) -> bool:
        """Whether so many values more are enough for others to have their turn."""
        self._passed += values
        if self._passed <= TURN:
            return False
        self._passed = 0
        return True

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
            columns = [column for objects in level for column in self._pending(objects)]

    def _pending(self, objects: Objects) -> list[Column]:
        """The columns of a level's objects; those that plain values of rows fill are done already,
        which is most of them.
        """
        columns = objects.open()
        if self._trace or len(objects.kinds) != 1:
            return columns
        places = getattr(next(iter(objects.kinds)), "places", None)
        self._passed += len(objects.values) * len(columns)
        # When it is time for others, the way through all steps lets them have their turn.
        if places is None or self._passed > TURN:
            return columns
        pending = []
        for column in columns:
            place = places.get(column.field.source.name)
            if place is None or column.shape.kind != "leaf":
                pending.append(column)
                continue
            column.values = list(map(itemgetter(place), objects.values))
            column.kinds = set(map(type, column.values))
            if not self._completion.complete_plain(column):
                pending.append(column)
        return pending

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
            following = []
            for column in columns:
                inner = self._completion.complete(column)
                if inner is not None:
                    following.append(inner)
                if self._passes(len(column.values)):
                    await asyncio.sleep(0)
            columns = following
            if columns:
                await self._wait(columns, {})

    async def _resolve(self, column: Column) -> None:
        """The values of a field that is no batch's."""
        values = self._resolution.read(column)
        if values is not None:
            column.values = values
            if self._passes(len(values)):
                await asyncio.sleep(0)
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
        if jobs and self._is_sync:
            close_coroutines(jobs)
            raise RuntimeError("GraphQL execution failed to complete synchronously.")
        if len(jobs) == 1:
            await jobs[0]
        elif jobs:
            await together(jobs)
        if jobs:
            for column in columns:
                column.kinds = set(map(type, column.values))

    def _jobs(self, column: Column) -> list[Coroutine[Any, Any, None]]:
        """What values of a column, or types of its objects, still have to be awaited."""
        if column.types is not None:
            places: Any = column.types.items()
            return [put(column.types, i, is_never) for i, value in places if self._awaits(value)]
        if not any(map(may_await, column.kinds)):
            return []
        is_drained = self._executor.is_async_iterable if column.shape.kind == "list" else is_never
        return [
            put(column.values, i, is_drained)
            for i, value in enumerate(column.values)
            if self._awaits(value) or is_drained(value)
        ]

    def _awaits(self, value: Any) -> bool:
        class_: Any = type(value)
        return may_await(class_) and self._executor.is_awaitable(value)


def is_key(value: Any) -> bool:
    return is_key_class(type(value))


def is_key_class(class_: type) -> bool:
    """Whether values of this class are something to load."""
    return class_ is not type(None) and not issubclass(class_, Exception)
