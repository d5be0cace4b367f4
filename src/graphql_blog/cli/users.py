"""Commands about accounts: add one, give it a password or a role."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from graphql_blog import resources
from graphql_blog.auth import Role
from graphql_blog.cli.database import require_migrated
from graphql_blog.cli.terminal import DatabaseUrl, output
from graphql_blog.resources import Resources
from graphql_blog.services import users
from graphql_blog.settings import Settings

commands = typer.Typer(help="Add an account, give it a password or a role.", no_args_is_help=True)


class AccountRole(StrEnum):
    """The roles of accounts; ANONYMOUS is for guests who have none."""

    READER = Role.READER
    AUTHOR = Role.AUTHOR
    EDITOR = Role.EDITOR
    ADMIN = Role.ADMIN


ROLES = ", ".join(AccountRole)

Username = Annotated[str, typer.Argument(help="The username, exactly.", show_default=False)]
Password = Annotated[
    str,
    typer.Option(
        prompt=True,
        hide_input=True,
        confirmation_prompt=True,
        help="Asked for unless given; at least 8 characters.",
    ),
]


@commands.command()
def add(
    username: Annotated[str, typer.Argument(help="3 to 30 letters or digits.")],
    email: Annotated[str, typer.Argument(help="Where mail goes.")],
    password: Password,
    role: Annotated[
        AccountRole, typer.Option(metavar="ROLE", help=f"What it may do: {ROLES}.")
    ] = AccountRole.AUTHOR,
    database_url: DatabaseUrl = None,
) -> None:
    """Add an account, the first ADMIN of a new blog for instance."""
    given = {"username": username, "email": email, "password": password}
    _with_resources(
        database_url, lambda held: users.register(held, given, datetime.now(UTC), Role(role))
    )
    output.print(f"{username} can log in now, as {role}.")


@commands.command()
def password(username: Username, password: Password, database_url: DatabaseUrl = None) -> None:
    """Give an account a new password; an imported one its first."""
    _with_resources(database_url, lambda held: users.set_password(held, username, password))
    output.print(f"{username} has a new password.")


@commands.command()
def role(
    username: Username,
    role: Annotated[
        AccountRole, typer.Argument(metavar="ROLE", help=f"What it may do from now on: {ROLES}.")
    ],
    database_url: DatabaseUrl = None,
) -> None:
    """Let an account do more, or less."""
    _with_resources(database_url, lambda held: users.set_role(held, username, Role(role)))
    output.print(f"{username} is {role} now.")


def _with_resources(
    database_url: str | None, work: Callable[[Resources], Awaitable[object]]
) -> None:
    settings = Settings.load(database_url=database_url)

    async def run() -> None:
        await require_migrated(settings)
        async with resources.opened(settings) as held:
            await work(held)

    asyncio.run(run())
