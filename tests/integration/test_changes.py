"""What a transaction says that it changes, by whatever statements it changes it."""

import pytest
from sqlalchemy import delete, insert, literal, select, text, update

from graphql_blog.auth import Role, Viewer
from graphql_blog.db import changes
from graphql_blog.db.models import Comment, Post, PostTag, Tag, User
from graphql_blog.services import posts
from tests.factories import LONG_AGO, make_comment, make_post, make_tag, make_user

COMMENTS = {"Comment", "Comment.author_id", "Comment.list", "Comment.parent_id", "Comment.post_id"}
LINKS = {"PostTag.list", "PostTag.post_id", "PostTag.tag_id"}
PAST = {"PastSlug.list", "PastSlug.post_id"}
COMMENT = {"post_id": 1, "author_id": 1, "content": "New"}


@pytest.fixture
async def two_posts(resources):
    """Posts 1 and 2 by user 1, with tag 1; comment 1 on post 1."""
    author, tag = await make_user(resources), await make_tag(resources, "news")
    made = [await make_post(resources, author, tags=(tag,)) for _ in range(2)]
    await make_comment(resources, made[0], author)


@pytest.fixture
def changed(resources, two_posts):
    """The tags of what is done in a transaction."""

    async def changed(do):
        told = []
        resources.invalidation.told[:] = [told.append]
        async with resources.transaction() as session:
            await do(session)
        assert len(told) <= 1
        return told[0] if told else frozenset()

    return changed


@pytest.mark.parametrize(
    ("statement", "rows", "expected"),
    [
        (select(Post.id), None, set()),
        (text("SELECT 1"), None, set()),
        (text("UPDATE posts SET title = 'x'"), None, {"*"}),
        (
            update(Post).where(Post.id == 1).values(title="x"),
            None,
            {"Post.list", "Post:1", "Post.author_id"},
        ),
        (
            update(Post).where(Post.id.in_([1, 2])).values(title="x"),
            None,
            {"Post.list", "Post:1", "Post:2", "Post.author_id"},
        ),
        (
            update(Post),
            [{"id": 1, "title": "x"}, {"id": 2, "title": "y"}],
            {"Post.list", "Post:1", "Post:2", "Post.author_id"},
        ),
        (
            update(Post).where(Post.author_id == 1).values(title="x"),
            None,
            {"Post.list", "Post", "Post.author_id:1"},
        ),
        # Afterwards they belong to somebody else.
        (
            update(Comment).where(Comment.post_id == 1).values(post_id=2),
            None,
            COMMENTS,
        ),
        (
            update(Post).where(Post.title != "x").values(title="x"),
            None,
            {"Post.list", "Post", "Post.author_id"},
        ),
        (
            update(Post).where((Post.id == 1) | (Post.id == 2)).values(title="x"),
            None,
            {"Post.list", "Post", "Post.author_id"},
        ),
        (
            insert(Comment),
            [COMMENT, COMMENT | {"post_id": 2, "parent_id": 1}],
            {
                "Comment.list",
                "Comment.post_id:1",
                "Comment.post_id:2",
                "Comment.author_id:1",
                "Comment.parent_id:1",
            },
        ),
        (
            insert(Comment).values(COMMENT),
            None,
            {"Comment.list", "Comment.post_id:1", "Comment.author_id:1"},
        ),
        (
            insert(PostTag).from_select(
                ["post_id", "tag_id"], select(Post.id, literal(1)).where(Post.id < 0)
            ),
            None,
            LINKS,
        ),
        (
            delete(PostTag).where(PostTag.post_id == 1),
            None,
            {"PostTag.list", "PostTag.post_id:1", "PostTag.tag_id"},
        ),
        # Replies are detached.
        (delete(Comment).where(Comment.id == 1), None, COMMENTS | {"Comment:1"}),
        # The database deletes what belongs to it.
        (
            delete(Post).where(Post.id == 1),
            None,
            {"Post.list", "Post:1", "Post.author_id", *COMMENTS, *LINKS, *PAST},
        ),
    ],
    ids=range(16),
)
async def test_a_statement_says_what_it_changes(changed, statement, rows, expected):
    tags = await changed(lambda session: session.execute(statement, rows))

    assert tags == expected


async def test_objects_that_are_added_changed_and_deleted_say_so_too(changed):
    async def add(session):
        session.add(Comment(**COMMENT))

    async def change(session):
        (await session.get(User, 1)).bio = "New"

    async def remove(session):
        await session.delete(await session.get(Tag, 1))

    assert await changed(add) == {"Comment.list", "Comment.post_id:1", "Comment.author_id:1"}
    assert await changed(change) == {"User.list", "User:1"}
    assert await changed(remove) == {"Tag.list", "Tag:1", *LINKS}


async def test_what_comes_of_a_rule_is_noted_with_it(changed):
    admin = Viewer(1, "ana", Role.ADMIN)
    new = {"title": "New", "content": "x", "tags": ["news"]}

    assert await changed(lambda session: posts.create(session, admin, new, LONG_AGO)) == {
        "Post.list", "Post.author_id:1",
        "PostTag.list", "PostTag.post_id:3", "PostTag.tag_id:1",
        # Its order follows the post's; and counters.
        "PostTag.tag_id", "Tag.list", "Tag:1", "User.list", "User:1",
    }  # fmt: skip


async def test_rolled_back_it_is_not_noted_in_the_next_transaction(resources, changed):
    async with resources.writer.connect() as connection:
        await connection.execute(update(User).values(bio="x"))
        assert changes.noted(connection.sync_connection) == {"User", "User.list"}
        await connection.rollback()

    assert await changed(lambda session: session.execute(select(Post.id))) == frozenset()


async def test_so_many_rows_that_it_is_not_looked_up_which(changed, monkeypatch):
    monkeypatch.setattr(changes, "MAX_ROWS", 2)
    rows = [COMMENT] * 3

    tags = await changed(lambda session: session.execute(insert(Comment), rows))

    assert tags == {"Comment.list", "Comment.post_id", "Comment.author_id"}
