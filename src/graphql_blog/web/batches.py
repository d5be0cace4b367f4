"""Several requests in one HTTP request, as a JSON array: off unless a limit is set.

After the request batching appendix of the GraphQL-over-HTTP draft: each is answered in its place as
if it had come alone, but for its status. They run one after the other, so that a batch never takes
more than one request does, and mutations happen in the order in which they were sent.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from graphql_blog.web.parameters import Batch, Refused

OFF = "Batches are not answered here: send one operation, as a JSON object."


def require_allowed(batch: Batch, limit: int) -> None:
    """Raises `Refused` for a batch that is empty or too long."""
    size = len(batch.requests)
    if size == 0:
        raise Refused(400, "There is no operation in the batch.")
    if limit == 0:
        raise Refused(400, OFF, "BATCHING_NOT_ALLOWED")
    if size > limit:
        words = f"A batch may have {limit} operations at most, not {size}: send several."
        refusal = Refused(400, words, "BATCH_TOO_LARGE")
        refusal.more = {"value": size, "limit": limit}
        raise refusal


def require_time(seconds: float) -> None:
    """Raises `Refused` where the operations before have taken all that a request may take."""
    if seconds <= 0:
        raise Refused(504, "No time was left for this operation: it was not begun.", "TIMEOUT")


async def one_after_the_other(
    batch: Batch, seconds: float, answer: Callable[[dict[str, Any], float], Awaitable[bytes]]
) -> bytes:
    """All answers as one JSON array; the seconds are for all of them together."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + seconds
    answers = [await answer(request, deadline - clock()) for request in batch.requests]
    return b"[" + b",".join(answers) + b"]"
