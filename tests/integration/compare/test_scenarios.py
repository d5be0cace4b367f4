"""What each scenario takes on a small blog: exact counts, and who is ahead in what."""

import pytest

from graphql_blog.db.models import Post
from tests.comparing import compared, counts
from tests.factories import make_comment, make_post, make_tag, make_user

PLAIN, BEST, GRAPHQL, GET = "rest-plain", "rest-best", "graphql", "graphql-get"
COUNTED = ("requests", "roundTrips", "statements", "columns")


@pytest.fixture(autouse=True)
async def blog(resources):
    """Twelve posts of three authors; the latest has five comments of two of them, and two tags."""
    people = [await make_user(resources, display_name=f"Person {number}") for number in range(3)]
    tags = [await make_tag(resources, name) for name in ("Bread", "Salt")]
    for number in range(11):
        await make_post(resources, people[number % 3], content="Words, words. " * 50)
    post = await make_post(resources, people[0], tags=tuple(tags), content="The last word. " * 50)
    for number in range(5):
        await make_comment(resources, post, people[1 + number % 2])
    return post


@pytest.mark.parametrize(
    ("scenario", "expected"),
    [
        (
            "post",
            {
                PLAIN: [6, 3, 9, 49],
                BEST: [1, 1, 5, 16],
                GRAPHQL: [1, 1, 5, 16],
            },
        ),
        (
            "home",
            {
                PLAIN: [14, 2, 35, 135],
                BEST: [1, 1, 4, 12],
                GRAPHQL: [1, 1, 3, 10],
            },
        ),
        (
            "author",
            {PLAIN: [2, 2, 4, 22], BEST: [1, 1, 2, 11], GRAPHQL: [1, 1, 2, 11]},
        ),
        (
            "mobile",
            {PLAIN: [1, 1, 2, 14], BEST: [1, 1, 2, 4], GRAPHQL: [1, 1, 1, 2]},
        ),
        (
            "cached",
            {PLAIN: [1, 1, 1, 12], BEST: [1, 1, 1, 3], GRAPHQL: [1, 1, 1, 3]},
        ),
    ],
)
async def test_what_each_way_takes(client, scenario, expected):
    found = await compared(client, scenario=scenario)

    taken = {name: counts(one, *COUNTED) for name, one in found.figures.items()}
    assert taken == {**expected, GET: expected[GRAPHQL]}
    assert found.notes == []


async def test_graphql_shows_all_that_it_receives(client):
    for scenario in ("post", "home", "author", "mobile"):
        found = (await compared(client, scenario=scenario)).figures

        unused = {name: counts(one, "bytesUnused")[0] for name, one in found.items()}
        assert unused[PLAIN] > unused[BEST] > unused[GRAPHQL] == unused[GET] == 0
        received = {name: counts(one, "bytesDown")[0] for name, one in found.items()}
        assert received[PLAIN] > received[BEST] > received[GRAPHQL] == received[GET]


async def test_rest_wins_where_the_reader_has_the_page_already(client):
    measured = await compared(client, scenario="cached")
    found = measured.figures

    assert [counts(found[name], "bytesDown")[0] for name in (PLAIN, BEST, GET)] == [0, 0, 0]
    assert counts(found[GRAPHQL], "bytesDown")[0] > 600
    wins = [words for words in measured.verdicts if words.startswith("REST")]
    assert len(wins) == 2
    assert all("wins with" in words and "0 B instead of" in words for words in wins)
    assert measured.verdicts[-1].startswith("As a persisted GET, GraphQL takes 0 B instead of")


async def test_a_blog_without_posts_has_the_scenarios_that_need_none(client, resources, blog):
    for number in range(1, 13):
        async with resources.transaction() as session:
            await session.delete(await session.get(Post, number))

    told = (await client.get("/compare/scenarios")).json()

    assert [one["name"] for one in told] == ["home", "mobile"]
    for one in told:
        await compared(client, scenario=one["name"])
