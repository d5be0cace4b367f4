"""Tags by name: found again, made when new, and made once though many make them."""

import asyncio

from sqlalchemy import select

from graphql_blog.db.models import Tag
from graphql_blog.services import tags
from tests.factories import make_tag


async def named(resources, *names):
    async with resources.transaction() as session:
        return [(tag.slug, tag.name) for tag in await tags.named(session, names)]


async def test_tags_come_in_the_order_of_their_names_and_each_once(resources):
    await make_tag(resources, "News", slug="news")

    assert await named(resources, "Zebra", "news", " zebra ", "NEWS") == [
        ("zebra", "Zebra"),
        ("news", "News"),
    ]


async def test_no_names_are_no_tags(resources):
    assert await named(resources) == []


async def test_tags_that_many_make_at_once_are_made_once(resources):
    names = ["one", "two", "three", "four"]

    made = await asyncio.gather(*[named(resources, *names[n:], *names[:n]) for n in range(4)])

    assert {frozenset(slugs) for slugs in made} == {frozenset((name, name) for name in names)}
    async with resources.reading() as session:
        assert sorted(await session.scalars(select(Tag.slug))) == sorted(names)
