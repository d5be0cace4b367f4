"""The straight way through an operation of nothing but rows, their columns and their relations.

Most of what clients ask is just that, and nothing goes wrong. So it is executed as if nothing
could: without an object for each column, without paths, without a place for errors. A level is its
rows, each of them once — eleven authors, however many posts have one of them — and what is made of
a row stands in the answer wherever the row does.

Whatever is not as expected (an error, a null where none may be, a value of another class) ends it,
and `executor.Run` executes the operation from the beginning, with a place for everything. Reading
twice does no harm, and is what an error may cost.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from itertools import chain
from typing import Any

from graphql import GraphQLSchema, OperationDefinitionNode, OperationType
from graphql.execution.values import VariableValues

from graphql_blog.engine.asked import Asked
from graphql_blog.engine.loaders import BatchLoader
from graphql_blog.engine.plan import Plan, Shape
from graphql_blog.engine.plans import kept
from graphql_blog.engine.straight_plan import (
    Link,
    NeverStraight,
    NotStraight,
    Straight,
    may_be_straight,
    straight_of_query,
)
from graphql_blog.engine.waiting import together

NULL = type(None)
TURN = 20_000
"""So many values pass before others get their turn: some five milliseconds."""
THE_QUERY: list[Any] = ["query"]
"""Stands where other levels have rows. What is read for it is found by the same key."""


class Level:
    """The rows at one place of the plan, and what is made of them: each row once, but in lists."""

    __slots__ = ("columns", "joints", "made", "rows", "straight")

    def __init__(self, straight: Straight, rows: list[Any]) -> None:
        self.straight = straight
        self.rows = rows
        self.joints: list[Joint] = []
        self.made: list[dict[str, Any]] = []
        self.columns: list[Any] = [None] * straight.width
        for ordinal, name in straight.names:
            self.columns[ordinal] = [name] * len(rows)
        for ordinal, get, shape in straight.leaves:
            self.columns[ordinal] = completed(shape, list(map(get, rows)))


class Joint:
    """Where what is made of one level's rows belongs among the objects of the level above."""

    # Not the level above itself: it has the joint, and two that hold each other are garbage.
    __slots__ = ("below", "columns", "found", "has_null", "keys", "lengths", "link", "wanted")

    def __init__(self, above: Level, link: Link, keys: list[Any]) -> None:
        self.columns = above.columns
        self.link = link
        self.keys = keys
        """One for each row above; None where there is nothing to be found."""
        wanted = dict.fromkeys(keys)
        self.has_null = None in wanted
        if self.has_null:
            del wanted[None]
        self.wanted = list(wanted)
        """The keys to be found; from `take` on those that something was found for, in its order."""
        self.found: Mapping[Any, Any] = {}
        self.lengths: list[int] = []
        """Of lists: how many items each has."""
        self.below: Level | None = None

    def take(self) -> Level | None:
        """The level of what was found; leaves are done with at once."""
        link, wanted = self.link, self.wanted
        rows = list(map(self.found.__getitem__, wanted))
        if link.non_null and (self.has_null or None in rows):
            raise NotStraight
        if None in rows:
            self.wanted = [key for key, row in zip(wanted, rows, strict=True) if row is not None]
            rows = [row for row in rows if row is not None]
        if link.is_list:
            if any(type(value) is not list for value in rows):
                raise NotStraight
            self.lengths = list(map(len, rows))
            rows = list(chain.from_iterable(rows))
        if link.inner.kind == "leaf":
            self._join(completed(link.inner, rows))
            return None
        classes = set(map(type, rows))
        if len(classes) > 1:
            raise NotStraight
        if not rows:
            self._join(rows)
            return None
        self.below = Level(link.below(classes.pop()), rows)
        return self.below

    def join(self) -> None:
        """Puts the objects below into those above."""
        if self.below:
            self._join(self.below.made)

    def _join(self, made: list[Any]) -> None:
        if self.link.is_list:
            ends, end = [], 0
            for length in self.lengths:
                ends.append(made[end : end + length])
                end += length
            made = ends
        by_key = dict(zip(self.wanted, made, strict=True))
        self.columns[self.link.ordinal] = list(map(by_key.get, self.keys))


async def straight_data(
    schema: GraphQLSchema, node: OperationDefinitionNode, variables: dict[str, Any], context: Any
) -> dict[str, Any] | None:
    """The data of a query that was executed before; None where it takes the long way."""
    operation = kept(schema).of(node)
    if operation is None or node.operation is not OperationType.QUERY:
        return None
    found = operation.straight_plan(schema, variables)
    if found is None:
        return None
    plan, values = found
    if plan.is_straight is None:
        plan.is_straight = may_be_straight(plan.root)
    if not plan.is_straight:
        return None
    try:
        return await StraightRun(plan, values, context).data()
    except NeverStraight:
        plan.is_straight = False
    except NotStraight:
        pass
    finally:
        context.loaders.clear()
    return None


class StraightRun:
    """One execution, in which nothing goes wrong."""

    def __init__(self, plan: Plan, variables: VariableValues, context: Any) -> None:
        self._plan = plan
        self._variables = variables
        self._context = context
        self._passed = 0
        self.levels: list[Level] = []
        """Those above before those below."""

    async def data(self) -> dict[str, Any]:
        """The data of the response. Raises `NotStraight`."""
        level = [Level(straight_of_query(self._plan.root), THE_QUERY)]
        while level:
            self.levels += level
            level = await self._below(level)
        for above in reversed(self.levels):
            for joint in above.joints:
                joint.join()
            await self._make(above)
        return self.levels[0].made[0]

    async def _below(self, level: list[Level]) -> list[Level]:
        """The next level: all links of this one are followed at once, in a batch a loader."""
        asked: dict[BatchLoader, list[Joint]] = {}
        loads = []
        for above in level:
            for link in above.straight.links:
                try:
                    joint, load = self._ask(above, link, asked)
                except NotStraight:
                    raise
                except Exception as error:  # An argument is wrong.
                    raise NotStraight from error
                above.joints.append(joint)
                if load:
                    loads.append(load)
        # Begun when all arguments are known to be right: what is made is to be awaited.
        waiting = [load() for load in loads]
        waiting += [self._load(loader, joints) for loader, joints in asked.items()]
        if len(waiting) == 1:
            await waiting[0]
        elif waiting:
            await together(waiting)
        found = [joint.take() for above in level for joint in above.joints]
        return [below for below in found if below]

    def _ask(
        self, above: Level, link: Link, asked: dict[BatchLoader, list[Joint]]
    ) -> tuple[Joint, Callable[[], Coroutine[Any, Any, None]] | None]:
        field, declared = link.field, link.field.declared
        about = Asked(field, self._context, self._variables.coerced)
        given = field.arguments.given(self._variables, hide_suggestions=True)
        if declared.load:
            joint = Joint(above, link, THE_QUERY)
            load = partial(declared.load, about, **given)
            return joint, partial(self._load_rows, joint, load)
        assert declared.batch is not None
        if link.key:
            joint = Joint(above, link, list(map(link.key, above.rows)))
            loader = about.loader(declared.batch, **given)
        else:
            assert callable(declared.key)
            joint = Joint(above, link, [declared.key(**given)])
            loader = about.loader(declared.batch)
        asked.setdefault(loader, []).append(joint)
        return joint, None

    async def _load(self, loader: BatchLoader, joints: list[Joint]) -> None:
        keys = joints[0].wanted
        if len(joints) > 1:
            keys = list(dict.fromkeys(chain.from_iterable(joint.wanted for joint in joints)))
        found = await loader.load_column(keys) if keys else {}
        for joint in joints:
            joint.found = found

    async def _load_rows(self, joint: Joint, load: Callable[[], Awaitable[Any]]) -> None:
        try:
            value = await load()
        except Exception as error:
            value = error  # Not raised: it would end the others, too. No row is an error.
        joint.found = dict.fromkeys(THE_QUERY, value)

    async def _make(self, level: Level) -> None:
        """The objects of a level, in slices where there are very many."""
        straight, columns = level.straight, level.columns
        if not straight.width:
            level.made = [{} for _ in level.rows]
            return
        self._passed += len(level.rows) * straight.width
        if self._passed <= TURN:
            level.made = straight.make(columns)
            return
        self._passed = 0
        size = max(1, TURN // straight.width)
        for start in range(0, len(level.rows), size):
            level.made += straight.make([column[start : start + size] for column in columns])
            await asyncio.sleep(0)


def completed(shape: Shape, values: list[Any]) -> list[Any]:
    """The leaves of the response. Raises `NotStraight`."""
    kinds = set(map(type, values))
    if shape.non_null and NULL in kinds:
        raise NotStraight
    if shape.complete:
        quickly = shape.complete(values, kinds)
        if quickly is not None:
            return quickly
    if any(issubclass(kind, Exception) for kind in kinds):
        raise NotStraight
    coerce = shape.type.coerce_output_value
    try:
        outputs = [None if value is None else coerce(value) for value in values]
    except Exception as error:
        raise NotStraight from error
    if any(output is None is not value for output, value in zip(outputs, values, strict=True)):
        raise NotStraight
    return outputs
