"""What one operation did: its fields by level, the batches that answered them, and their SQL.

    Trace            the whole operation
    └─ FieldTrace    one field, once for all its objects; below it the fields asked of these
       ├─ Batch      keys that were looked up at once, for this field and others of its level
       └─ Sent       a statement (readers.py), in the order sent

Nothing here runs unless somebody looks, and what is seen belongs to one operation: statements are
told apart by the task that sent them.
"""

from collections.abc import Awaitable, Callable, Coroutine, Hashable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from graphql import is_leaf_type
from graphql.execution import Executor
from sqlalchemy import Engine

from graphql_blog.engine.asked import Asked
from graphql_blog.engine.loaders import BatchLoader, Loaders
from graphql_blog.engine.observed import observed
from graphql_blog.engine.plan import FieldPlan
from graphql_blog.engine.plans import reason_for_core
from graphql_blog.engine.positions import Column
from graphql_blog.engine.readers import Reader, Sent

SWITCHED_OFF = "the schema is built without the engine"


@dataclass(eq=False)
class Batch:
    """Keys that were looked up at once, each of them once."""

    name: str
    fields: list["FieldTrace"]
    """Whose keys these are; the statements are told with the first of them."""
    keys: int = 0
    statements: list[Sent] = field(default_factory=list)


@dataclass(eq=False)
class FieldTrace:
    """What was done for one field of the document, for all its objects at once."""

    plan: FieldPlan
    objects: int = 0
    """How many objects it was asked of."""
    batches: dict[Hashable, Batch] = field(default_factory=dict)
    """What its objects were found by: one for each type, where they are of several."""
    own: list[Sent] = field(default_factory=list)
    """What its own function sent, in no batch."""
    below: list["FieldTrace"] = field(default_factory=list)

    @property
    def path(self) -> str:
        return ".".join(self.plan.path)

    @property
    def level(self) -> int:
        return len(self.plan.path)

    @property
    def type(self) -> str:
        return str(self.plan.definition.type)

    @property
    def statements(self) -> list[Sent]:
        """Those told here: of a batch for several fields, with the first."""
        batched = (batch for batch in self.batches.values() if batch.fields[0] is self)
        return [*self.own, *(sent for batch in batched for sent in batch.statements)]

    @property
    def is_fetched(self) -> bool:
        declared = self.plan.declared
        return bool(self.batches or self.own or declared.batch or declared.load)

    @property
    def is_value(self) -> bool:
        """Whether it is a leaf that was there already, in the rows of what is above it."""
        return is_leaf_type(self.plan.returns) and not self.is_fetched

    @property
    def columns(self) -> dict[str, tuple[str, ...]]:
        """All that was read for its objects, keys too, for each type of them; in a fixed order."""
        batched = (sent for batch in self.batches.values() for sent in batch.statements)
        read: dict[str, set[str]] = {}
        for sent in (*self.own, *batched):
            if sent.graphql_type:
                read.setdefault(sent.graphql_type, set()).update(sent.columns)
        return {type_: tuple(sorted(names)) for type_, names in read.items()}

    def walk(self) -> Iterator["FieldTrace"]:
        """This field and all below it."""
        yield self
        for child in self.below:
            yield from child.walk()


class Trace:
    """What one operation did; filled by the executor while `watching`."""

    def __init__(self) -> None:
        self.fields: list[FieldTrace] = []
        """Those of the operation itself."""
        self.statements: list[Sent] = []
        """All of them, in the order sent."""
        self.elsewhere: list[Sent] = []
        """Those that no field is known to have sent."""
        self.loaders = TracedLoaders(self)
        self.core_because: str | None = SWITCHED_OFF
        """Why graphql-core executed the operation; none where the engine did."""
        self._known: dict[FieldPlan, FieldTrace] = {}

    @property
    def levels(self) -> int:
        """On how many levels something was sent."""
        return len({found.level for found in self.walk() if found.statements})

    @property
    def rows(self) -> int:
        return sum(sent.rows for sent in self.statements)

    @property
    def values(self) -> int:
        """How many values came from the database: rows by their columns."""
        return sum(sent.rows * len(sent.columns) for sent in self.statements)

    @property
    def seconds(self) -> float:
        return sum(sent.seconds for sent in self.statements)

    def whole_rows(self, widths: Mapping[str, int]) -> int:
        """How many values it had been with all columns; `widths` says how many a type has."""
        return sum(
            sent.rows * max(len(sent.columns), widths.get(sent.graphql_type or "", 0))
            for sent in self.statements
        )

    def walk(self) -> Iterator[FieldTrace]:
        for root in self.fields:
            yield from root.walk()

    # ------------------------------------------------------------ watching

    @contextmanager
    def watching(self, reader: Reader, *engines: Engine) -> Iterator[None]:
        """Notes what the current task sends meanwhile, and the tasks that it starts."""
        with ExitStack() as stack:
            stack.enter_context(_noted_in(self, self.elsewhere))
            reader.observers.append(self._note)
            stack.callback(reader.observers.remove, self._note)
            for engine in engines:
                stack.enter_context(observed(engine, self._note))
            yield

    def level(self, columns: Sequence[Column]) -> None:
        """The engine is about to execute these fields."""
        for column in columns:
            self.of(column.field).objects += len(column.source.values)

    def watched(
        self, plan: FieldPlan, jobs: list[Coroutine[Any, Any, None]]
    ) -> list[Coroutine[Any, Any, None]]:
        """The same jobs; what they send is noted for this field."""
        return [self._watched(self.of(plan), job) for job in jobs]

    def left_to_core(self, executor: "Executor[Any]") -> None:
        self.core_because = reason_for_core(executor)

    def of(self, plan: FieldPlan) -> FieldTrace:
        known = self._known.get(plan)
        if known is None:
            known = self._known[plan] = FieldTrace(plan)
            self._siblings(plan).append(known)
        return known

    def _siblings(self, plan: FieldPlan) -> list[FieldTrace]:
        if plan.selection.above:
            return self.of(plan.selection.above).below
        # graphql-core plans field by field: what is above shows in the path alone.
        above = {found.plan.path: found.below for found in self.walk()}
        prefixes = (plan.path[:length] for length in range(len(plan.path) - 1, 0, -1))
        return next((above[prefix] for prefix in prefixes if prefix in above), self.fields)

    async def _watched(self, field: FieldTrace, job: Coroutine[Any, Any, None]) -> None:
        with _noted_in(self, field.own):
            await job

    def _note(self, sent: Sent) -> None:
        trace, place = _PLACE.get()
        if trace is self:
            self.statements.append(sent)
            place.append(sent)


class TracedLoaders(Loaders):
    """Loaders that note what they are asked for; the engine uses them like any others."""

    def __init__(self, trace: Trace) -> None:
        super().__init__()
        self._trace = trace
        self._asking: dict[Hashable, list[FieldTrace]] = {}
        self._last: dict[Hashable, Batch] = {}

    def of(
        self, name: Hashable, batch: Callable[[list[Any]], Awaitable[Sequence[Any]]]
    ) -> BatchLoader:
        # Fields make their batches with `Asked.loader`, which says who asks.
        if isinstance(batch, partial) and isinstance(batch.args[0], Asked):
            asking = self._trace.of(batch.args[0].field)
            self._asking.setdefault(name, []).append(asking)
            if name in self._last:
                # All of its keys may have been loaded then; else the next batch takes its place.
                asking.batches.setdefault(name, self._last[name])
            batch = partial(self._noted, name, asking, batch)
        return super().of(name, batch)

    def clear(self) -> None:
        super().clear()
        self._asking.clear()
        self._last.clear()

    async def _noted(
        self,
        name: Hashable,
        first: FieldTrace,
        batch: "partial[Awaitable[Sequence[Any]]]",
        keys: list[Any],
    ) -> Sequence[Any]:
        *_, latest = asking = self._asking.get(name, [first])
        made = self._last.get(name)
        if made is None or latest not in made.fields:
            level = {asker for asker in asking if asker.level == latest.level}
            fields = sorted(level, key=lambda asker: _place(asker.plan))
            made = self._last[name] = Batch(_name_of(batch.func), fields)
            for asker in fields:
                asker.batches[name] = made
        made.keys += len(keys)
        with _noted_in(self._trace, made.statements):
            return await batch(keys)


def _place(plan: FieldPlan) -> tuple[int, ...]:
    """Where the field stands in the document, to sort by."""
    above = plan.selection.above
    return (*(_place(above) if above else ()), plan.ordinal)


def _name_of(batch: Callable[..., Any]) -> str:
    """That of the function; of one that another function makes, the maker's."""
    return batch.__qualname__.partition(".")[0].strip("_")


_PLACE: ContextVar[tuple[Trace | None, list[Sent]]] = ContextVar("place", default=(None, []))
"""Where statements of the current task are noted."""


@contextmanager
def _noted_in(trace: Trace, place: list[Sent]) -> Iterator[None]:
    token = _PLACE.set((trace, place))
    try:
        yield
    finally:
        _PLACE.reset(token)
