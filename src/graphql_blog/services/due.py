"""When time alone changes what is answered: the next scheduled post becomes visible."""

from datetime import UTC, datetime

from graphql_blog.cache import Entry, Made, Responses
from graphql_blog.db import tags
from graphql_blog.db.models import Post
from graphql_blog.engine.readers import Reader
from graphql_blog.services import posts

NEXT_VISIBLE = ("next visible",)


async def next_visible(responses: Responses, rows: Reader, now: datetime) -> float:
    """When a post becomes visible that was not when the answer was made, by the clock of the
    memory; and never later than an answer may be kept.
    """
    memory = responses.memory

    async def look() -> Made[datetime | None]:
        statement = rows.statements.get(NEXT_VISIBLE, lambda: posts.next_visible(now))
        found = await rows.fetch(statement, {"now": now})
        at = found[0][0] if found else None
        body = b"" if at is None else at.isoformat().encode()
        until = memory.clock() + responses.seconds
        if at is not None:
            until = min(until, memory.clock() + _seconds_until(at))
        return Made(at, Entry(body, 0, "", frozenset({tags.listed(Post.__tablename__)}), until))

    found, _ = await responses.through(NEXT_VISIBLE, look, is_shared=False)
    at = found
    if isinstance(found, Entry):
        at = datetime.fromisoformat(found.body.decode()) if found.body else None
    if isinstance(at, datetime):
        return memory.clock() + _seconds_until(at)
    return memory.clock() + responses.seconds


def _seconds_until(instant: datetime) -> float:
    return (instant - datetime.now(UTC)).total_seconds()
