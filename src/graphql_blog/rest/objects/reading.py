"""The reads of one request: by one viewer, as of one instant."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Select
from sqlalchemy.orm import InstrumentedAttribute

from graphql_blog.auth import Viewer
from graphql_blog.db.models import Post
from graphql_blog.db.tags import whole
from graphql_blog.db.visited import Visited
from graphql_blog.engine.readers import Reader
from graphql_blog.engine.slots import Slots
from graphql_blog.services import parameters

READS_AT_ONCE = 3
ONE_POST = f"{whole(Post.id)}:"


class Reading:
    """Reads for one answer, and notes what that is made of."""

    def __init__(self, rows: Reader, viewer: Viewer, now: datetime) -> None:
        self.viewer = viewer
        self.now = now
        self.visited = Visited()
        self._rows = rows
        self._parameters = parameters.values_of(viewer, now)
        self._slots = Slots(READS_AT_ONCE)

    @property
    def dialect(self) -> Dialect:
        return self._rows.dialect

    async def read(
        self,
        build: Callable[..., Select[Any]],
        *form: Any,
        graphql_type: str | None = None,
        kept: bool = True,
        found_by: str | None = None,
        by: Sequence[InstrumentedAttribute[Any]] = (),
        of: Collection[Any] = (),
        **values: Any,
    ) -> list[Any]:
        """The rows of `build(reading, *form)`, as objects of a type or as plain tuples.

        What `build` makes is kept for all requests, unless it has values of this one in it.
        Of the tables of the columns `by` it reads only rows that have one of `of` there.
        """
        given: Mapping[str, Any] = {**self._parameters, **values}
        statements = self._rows.statements
        if kept:
            shape = (build, form, parameters.kind_of(self.viewer))
            statement = statements.get(shape, partial(build, self, *form), graphql_type)
        else:
            statement, given = statements.once(build(self, *form), given, graphql_type)
        if not self._slots.take():
            await self._slots.wait()
        try:
            found = await self._rows.fetch(statement, given, found_by=found_by)
        finally:
            self._slots.give_back()
        self.visited.note(statement, found, by, of)
        return found

    @property
    def tags(self) -> set[str]:
        """What the answer is made of; where it is of all there are, each has no name of its own."""
        visited = self.visited.tags
        return {name for name in visited if f"{name.partition(':')[0]}.list" not in visited}

    @property
    def changes_with_time(self) -> bool:
        """Whether the answer becomes another when a scheduled post appears: it says which there
        are, and is not of some that were there already.
        """
        return any(
            name.startswith(whole(Post.id)) and not name.startswith(ONE_POST)
            for name in self.visited.tags
        )
