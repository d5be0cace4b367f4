"""When the next scheduled post becomes visible, whoever looked before."""

from datetime import UTC, datetime, timedelta

from graphql_blog.services import due
from tests.caching import serving
from tests.factories import make_post


async def test_an_answer_of_before_an_instant_learns_of_it_though_somebody_looked_later(settings):
    caching = settings.load(**{**settings.model_dump(), "cache": "memory"})
    async with serving(caching) as api:
        responses, rows = api.resources.responses, api.resources.rows
        first = datetime.now(UTC) + timedelta(seconds=100)
        second = first + timedelta(seconds=100)
        for at in (first, second):
            await make_post(api.resources, published_at=at)
        begun = datetime.now(UTC)

        # A clock that is ahead, or an answer that took so long.
        later = await due.next_visible(responses, rows, first)
        earlier = await due.next_visible(responses, rows, begun)
        none = await due.next_visible(responses, rows, second)

    assert (later, earlier) == (second.timestamp(), first.timestamp())
    assert none > begun.timestamp() + 599
