"""Commands about the database: migrate, check, demo."""

import asyncio
from pathlib import Path

from graphql_blog import resources
from graphql_blog.cli.operations import require_valid_documents
from graphql_blog.cli.terminal import DatabaseUrl, fail, output
from graphql_blog.db import migrations
from graphql_blog.demo import fill
from graphql_blog.settings import Settings


def migrate(database_url: DatabaseUrl = None) -> None:
    """Bring the database to the tables of this version; makes it when there is none."""
    settings = Settings.load(database_url=database_url)
    asyncio.run(upgrade(settings))
    output.print(f"The database is up to date: {place(settings)}")


def check(database_url: DatabaseUrl = None) -> None:
    """Check settings, trusted documents, database and migrations; exit code 1 when one is wrong."""
    settings = Settings.load(database_url=database_url)
    require_valid_documents(settings)
    asyncio.run(require_migrated(settings))
    output.print(f"Settings and database are fine: {place(settings)}")


def demo(database_url: DatabaseUrl = None) -> None:
    """Fill an empty database with the demo blog: posts, authors, comments, tags, drafts."""
    settings = Settings.load(database_url=database_url)
    asyncio.run(upgrade(settings))
    filled = asyncio.run(fill_demo(settings))
    if not filled:
        fail(f"The demo blog goes into an empty database, and this one is not: {place(settings)}")
    counted = ", ".join(f"{count} {table.replace('_', ' ')}" for table, count in filled.items())
    output.print(f"The demo blog is in: {counted}.")
    output.print(f"Log in as [bold]admin[/] with the password [bold]{fill.PASSWORD}[/].")


async def upgrade(settings: Settings) -> None:
    engine = resources.open_writer(settings.database)
    try:
        await migrations.upgrade(engine)
    finally:
        await engine.dispose()


async def require_migrated(settings: Settings) -> None:
    """Ends the command when migrations are missing; makes no database that is not there."""
    if settings.database.get_backend_name() == "sqlite" and not is_there(settings):
        fail(f"There is no database at {place(settings)}: run `graphql-blog migrate` first.")
    engine = resources.open_writer(settings.database)
    try:
        current, wanted = await migrations.revisions(engine)
    finally:
        await engine.dispose()
    if current != wanted:
        fail(
            f"The database is at revision {current or 'none'} and this version needs {wanted}:"
            " run `graphql-blog migrate` first."
        )


async def fill_demo(settings: Settings) -> dict[str, int] | None:
    """How many rows each table got; None when the database was not empty."""
    if settings.is_production:
        fail(
            "The demo blog has well-known passwords:"
            " it is refused when GRAPHQL_BLOG_ENV=production."
        )
    async with resources.opened(settings) as held, held.transaction() as session:
        if not await fill.is_empty(session):
            return None
        return await fill.fill(session, held.passwords)


def is_there(settings: Settings) -> bool:
    """Whether the file of an embedded database exists."""
    return Path(settings.database.database or "").exists()


def place(settings: Settings) -> str:
    """Where the database is, without its password."""
    url = settings.database.set(drivername=settings.database.get_backend_name())
    return url.render_as_string(hide_password=True)
