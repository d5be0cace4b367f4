"""Readers of both databases: every type as SQLAlchemy reads it, every statement told."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import Integer, String, bindparam, case, func, literal_column, select, text

from graphql_blog.auth import Role
from graphql_blog.db.columns import CommentStatus, ContentFormat, Instant
from graphql_blog.db.models import Base, Comment, PastSlug, Post, Tag, User
from graphql_blog.engine.readers import Sent
from graphql_blog.engine.rows import one_of_keys
from graphql_blog.engine.statements import constant
from tests.factories import make_comment, make_draft, make_past_slug, make_post, make_tag, make_user

AT = datetime(2026, 11, 20, 11, 4, 0, 123456, tzinfo=UTC)
WHOLE_SECOND = datetime(2026, 11, 20, 11, 4, tzinfo=UTC)


@pytest.fixture
def reader(resources):
    return resources.rows


@pytest.fixture
async def every_kind_of_value(resources):
    """Rows whose columns are null and not, true and false, with every member of every enum."""
    for role in Role:
        await make_user(resources, role=role)
    ana = await make_user(
        resources,
        display_name="Ana Ünïcödé 🎉",
        email_verified=True,
        age=44,
        website_url="https://example.com",
        bio="x" * 5000,
        created_at=AT,
        preferences={"theme": "dark", "sizes": [1, 2.5, None, True], "nested": {"ü": "é"}},
    )
    news = await make_tag(resources, "news", description="What is new.")
    await make_draft(resources, ana, created_at=WHOLE_SECOND)
    for language in ContentFormat:
        post = await make_post(
            resources, ana, tags=(news,), content_format=language, published_at=AT, no_index=True
        )
        for status in CommentStatus:
            await make_comment(resources, post, ana, status=status)
    await make_past_slug(resources, post, "before")


async def as_sqlalchemy_reads(resources, rows, **values):
    async with resources.reader.connect() as connection:
        return [tuple(row) for row in await connection.execute(rows, values)]


def typed(rows):
    """Equal values of different types are not the same: True is 1, and an enum is its name."""
    return [[(type(value), value) for value in row] for row in rows]


async def assert_read_alike(resources, reader, rows, **values):
    expected = await as_sqlalchemy_reads(resources, rows, **values)
    kept = reader.statements.get(rows, lambda: rows)
    found = await reader.fetch(kept, values)
    once = await reader.fetch(*reader.statements.once(rows, values))
    assert expected
    assert typed(found) == typed(once) == typed(expected)


@pytest.mark.parametrize("table", Base.metadata.sorted_tables, ids=str)
async def test_every_column_is_read_as_sqlalchemy_reads_it(
    every_kind_of_value, resources, reader, table
):
    await assert_read_alike(
        resources, reader, select(*table.c).order_by(*table.primary_key.columns)
    )


COMPUTED = {
    "count": select(func.count()).select_from(User),
    "counts by enum": select(User.role, func.count()).group_by(User.role).order_by(User.role),
    "extremes": select(func.max(Post.created_at), func.min(Post.published_at)),
    "sum and average": select(Post.id, func.sum(Comment.id), func.avg(Comment.id))
    .join(Comment, Comment.post_id == Post.id)
    .group_by(Post.id)
    .order_by(Post.id),
    "case": select(case((Post.no_index, Post.visible_from), else_=Post.created_at)).order_by(
        Post.id
    ),
    "number": select(func.row_number().over(order_by=Post.id).label("number"), Post.no_index),
    "cast": select(Comment.status.cast(String), Comment.parent_id).order_by(Comment.id),
    "join": select(PastSlug.slug, Post.status).join(Post, Post.id == PastSlug.post_id),
    "one name twice": select(Post.id, User.id).join(User, User.id == Post.author_id),
}


@pytest.mark.parametrize("name", COMPUTED)
async def test_what_the_database_computes_is_read_as_sqlalchemy_reads_it(
    every_kind_of_value, resources, reader, name
):
    await assert_read_alike(resources, reader, COMPUTED[name])


async def test_values_reach_the_database_as_sqlalchemy_sends_them(
    every_kind_of_value, resources, reader
):
    everything = (
        select(Post.id, User.role)
        .join(User)
        .where(
            Post.created_at <= bindparam("at", type_=Instant()),
            User.role == bindparam("role", type_=User.role.type),
            User.email_verified == bindparam("verified", type_=User.email_verified.type),
            User.name.startswith(bindparam("name", type_=String())),
            User.age >= bindparam("age", type_=Integer()),
        )
        .order_by(Post.id)
    )
    values = {"role": Role.AUTHOR, "verified": True, "name": "Ana Ünïcödé 🎉", "age": 44}

    await assert_read_alike(resources, reader, everything, at=AT, **values)


@pytest.mark.parametrize(
    ("column", "keys"),
    [(User.id, [3, 1, 99, 1]), (User.id, []), (Tag.slug, ["news", "'\"[ü]\\", "x" * 300])],
    ids=["numbers", "none", "texts"],
)
async def test_keys_are_looked_up_however_many_there_are(every_kind_of_value, reader, column, keys):
    rows = select(column).where(one_of_keys(reader.dialect, column)).order_by(column)
    statement = reader.statements.get(column, lambda: rows)

    found = await reader.fetch(statement, {"keys": keys})

    assert found == [(key,) for key in sorted({*keys} & {1, 3, "news"})]


async def test_what_was_just_written_is_read(resources, reader):
    rows = select(User.name)
    assert await reader.fetch(*reader.statements.once(rows, {})) == []

    await make_user(resources, username="ana")

    assert await reader.fetch(*reader.statements.once(rows, {})) == [("ana",)]


async def test_observers_are_told_of_each_statement(resources, reader):
    await make_user(resources, username="ana")
    told: list[Sent] = []
    reader.observers.append(told.append)
    rows = select(User.id, User.name).where(User.name == bindparam("name", type_=String()))
    statement = reader.statements.get("by name", lambda: rows)

    for name in ("ana", "ben"):
        await reader.fetch(statement, {"name": name})

    assert [(sent.sql, list(sent.arguments), sent.columns, sent.rows) for sent in told] == [
        (statement.sql, ["ana"], ("id", "name"), 1),
        (statement.sql, ["ben"], ("id", "name"), 0),
    ]
    assert all(0 < sent.seconds < 60 for sent in told)


async def test_a_wrong_statement_is_no_database_that_is_away(reader):
    wrong = select(text("1 / nothing"))

    with pytest.raises(Exception, match="nothing") as error:
        await reader.fetch(*reader.statements.once(wrong, {}))

    assert type(error.value).__module__.split(".")[0] in {"asyncpg", "sqlite3"}
    assert await reader.fetch(*reader.statements.once(select(func.count(User.id)), {})) == [(0,)]


PRAGMAS = {"query_only": 1, "foreign_keys": 1, "cache_size": -65_536, "journal_mode": "wal"}


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
async def test_the_blog_s_connections_to_sqlite_are_prepared(reader):
    for pragma, value in PRAGMAS.items():
        rows = select(literal_column(pragma)).select_from(text(f"pragma_{pragma}"))
        assert await reader.fetch(*reader.statements.once(rows, {})) == [(value,)]
    lower = select(func.lower(constant("\u00c9COLE", String())))
    assert await reader.fetch(*reader.statements.once(lower, {})) == [("\u00e9cole",)]
