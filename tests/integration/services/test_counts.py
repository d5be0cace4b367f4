"""The stored counters: brought up to date, and exact when many write at once."""

import asyncio
from datetime import timedelta

import pytest

from graphql_blog.auth import Viewer
from graphql_blog.db.columns import CommentStatus
from graphql_blog.db.models import Post, Tag, User
from graphql_blog.services import comments, counts, posts
from tests.factories import (
    LONG_AGO,
    TOMORROW,
    make_comment,
    make_draft,
    make_post,
    make_tag,
    make_user,
)


@pytest.fixture
def stored(resources):
    async def stored(noun, id_):
        async with resources.reading() as session:
            return await session.get(noun, id_)

    return stored


async def test_only_what_everybody_sees_is_counted(resources, stored):
    ana, news = await make_user(resources), await make_tag(resources, "news")
    post = await make_post(resources, ana, tags=(news,))
    await make_post(resources, ana, tags=(news,), published_at=TOMORROW)
    await make_draft(resources, ana, tags=(news,))
    for status in CommentStatus:
        await make_comment(resources, post, ana, status=status)

    async with resources.transaction() as session:
        await counts.recount(session, LONG_AGO, authors=[ana.id], tags=[news.id], posts=[post.id])

    assert (await stored(User, ana.id)).post_count == 1
    assert (await stored(Tag, news.id)).post_count == 1
    assert (await stored(Post, post.id)).comment_count == 1


async def test_nothing_else_is_touched(resources, stored):
    ana = await make_user(resources, post_count=7)
    ben = await make_user(resources, post_count=7)

    async with resources.transaction() as session:
        await counts.recount(session, LONG_AGO, authors=[ana.id])

    assert [(await stored(User, user.id)).post_count for user in (ana, ben)] == [0, 7]


async def test_nothing_to_recount_is_no_statement(resources, statements):
    async with resources.transaction() as session:
        await counts.recount(session, LONG_AGO)

    assert statements == []


async def test_comments_added_at_once_are_all_counted(resources, stored):
    post, ana = await make_post(resources), await make_user(resources)
    viewer, now = Viewer(ana.id, ana.username, ana.role), TOMORROW

    async def add():
        async with resources.transaction() as session:
            await comments.add(session, viewer, post.id, {"content": "Yes"}, now)

    await asyncio.gather(*[add() for _ in range(6)])

    assert (await stored(Post, post.id)).comment_count == 6


async def test_posts_made_by_requests_that_overtake_each_other_are_all_counted(resources, stored):
    ana = await make_user(resources)
    viewer = Viewer(ana.id, ana.username, ana.role)
    for minutes in (5, 3, 1):
        async with resources.transaction() as session:
            now = LONG_AGO + timedelta(minutes=minutes)
            await posts.create(session, viewer, {"title": "T", "content": "C"}, now)

    assert (await stored(User, ana.id)).post_count == 3
