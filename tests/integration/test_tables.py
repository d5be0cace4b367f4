"""What the database itself holds every row to, whoever writes it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError

from graphql_blog.auth import Role
from graphql_blog.db.models import Base, Post, User
from tests.factories import make_comment, make_post, make_tag, make_user

JOHN = "INSERT INTO users (username, email) VALUES ('john_doe', 'john@example.com')"


async def execute(resources: Any, statement: str) -> None:
    async with resources.writer.begin() as connection:
        await connection.exec_driver_sql(statement)


async def test_a_plain_insert_of_a_name_and_an_address_makes_an_account(resources):
    await execute(resources, JOHN)

    async with resources.reading() as session:
        john = (await session.scalars(select(User))).one()
    assert (john.id, john.username, john.email) == (1, "john_doe", "john@example.com")
    assert john.created_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - john.created_at) < timedelta(minutes=1)
    assert (john.role, john.name, john.post_count) == (Role.READER, "john_doe", 0)
    assert (john.email_verified, john.preferences) == (False, {})
    nothing = (john.display_name, john.password_hash, john.age, john.website_url, john.bio)
    assert nothing == (None,) * 5


on_sqlite_alone = pytest.mark.parametrize("template", ["sqlite"], indirect=True)


@on_sqlite_alone
async def test_the_clock_of_sqlite_writes_instants_as_wide_as_all_others(resources):
    """They are compared as text."""
    await execute(resources, JOHN)
    await make_user(resources, created_at=datetime(2026, 1, 1, tzinfo=UTC))

    async with resources.reader.connect() as connection:
        kept = await connection.exec_driver_sql("SELECT created_at FROM users ORDER BY id")
        form = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}"
        assert [bool(re.fullmatch(form, instant)) for (instant,) in kept] == [True, True]


REFUSED = {
    "a username twice": "INSERT INTO users (username, email) VALUES ('ana', 'new@example.com')",
    "an e-mail twice": "INSERT INTO users (username, email) VALUES ('new', 'ana@example.com')",
    "no username": "INSERT INTO users (email) VALUES ('new@example.com')",
    "no e-mail": "INSERT INTO users (username) VALUES ('new')",
    "a username of null": "INSERT INTO users (username, email) VALUES (NULL, 'new@example.com')",
    "a username of 51": f"INSERT INTO users (username, email) VALUES ('{'x' * 51}', 'a@b.cd')",
    "an e-mail of 101": f"INSERT INTO users (username, email) VALUES ('new', '{'x' * 101}')",
    "a post of nobody": "INSERT INTO posts (author_id, title, slug, content)"
    " VALUES (99, 'Title', 'new', 'Content')",
    "a slug twice": "INSERT INTO posts (author_id, title, slug, content)"
    " VALUES (1, 'Title', 'first', 'Content')",
    "a comment under nothing": "INSERT INTO comments (post_id, author_id, content)"
    " VALUES (99, 1, 'Content')",
    "a reply to nothing": "INSERT INTO comments (post_id, author_id, parent_id, content)"
    " VALUES (1, 1, 99, 'Content')",
    "a tag that is not there": "INSERT INTO post_tags (post_id, tag_id) VALUES (1, 99)",
    "a past slug of nothing": "INSERT INTO slug_history (slug, post_id) VALUES ('old', 99)",
    "authors without their posts": "DELETE FROM users WHERE id = 1",
}
BROKEN_CHECKS = {
    "ck_users_username_length": "UPDATE users SET username = ''",
    "ck_users_email_length": "UPDATE users SET email = 'ab'",
    "ck_users_age_range": "UPDATE users SET age = 17",
    "ck_users_role_known": "UPDATE users SET role = 'KING'",
    "ck_posts_status_stored": "UPDATE posts SET status = 'SCHEDULED'",
    "ck_posts_published_has_instant": "UPDATE posts SET published_at = NULL",
    "ck_posts_content_format_known": "UPDATE posts SET content_format = 'RTF'",
    "ck_posts_title_not_empty": "UPDATE posts SET title = ''",
    "ck_posts_version_positive": "UPDATE posts SET version = 0",
    "ck_comments_status_known": "UPDATE comments SET status = 'GONE'",
    "ck_comments_content_not_empty": "UPDATE comments SET content = ''",
    "ck_tags_name_not_empty": "UPDATE tags SET name = ''",
}


@pytest.fixture
async def one_of_each(resources):
    """User 1, post 1 with tag 1, and comment 1 under it."""
    ana = await make_user(resources, username="ana", email="ana@example.com")
    post = await make_post(resources, ana, slug="first", tags=(await make_tag(resources, "news"),))
    await make_comment(resources, post, ana)


@pytest.mark.parametrize("what", REFUSED)
async def test_the_database_refuses(resources, one_of_each, what):
    too_long = "of 51" in what or "of 101" in what
    with pytest.raises(DBAPIError if too_long else IntegrityError):
        await execute(resources, REFUSED[what])


@pytest.mark.parametrize("name", BROKEN_CHECKS)
async def test_every_check_is_enforced(resources, one_of_each, name):
    with pytest.raises(IntegrityError, match=name):
        await execute(resources, BROKEN_CHECKS[name])


def test_every_check_of_the_models_is_tried_here():
    declared = {
        check.name
        for table in Base.metadata.tables.values()
        for check in table.constraints
        if isinstance(check, CheckConstraint)
    }

    assert declared == BROKEN_CHECKS.keys()


async def test_a_name_of_fifty_and_an_address_of_a_hundred_characters_fit(resources):
    await execute(
        resources, f"INSERT INTO users (username, email) VALUES ('{'ü' * 50}', '{'x' * 100}')"
    )

    async with resources.reading() as session:
        assert (await session.scalars(select(User.username))).one() == "ü" * 50


async def test_with_a_post_goes_all_that_belongs_to_it_and_nothing_else(resources, one_of_each):
    await execute(resources, "INSERT INTO slug_history (slug, post_id) VALUES ('old', 1)")
    await execute(resources, "DELETE FROM posts WHERE id = 1")

    async with resources.reader.connect() as connection:
        left = {
            table: (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar()
            for table in Base.metadata.tables
        }
    gone = {"posts": 0, "comments": 0, "post_tags": 0, "slug_history": 0}
    assert left == {**gone, "users": 1, "tags": 1}


NEW_ROWS = {
    "users": "INSERT INTO users (username, email) VALUES ('new{n}', 'new{n}@example.com')",
    "posts": "INSERT INTO posts (author_id, title, slug, content)"
    " VALUES (1, 'Title', 'new{n}', 'Content')",
    "comments": "INSERT INTO comments (post_id, author_id, content) VALUES (1, 1, 'Content')",
    "tags": "INSERT INTO tags (name, slug) VALUES ('New', 'new{n}')",
}


@pytest.mark.parametrize("table", NEW_ROWS)
async def test_the_id_of_what_was_deleted_is_never_given_again(resources, one_of_each, table):
    for number in (2, 3, 4):
        await execute(resources, NEW_ROWS[table].format(n=number))
        async with resources.reader.connect() as connection:
            newest = await connection.execute(text(f"SELECT max(id) FROM {table}"))
            assert newest.scalar() == number
        await execute(resources, f"DELETE FROM {table} WHERE id = {number}")


PRAGMAS = {
    "journal_mode": "wal",
    "foreign_keys": 1,
    "busy_timeout": 10_000,
    "cache_size": -65_536,
    "synchronous": 1,
}


@on_sqlite_alone
async def test_every_connection_to_sqlite_is_prepared(resources):
    engines = {resources.reader: 1, resources.writer: 0}
    for engine, query_only in engines.items():
        async with engine.connect() as connection:
            for pragma, value in {**PRAGMAS, "query_only": query_only}.items():
                found = await connection.exec_driver_sql(f"PRAGMA {pragma}")
                assert found.scalar() == value, pragma


@on_sqlite_alone
async def test_the_reader_of_sqlite_writes_nothing(resources):
    with pytest.raises(DBAPIError, match="attempt to write a readonly database"):
        async with resources.reader.connect() as connection:
            await connection.exec_driver_sql(JOHN)


async def test_a_relation_that_was_not_asked_for_is_an_error_and_no_query(resources, one_of_each):
    async with resources.reading() as session:
        post = (await session.scalars(select(Post))).one()
        for relation in ("author", "tags"):
            with pytest.raises(InvalidRequestError, match="lazy='raise'"):
                getattr(post, relation)


def test_every_relation_of_the_models_is_one_of_these():
    lazy = [relation.lazy for mapper in Base.registry.mappers for relation in mapper.relationships]

    assert lazy == ["raise"] * 2
