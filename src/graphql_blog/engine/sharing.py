"""Reads of many requests that go together: one statement for all who ask the same at that moment.

While a statement is under way, others like it wait, 20 ms at most, and then go as one: with the
keys of all of them, at the latest of their instants. So nobody gets an answer that is older than
the question. Where others came along the last time, a statement also waits a few turns of the loop
for them before it goes; one that is alone goes at once. So the busier a server is, the fewer
statements it sends for each request. What may differ among those that share is the set of keys,
where each row says by which key it was found, and the instant; all else, the viewer among it, has
to be the same.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Any

from graphql_blog.engine.statements import KEYS, MOMENT, Statement

PATIENCE_SECONDS = 0.02
"""So long one waits for a statement that is under way; a slow one holds up nobody else."""
MOST_TURNS = 8
"""Of the loop, that a statement waits for others to come along; it goes when two bring nobody."""
MOST_KEYS = 1_000
"""In one statement, unless a single request asks for more."""

Values = Mapping[str, Any]
Read = Callable[[Statement, Values], Awaitable[list[Any]]]


class Waiting:
    """One who waits to share a statement."""

    __slots__ = ("future", "values")

    def __init__(self, values: Values, future: "asyncio.Future[list[Any]]") -> None:
        self.values = values
        self.future = future


class Kind:
    """The statements that may share, and how many of them are under way."""

    __slots__ = (
        "found_by",
        "gathers",
        "loop",
        "name",
        "patience",
        "statement",
        "under_way",
        "waiting",
    )

    def __init__(self, name: Hashable, statement: Statement, found_by: str | None) -> None:
        self.name = name
        self.statement = statement
        self.found_by = found_by
        self.loop = asyncio.get_running_loop()
        self.under_way = 0
        self.gathers = False
        """Whether the one under way has not gone yet, as others may come along."""
        self.waiting: list[Waiting] = []
        self.patience: asyncio.TimerHandle | None = None


class SharedReads:
    """Sends statements through `read`, those that may share together."""

    def __init__(self, read: Read, *, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._read = read
        self._patience_seconds = patience_seconds
        self._kinds: dict[Hashable, Kind] = {}
        self._is_busy = False
        """Whether others came along the last time, and are worth waiting for."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def rows(self, statement: Statement, values: Values, found_by: str | None) -> list[Any]:
        """The rows for these values; of those for keys, `found_by` is the column with the key.

        Raises what `read` raises. Cancelling all who wait for a statement ends it.
        """
        kind = self._kind(statement, values, found_by)
        if kind is None:
            return await self._read(statement, values)
        if kind.under_way:
            return await self._waited_for(kind, values)
        kind.under_way = 1
        try:
            if self._is_busy:
                await self._gather(kind)
            if not kind.waiting:
                kind.gathers = False
                return await self._read(statement, values)
            # It goes with them, in a task that ends with none of them.
            answer = self._waited_for(kind, values)
        finally:
            self._ended(kind)
        return await answer

    async def _gather(self, kind: Kind) -> None:
        """Others come along until a turn of the loop, and one more, bring nobody."""
        kind.gathers = True
        await asyncio.sleep(0)
        for _ in range(MOST_TURNS):
            before = len(kind.waiting)
            await asyncio.sleep(0)
            if len(kind.waiting) == before:
                break
        self._is_busy = bool(kind.waiting)

    def _waited_for(self, kind: Kind, values: Values) -> "asyncio.Future[list[Any]]":
        waiting = Waiting(values, kind.loop.create_future())
        kind.waiting.append(waiting)
        self._is_busy = True
        if kind.patience is None and not kind.gathers:
            patience = self._patience_seconds
            kind.patience = kind.loop.call_later(patience, self._start_waiting, kind)
        return waiting.future

    def close(self) -> None:
        """Ends what is under way for several, and with it the waiting for it."""
        for task in self._tasks:
            task.cancel()

    def _kind(self, statement: Statement, values: Values, found_by: str | None) -> Kind | None:
        """None where a value is missing, of which `read` knows more, or cannot be compared."""
        try:
            name = (id(statement), found_by, *[values[each] for each in statement.shared])
            if found_by is None and statement.has_keys:
                name += (tuple(values[KEYS]),)
            kind = self._kinds.get(name)
        except (KeyError, TypeError):
            return None
        if kind is None:
            kind = self._kinds[name] = Kind(name, statement, found_by)
        return kind

    def _ended(self, kind: Kind) -> None:
        """One less is under way: those who wait are next."""
        kind.under_way -= 1
        kind.gathers = False
        if kind.waiting:
            self._start_waiting(kind)
        if not kind.under_way:
            del self._kinds[kind.name]

    def _start_waiting(self, kind: Kind) -> None:
        if kind.patience:
            kind.patience.cancel()
            kind.patience = None
        waiting = [each for each in kind.waiting if not each.future.done()]
        kind.waiting = []
        for group in _in_groups(waiting, unites_keys=kind.found_by is not None):
            kind.under_way += 1
            self._start(kind, group)

    def _start(self, kind: Kind, group: list[Waiting]) -> None:
        task = asyncio.create_task(self._together(kind, group))
        self._tasks.add(task)

        def ended(_: Any) -> None:
            self._tasks.discard(task)
            unanswered = [each.future for each in group if not each.future.done()]
            if unanswered:  # It was cancelled before its first step.
                for future in unanswered:
                    future.cancel()
                self._ended(kind)

        task.add_done_callback(ended)

        def left(_: Any) -> None:
            if all(each.future.cancelled() for each in group):
                task.cancel()

        for each in group:
            each.future.add_done_callback(left)

    async def _together(self, kind: Kind, group: list[Waiting]) -> None:
        try:
            await self._answer(kind, group)
        except BaseException as error:
            for each in group:
                if not each.future.done():
                    each.future.set_exception(error)
            if not isinstance(error, Exception):
                raise
        finally:
            self._ended(kind)

    async def _answer(self, kind: Kind, group: list[Waiting]) -> None:
        statement, found_by = kind.statement, kind.found_by
        values = dict(group[0].values)
        if MOMENT in values:
            values[MOMENT] = max(each.values[MOMENT] for each in group)
        if found_by is None:
            rows = await self._read(statement, values)
            for each in group:
                _give(each, list(rows))
            return
        values[KEYS] = list(dict.fromkeys(key for each in group for key in each.values[KEYS]))
        by_key: dict[Any, list[Any]] = {}
        place = statement.names.index(found_by)
        for row in await self._read(statement, values):
            by_key.setdefault(row[place], []).append(row)
        for each in group:
            keys: Sequence[Any] = each.values[KEYS]
            _give(each, [row for key in keys for row in by_key.get(key, ())])


def _give(waiting: Waiting, rows: list[Any]) -> None:
    if not waiting.future.done():
        waiting.future.set_result(rows)


def _in_groups(waiting: list[Waiting], *, unites_keys: bool) -> list[list[Waiting]]:
    """Together as long as their keys are not too many for one statement."""
    groups: list[list[Waiting]] = []
    room = 0
    for each in waiting:
        count = len(each.values[KEYS]) if unites_keys else 0
        if not groups or count > room:
            groups.append([])
            room = MOST_KEYS
        groups[-1].append(each)
        room -= count
    return groups
