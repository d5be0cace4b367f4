"""What a resolver may reach: who asks, when, the loaders of this request, and transactions."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Protocol, TypeVar

import strawberry
from redis.asyncio import Redis
from sqlalchemy import Dialect, Select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from graphql_blog.auth import Viewer
from graphql_blog.db.visited import Columns, Visited
from graphql_blog.engine.loaders import Loaders
from graphql_blog.engine.readers import Reader
from graphql_blog.engine.slots import Slots
from graphql_blog.engine.trace import Trace
from graphql_blog.graph.cost import Cost, ThrottleStatus
from graphql_blog.graph.limits.costs import OperationCost
from graphql_blog.services import parameters, users
from graphql_blog.throttle.meter import Meter

READS_AT_ONCE = 3
Result = TypeVar("Result")


class Resources(users.Resources, Protocol):
    """What this API needs of the process."""

    @property
    def rows(self) -> Reader: ...
    @property
    def reader(self) -> AsyncEngine: ...
    @property
    def writer(self) -> AsyncEngine: ...
    @property
    def redis(self) -> Redis | None: ...


@dataclass
class Context:
    """Made for one request, and never shared with another."""

    viewer: Viewer
    now: datetime
    request_id: str
    resources: Resources
    address: str = ""
    """Where the request comes from."""
    meter: Meter | None = None
    """Where requests are limited: who pays for this one."""
    throttle: ThrottleStatus | None = None
    """What is left to who asks; none where nobody keeps count."""
    loaders: Loaders = field(default_factory=Loaders)
    slots: Slots = field(default_factory=partial(Slots, READS_AT_ONCE))
    """For reading: one request never has all connections or threads."""
    notices: list[dict[str, Any]] = field(default_factory=list)
    cost: Cost | None = None
    """What the operation may cost at most; known once it is let through."""
    operation_cost: OperationCost | None = None
    """How that was counted, for who wants to know more."""
    shows_cost: bool = False
    """Whether the answer says what it cost."""
    rest_equivalent: dict[str, Any] | None = None
    """What REST takes for the same, where somebody wants to know."""
    trace: Trace | None = None
    """What is done for this request, where somebody wants to see it."""
    visited: Visited | None = None
    """What the answer is made of, where it is going to be kept."""

    def __post_init__(self) -> None:
        self._parameters = parameters.values_of(self.viewer, self.now)
        self._kind = parameters.kind_of(self.viewer)

    @property
    def dialect(self) -> Dialect:
        return self.resources.rows.dialect

    @contextmanager
    def traced(self) -> Iterator[Trace]:
        """Notes what is done for this request meanwhile."""
        self.trace = Trace()
        self.loaders = self.trace.loaders
        held = self.resources
        with self.trace.watching(held.rows, held.reader.sync_engine, held.writer.sync_engine):
            yield self.trace

    async def read(
        self,
        build: Callable[..., Select[Any]],
        *form: Any,
        graphql_type: str | None = None,
        kept: bool = True,
        found_by: str | None = None,
        by: Columns = (),
        **values: Any,
    ) -> list[Any]:
        """The rows of `build(context, *form)`, as objects of a GraphQL type or as plain tuples.

        `build` is called once for each form and kind of viewer, and what it makes is kept for all
        requests. So nothing of this one may be in it but by name: `values` are the parameters, on
        top of those in `services.parameters`. What cannot be named (filters) is not `kept`.
        Where `keys` are among them, each row has its own in the column `found_by`.

        `by` are columns whose tables are read for rows that have one of `keys` there, and for no
        others: see `Visited`.
        """
        rows = self.resources.rows
        given: Mapping[str, Any] = {**self._parameters, **values}
        if kept:
            shape = (build, form, graphql_type, self._kind)
            statement = rows.statements.get(shape, partial(build, self, *form), graphql_type)
        else:
            statement, given = rows.statements.once(build(self, *form), given, graphql_type)
        if not self.slots.take():
            await self.slots.wait()
        try:
            found = await rows.fetch(statement, given, found_by=found_by)
        finally:
            self.slots.give_back()
        if self.visited is not None:
            self.visited.note(statement, found, by, given.get("keys", ()))
        return found

    def notice(self, **words: Any) -> None:
        """Something the client should know that is no error; each is said once."""
        if words not in self.notices:
            self.notices.append(words)

    async def charge(self, points: int) -> None:
        """Takes what something costs from the budget of whoever asks, where there is one.

        Raises `RateLimited` when it is not there.
        """
        if self.meter is None:
            return
        await self.meter.charge(points)
        rate, left = self.meter.rate, self.meter.available
        self.throttle = ThrottleStatus(rate.points, left, round(rate.per_second))

    async def write(self, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
        """`work` in one transaction. What was read before may be out of date: it is forgotten."""
        async with self.resources.transaction() as session:
            result = await work(session)
        self.loaders.clear()
        return result


Info = strawberry.Info[Context, None]
