"""The rules for posts by themselves: at a given time, in a transaction that may come to nothing."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from graphql_blog.auth import STRANGER, Role, Viewer
from graphql_blog.db.columns import PostStatus
from graphql_blog.db.models import Post, Tag
from graphql_blog.errors import Forbidden, NotFound, Stale, Taken, Unauthenticated
from graphql_blog.services import posts
from tests.factories import LONG_AGO, make_draft, make_post, make_user

SOON = LONG_AGO + timedelta(hours=1)


def viewer_of(user):
    return Viewer(user.id, user.username, user.role)


@pytest.fixture
async def ana(resources):
    return viewer_of(await make_user(resources, username="ana"))


async def titles(resources, viewer, now):
    async with resources.reading() as session:
        found = await session.scalars(posts.visible_to(viewer, now).order_by(Post.id))
        return [post.title for post in found]


async def test_a_scheduled_post_becomes_visible_by_itself_when_its_time_comes(resources, ana):
    async with resources.transaction() as session:
        given = {"title": "Soon", "content": "C", "status": "SCHEDULED", "publishAt": SOON}
        await posts.create(session, ana, given, LONG_AGO)

    just_before = SOON - timedelta(microseconds=1)
    assert await titles(resources, STRANGER, just_before) == []
    assert await titles(resources, STRANGER, SOON) == ["Soon"]
    assert await titles(resources, ana, just_before) == ["Soon"]
    async with resources.reading() as session:
        post = await session.get(Post, 1)
    assert post.status_at(just_before) is PostStatus.SCHEDULED
    assert post.status_at(SOON) is PostStatus.PUBLISHED


async def test_a_failure_in_the_middle_leaves_nothing(resources, ana):
    async def write_and_break():
        async with resources.transaction() as session:
            given = {"title": "T", "content": "C", "tags": ["new"]}
            await posts.create(session, ana, given, LONG_AGO)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_break()

    async with resources.reading() as session:
        for noun in (Post, Tag):
            assert await session.scalar(select(func.count()).select_from(noun)) == 0


async def test_a_refusal_leaves_nothing_though_something_was_written_before_it(resources, ana):
    await make_post(resources, slug="taken")

    async def write():
        async with resources.transaction() as session:
            given = {"title": "T", "content": "C", "slug": "taken", "tags": ["new"]}
            await posts.create(session, ana, given, LONG_AGO)

    with pytest.raises(Taken) as refusal:
        await write()

    assert [clash.suggestion for clash in refusal.value.clashes] == ["taken-2"]
    async with resources.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Tag)) == 0


async def test_strangers_and_readers_are_refused_before_anything_is_read(resources, statements):
    reader = Viewer(1, "reader", Role.READER)
    async with resources.transaction() as session:
        for write in (
            lambda viewer: posts.create(session, viewer, {}, LONG_AGO),
            lambda viewer: posts.change(session, viewer, 1, {}, LONG_AGO),
            lambda viewer: posts.publish(session, viewer, 1, LONG_AGO),
            lambda viewer: posts.unpublish(session, viewer, 1, LONG_AGO),
            lambda viewer: posts.remove(session, viewer, 1, LONG_AGO),
        ):
            with pytest.raises(Unauthenticated):
                await write(STRANGER)
            with pytest.raises(Forbidden, match="the role AUTHOR or higher"):
                await write(reader)
    assert statements == []


async def test_what_one_may_not_see_is_not_there(resources, ana):
    draft = await make_draft(resources)

    async with resources.transaction() as session:
        with pytest.raises(NotFound, match="Post not found"):
            await posts.change(session, ana, draft.id, {"title": "Mine"}, LONG_AGO)


async def test_a_stale_change_says_the_version_there_is(resources):
    author = await make_user(resources)
    await make_post(resources, author, version=5)

    given = {"version": 4, "title": "New"}

    async with resources.transaction() as session:
        with pytest.raises(Stale) as refusal:
            await posts.change(session, viewer_of(author), 1, given, LONG_AGO)

    assert refusal.value.current_version == 5
