"""Migrations: there and back, several at once, and without drift from the models."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine

from graphql_blog import resources as resources_of
from graphql_blog.db import migrations
from graphql_blog.db.models import Base
from tests import servers
from tests.conftest import ROOT

HEAD = "0001"
INSERT = "INSERT INTO tags (slug, name) VALUES ('news', 'News')"
TABLES = {"users", "posts", "comments", "tags", "post_tags", "slug_history"}


@pytest.fixture
async def empty_url(template: Path | str, tmp_path: Path) -> AsyncIterator[str]:
    """A database of either kind with nothing in it."""
    if isinstance(template, Path):
        yield f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    else:
        async with servers.temporary_database(template) as url:
            yield url


@pytest.fixture
async def engine(empty_url: str) -> AsyncIterator[AsyncEngine]:
    made = resources_of.open_writer(make_url(empty_url))
    yield made
    await made.dispose()


async def tables(engine: AsyncEngine) -> set[str]:
    async with engine.connect() as connection:
        return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))


async def test_from_empty_to_head_and_back_and_up_again(engine):
    await migrations.upgrade(engine)
    assert await tables(engine) == {*TABLES, "alembic_version"}
    assert await migrations.revisions(engine) == (HEAD, HEAD)

    await migrations.downgrade(engine)
    assert await tables(engine) == {"alembic_version"}
    assert await migrations.revisions(engine) == (None, HEAD)

    await migrations.upgrade(engine)
    assert await tables(engine) == {*TABLES, "alembic_version"}


async def test_what_is_there_already_is_left_alone(engine):
    await migrations.upgrade(engine)
    async with engine.begin() as connection:
        await connection.execute(text(INSERT))
    await migrations.upgrade(engine)

    async with engine.connect() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM tags"))).scalar() == 1


async def test_alembic_finds_no_drift_between_models_and_migrations(engine):
    await migrations.upgrade(engine)

    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.check(migrations.configuration(sync)))


async def test_migrations_make_what_the_models_say_to_the_letter(engine):
    """Also what Alembic does not compare: CHECKs, computed columns, defaults, directions."""
    await migrations.upgrade(engine)
    async with engine.begin() as connection:
        migrated = await connection.run_sync(described)
    await migrations.downgrade(engine)
    async with engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
        modelled = await connection.run_sync(described)

    assert migrated.keys() == TABLES
    for table, parts in modelled.items():
        assert migrated[table] == parts, table


def described(connection: Connection) -> dict[str, Any]:
    found = inspect(connection)
    return {
        table: {
            "columns": [
                {**column, "type": str(column["type"])} for column in found.get_columns(table)
            ],
            "checks": sorted(map(str, found.get_check_constraints(table))),
            "uniques": sorted(map(str, found.get_unique_constraints(table))),
            "foreign keys": sorted(map(str, found.get_foreign_keys(table))),
            "primary key": found.get_pk_constraint(table),
            "indexes": indexes(connection, table),
        }
        for table in found.get_table_names()
        if table != "alembic_version"
    }


def indexes(connection: Connection, table: str) -> list[str]:
    """As the database wrote them down: SQLAlchemy does not read the directions of SQLite's."""
    written = {
        "sqlite": "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = :table",
        "postgresql": "SELECT indexdef FROM pg_indexes WHERE tablename = :table",
    }
    rows = connection.execute(text(written[connection.dialect.name]), {"table": table})
    return sorted(definition for (definition,) in rows if definition)


def environment(url: str) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT / "src"), "GRAPHQL_BLOG_DATABASE_URL": url}


async def test_several_processes_may_migrate_at_once(engine, empty_url, tmp_path):
    async def migrate() -> tuple[int | None, bytes]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "graphql_blog", "migrate"),
            cwd=tmp_path,
            env=environment(empty_url),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return process.returncode, said

    for returncode, said in await asyncio.gather(migrate(), migrate()):
        assert returncode == 0, said
        assert said.startswith(b"The database is up to date: ")
    assert await migrations.revisions(engine) == (HEAD, HEAD)
    assert await tables(engine) == {*TABLES, "alembic_version"}


def alembic(url: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "alembic", *arguments],
        cwd=ROOT,
        env=environment(url),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_the_command_of_alembic_works_in_the_top_folder(engine, empty_url):
    async def said(*arguments: str) -> str:
        return await asyncio.to_thread(alembic, empty_url, *arguments)

    await said("upgrade", "head")
    assert await said("current") == f"{HEAD} (head)\n"
    assert await said("check") == "No new upgrade operations detected.\n"
    await said("downgrade", "base")
    assert await said("current") == ""
    assert await tables(engine) == {"alembic_version"}
