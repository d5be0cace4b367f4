"""The command that prints the GraphQL schema."""

from pathlib import Path
from typing import Annotated

import typer

from graphql_blog.graph.schema import build_schema


def schema(
    write: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file instead.")
    ] = None,
) -> None:
    """Print the GraphQL schema (SDL), as schema.graphql holds it and code generators want it."""
    text = build_schema().as_str() + "\n"
    if write is None:
        typer.echo(text, nl=False)
    else:
        write.write_text(text, encoding="utf-8")
