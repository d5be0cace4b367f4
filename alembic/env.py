"""How Alembic reaches the database: through the connection it is handed, else by the settings."""

import asyncio
import warnings

from alembic import context
from sqlalchemy import Connection, UnaryExpression

from graphql_blog import resources
from graphql_blog.db.models import Base
from graphql_blog.settings import Settings

# SQLite does not tell in which direction an index runs, so these would always look changed there.
DESCENDING = {
    index.name
    for table in Base.metadata.tables.values()
    for index in table.indexes
    if any(isinstance(part, UnaryExpression) for part in index.expressions)
}


def run(connection: Connection) -> None:
    on_sqlite = connection.dialect.name == "sqlite"
    # SQLite cannot alter most things in place; Alembic copies the table instead.
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=on_sqlite,
        include_name=lambda name, kind, parents: not (on_sqlite and name in DESCENDING),
        include_object=lambda item, name, *rest: not (on_sqlite and name in DESCENDING),
        compare_type=True,
        compare_server_default=False,
    )
    with context.begin_transaction():
        context.run_migrations()


async def run_by_settings() -> None:
    engine = resources.open_writer(Settings.load().database)
    async with engine.begin() as connection:
        await connection.run_sync(run)
    await engine.dispose()


# They are left out above, and Alembic says so each time all the same.
warnings.filterwarnings("ignore", "autogenerate skipping metadata-specified expression-based index")

handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    asyncio.run(run_by_settings())
