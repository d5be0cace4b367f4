"""What a resolver may reach: who asks, when, the loaders of this request, and transactions."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

import strawberry
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from graphql_blog.auth import Viewer
from graphql_blog.engine.asked import Asked
from graphql_blog.engine.loaders import Loaders
from graphql_blog.services import users

Result = TypeVar("Result")


class Resources(users.Resources, Protocol):
    """What this API needs of the process."""

    @property
    def reader(self) -> AsyncEngine: ...


@dataclass
class Context:
    """Made for one request, and never shared with another."""

    viewer: Viewer
    now: datetime
    request_id: str
    resources: Resources
    loaders: Loaders = field(default_factory=Loaders)
    asked: dict[Any, Asked] = field(default_factory=dict)
    notices: list[dict[str, Any]] = field(default_factory=list)

    @property
    def reader(self) -> AsyncEngine:
        return self.resources.reader

    def notice(self, **words: Any) -> None:
        """Something the client should know that is no error; each is said once."""
        if words not in self.notices:
            self.notices.append(words)

    async def write(self, work: Callable[[AsyncSession], Awaitable[Result]]) -> Result:
        """`work` in one transaction. What was read before may be out of date: it is forgotten."""
        async with self.resources.transaction() as session:
            result = await work(session)
        self.loaders.clear()
        return result


Info = strawberry.Info[Context, None]
