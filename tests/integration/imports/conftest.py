"""Importing in one call, and looking at what has come of it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from sqlalchemy import Select, select

from graphql_blog.db.models import Base
from graphql_blog.imports import markdown, store, wordpress
from graphql_blog.imports.report import Report
from graphql_blog.resources import Resources

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

Import: TypeAlias = Callable[..., Awaitable[Report]]
Rows: TypeAlias = Callable[[Select[Any]], Awaitable[list[Any]]]


@pytest.fixture
def import_wordpress(resources: Resources) -> Import:
    async def run(export: bytes, now: datetime = NOW, *, dry_run: bool = False) -> Report:
        records = wordpress.read(BytesIO(export), now)
        return await store.save(records, resources, now, dry_run=dry_run)

    return run


@pytest.fixture
def import_markdown(resources: Resources) -> Import:
    async def run(folder: Path, now: datetime = NOW, *, dry_run: bool = False) -> Report:
        records = markdown.read(markdown.find(folder), now, source="test")
        return await store.save(records, resources, now, dry_run=dry_run)

    return run


@pytest.fixture
def rows(resources: Resources) -> Rows:
    """What a statement finds: tuples, or values where it asks for one column."""

    async def find(statement: Select[Any]) -> list[Any]:
        async with resources.reading() as session:
            found = [tuple(row) for row in await session.execute(statement)]
        return [row[0] if len(row) == 1 else row for row in found]

    return find


@pytest.fixture
def everything(resources: Resources) -> Callable[[], Awaitable[dict[str, list[Any]]]]:
    """Every row of every table, to the last column."""

    async def dump() -> dict[str, list[Any]]:
        async with resources.reading() as session:
            return {
                table.name: [
                    tuple(row)
                    for row in await session.execute(select(table).order_by(*table.primary_key))
                ]
                for table in Base.metadata.sorted_tables
            }

    return dump


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a file below `blog/` and returns that folder."""

    def write(name: str, text: str | bytes) -> Path:
        path = tmp_path / "blog" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return tmp_path / "blog"

    return write
