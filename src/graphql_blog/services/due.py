"""When time alone changes what is answered: the next scheduled post becomes visible."""

from datetime import datetime

from graphql_blog.cache import Entry, Made, Responses
from graphql_blog.db import tags
from graphql_blog.db.models import Post
from graphql_blog.engine.readers import Reader
from graphql_blog.services import posts

NEXT_VISIBLE = ("next visible",)
NEVER = "never"


async def next_visible(responses: Responses, rows: Reader, now: datetime) -> float:
    """When a post becomes visible that was not at `now`, by the clock of the memory; and never
    later than an answer may be kept.
    """
    latest = responses.memory.clock() + responses.seconds

    async def look() -> Made[Entry]:
        at = await _looked_up(rows, now)
        body = f"{now.isoformat()} {at.isoformat() if at else NEVER}".encode()
        until = min(latest, at.timestamp()) if at else latest
        made = Entry(body, 0, "", frozenset({tags.listed(Post.__tablename__)}), until)
        return Made(made, made)

    found, _ = await responses.through(NEXT_VISIBLE, look, is_shared=False)
    looked_at, written = found.body.decode().split(" ")
    at = None if written == NEVER else datetime.fromisoformat(written)
    if datetime.fromisoformat(looked_at) > now or (at is not None and at <= now):
        # Somebody looked at another instant, and a post has become visible in between.
        at = await _looked_up(rows, now)
    return min(latest, at.timestamp()) if at else latest


async def _looked_up(rows: Reader, now: datetime) -> datetime | None:
    statement = rows.statements.get(NEXT_VISIBLE, lambda: posts.next_visible(now))
    found = await rows.fetch(statement, {"after": now})
    at: datetime | None = found[0][0] if found else None
    return at
