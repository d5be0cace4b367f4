"""Who is let in on a WebSocket, and with which budget each operation on it begins."""

from dataclasses import dataclass
from datetime import UTC, datetime

from graphql_blog.auth import Viewer
from graphql_blog.graph.context import Context
from graphql_blog.resources import Resources
from graphql_blog.services import users
from graphql_blog.throttle.meter import Budgets


@dataclass(frozen=True, slots=True)
class Admission:
    """One connection's: from where it comes, and what operations on it may reach."""

    resources: Resources
    address: str
    budgets: Budgets | None

    async def viewer(self, authorization: str | None) -> Viewer:
        """Raises `Unauthenticated` for a bad token."""
        return await users.viewer_from(self.resources, authorization)

    async def context(self, authorization: str | None, request_id: str) -> Context:
        """For one operation, or one event of it. May raise `Unauthenticated`, `RateLimited`."""
        viewer, meter = await self.viewer(authorization), None
        if self.budgets is not None:
            meter = self.budgets.meter(self.resources.buckets, self.address)
            meter.bill(viewer.id)
        return Context(
            viewer=viewer,
            now=datetime.now(UTC),
            request_id=request_id,
            resources=self.resources,
            address=self.address,
            meter=meter,
        )
