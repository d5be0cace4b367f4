"""Which reads are public: the same for all strangers, so that any cache may keep them."""

from collections.abc import Mapping
from datetime import datetime

from starlette.requests import Request

from graphql_blog.http_cache import Subject
from graphql_blog.rest.requests import resources_of
from graphql_blog.services import due


async def headers(
    request: Request, tags: set[str], *, listed_at: datetime | None = None
) -> Mapping[str, str]:
    """What to say to caches of an answer that is made of these; `listed_at` is when it was found
    out which posts there are.
    """
    if "authorization" in request.headers or "cookie" in request.headers:
        return resources_of(request).lifetimes.headers(None)
    return await of_strangers(request, tags, listed_at=listed_at)


async def of_strangers(
    request: Request, tags: set[str], *, listed_at: datetime | None = None
) -> Mapping[str, str]:
    """The same for what everybody is answered as a stranger is, whoever it is."""
    resources = resources_of(request)
    responses = resources.responses
    if responses is None:
        return resources.lifetimes.headers(None)
    seconds = responses.seconds
    if listed_at is not None:
        until = await due.next_visible(responses, resources.rows, listed_at)
        seconds = min(seconds, until - responses.memory.clock())
    return resources.lifetimes.headers(Subject(frozenset(tags), seconds))
