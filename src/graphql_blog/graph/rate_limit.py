"""The field `rateLimit`: what this very request costs, and what is left."""

from datetime import datetime

import strawberry

from graphql_blog.engine.asked import Asked
from graphql_blog.graph.cost import UNTHROTTLED, Cost


@strawberry.type(description="What this very request costs and what is left.")
class RateLimit:
    limit: int = strawberry.field(description="Points in a full bucket.")
    cost: int = strawberry.field(
        description="What this request costs at most; so many points are taken from the bucket."
    )
    remaining: int = strawberry.field(description="Points that are left in the bucket.")
    restore_rate: int = strawberry.field(description="Points that come back per second.")
    reset_at: datetime = strawberry.field(description="When the bucket is full again.")
    node_count: int = strawberry.field(description="How many objects this request could return.")
    depth: int = strawberry.field(description="How many fields stand below each other in it.")


async def rate_limit(asked: Asked) -> RateLimit:
    context = asked.context
    cost = context.cost or Cost(0, 0, 0)
    status = context.throttle or UNTHROTTLED
    return RateLimit(
        limit=status.maximum_available,
        cost=cost.requested,
        remaining=status.currently_available,
        restore_rate=status.restore_rate,
        reset_at=status.full_at(context.now),
        node_count=cost.nodes,
        depth=cost.depth,
    )
