"""Bringing a database to the tables of this version, and knowing whether it is there."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

PACKAGE = Path(__file__).resolve().parents[1]
FOLDERS = (PACKAGE / "alembic", PACKAGE.parents[1] / "alembic")
LOCK = 7_325_110_413


async def upgrade(engine: AsyncEngine) -> None:
    """All migrations that are missing, in one transaction; of several processes one does it."""
    async with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
        await connection.run_sync(lambda handed: command.upgrade(configuration(handed), "head"))


async def downgrade(engine: AsyncEngine, revision: str = "base") -> None:
    async with engine.begin() as connection:
        await connection.run_sync(lambda handed: command.downgrade(configuration(handed), revision))


async def revisions(engine: AsyncEngine) -> tuple[str | None, str | None]:
    """The revision of the database, and the one that this version wants."""
    async with engine.connect() as connection:
        current = await connection.run_sync(
            lambda handed: MigrationContext.configure(handed).get_current_revision()
        )
    return current, ScriptDirectory.from_config(configuration()).get_current_head()


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration: where the migrations lie, in a wheel or in a clone."""
    folder = next(folder for folder in FOLDERS if folder.is_dir())
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
