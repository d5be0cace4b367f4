"""A process that keeps nothing, beside one that does."""

from tests.caching import outcome, serving, until
from tests.factories import make_post

POST = '{ post(id: "1") { title } }'
LIST = "{ posts { title } }"


async def test_it_executes_each_time_and_tells_the_other_what_it_changes(settings):
    caching = settings.load(**{**settings.model_dump(), "cache": "memory"})
    async with serving(settings) as without, serving(caching) as keeping:
        assert without.resources.responses is None
        if settings.database.get_backend_name() == "postgresql":
            await until(without.resources.invalidation.is_watching)
        await make_post(without.resources, title="One")
        for expected in ("MISS", "HIT"):
            assert await outcome(without, POST) == "BYPASS"
            assert await outcome(keeping, POST) == await outcome(keeping, LIST) == expected

        for number in range(10):
            await make_post(without.resources, title=str(number))
            assert (await keeping.data(LIST))["posts"][0] == {"title": str(number)}
