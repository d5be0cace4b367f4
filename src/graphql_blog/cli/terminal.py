"""What all commands share: where they write, the options they have in common, how they fail."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, NoReturn

import asyncpg
import typer
from rich.console import Console
from rich.markup import escape
from sqlalchemy.exc import SQLAlchemyError

from graphql_blog.errors import BlogError

output = Console(highlight=False)
messages = Console(stderr=True, highlight=False)

DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        help="The database: sqlite:///FILE or postgresql://… [dim]Unless given: what the"
        " environment says, or data/blog.db[/dim]",
        show_default=False,
    ),
]

DATABASE_ERRORS = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


@contextmanager
def exit_in_words() -> Iterator[None]:
    """Turns a refusal, or a database that is away, into one line and exit code 1."""
    try:
        yield
    except BlogError as refusal:
        fail(refusal.message)
    except DATABASE_ERRORS as error:
        fail(f"Database connection failed: {_first_line(error)}")


def fail(words: str) -> NoReturn:
    messages.print("[bold red]Error:[/]", escape(words), soft_wrap=True)
    sys.exit(1)


def _first_line(error: BaseException) -> str:
    """The driver's own words, without the SQL and the link that SQLAlchemy adds."""
    origin = getattr(error, "orig", None) or error
    return (str(origin) or type(origin).__name__).splitlines()[0]
