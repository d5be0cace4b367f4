"""The command `graphql-blog`: serve · migrate, check, demo · user · import · schema, explain,
compare · operations.
"""

from importlib import metadata
from typing import Annotated

import typer

from graphql_blog.cli import compare, database, explain, imports, operations, schema, serve, users
from graphql_blog.cli.terminal import exit_in_words, output

app = typer.Typer(
    name="graphql-blog",
    help="A headless blog server: GraphQL that fetches precisely what was asked, REST beside it.",
    epilog="Every setting is also a variable GRAPHQL_BLOG_…; see the README.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(serve.serve)
app.command()(database.migrate)
app.command()(database.check)
app.command()(database.demo)
app.add_typer(users.commands, name="user")
app.add_typer(imports.commands, name="import")
app.command()(schema.schema)
app.command()(explain.explain)
app.command()(compare.compare)
app.add_typer(operations.commands, name="operations")


def _print_version(wanted: bool) -> None:
    if wanted:
        output.print(f"graphql-blog {metadata.version('graphql-blog')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and stop."
        ),
    ] = False,
) -> None:
    """What goes before any command."""


def main() -> None:
    """Runs the command; what the blog refuses ends in one line and exit code 1."""
    with exit_in_words():
        app()
