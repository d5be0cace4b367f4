"""Commands about the operations of clients: check them, write a manifest of them."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.markup import escape

from graphql_blog.app import limits_of, trusted_documents
from graphql_blog.cli.plan_tree import counted
from graphql_blog.cli.terminal import fail, messages
from graphql_blog.graph.persisted import checking, manifests, sources
from graphql_blog.graph.persisted.sources import Definition, Found, Problem
from graphql_blog.graph.schema import Documents, build_schema
from graphql_blog.settings import Settings

commands = typer.Typer(no_args_is_help=True, help="Check the operations of clients.")

Sources = Annotated[
    Path,
    typer.Argument(
        metavar="PATH",
        show_default=False,
        help="A folder or file with .graphql, .gql or gql`…` in scripts, or a manifest (.json).",
    ),
]
SchemaFile = Annotated[
    Path | None,
    typer.Option(
        "--schema",
        metavar="FILE",
        help="Check against this schema (SDL). [dim]Unless given: the one of this version[/dim]",
        show_default=False,
    ),
]


@dataclass
class Checked:
    """What came of a check."""

    operations: int
    problems: list[Problem]
    unused: list[Definition] = field(default_factory=list)


@commands.command()
def check(
    path: Sources,
    schema: SchemaFile = None,
    json_: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False,
) -> None:
    """Check that the server would take each operation of a client: by its schema and its limits.

    Exit code 1 when one is not valid, or when two have the same name.
    """
    checked = _checked(path, schema)
    if json_:
        typer.echo(_as_json(checked))
    else:
        _tell(checked)
    if checked.problems:
        raise typer.Exit(1)


@commands.command()
def manifest(
    path: Sources,
    write: Annotated[
        Path | None, typer.Option("--output", "-o", help="Write it to this file instead.")
    ] = None,
) -> None:
    """Print a manifest of the operations in a folder, for GRAPHQL_BLOG_TRUSTED_DOCUMENTS."""
    found = _found(path)
    _refuse(_in_sources(found, _documents(None)))
    text = manifests.written(found.operations)
    if write is None:
        typer.echo(text, nl=False)
    else:
        write.write_bytes(text)


def require_valid_documents(settings: Settings) -> None:
    """Ends the command when a trusted document cannot be read, or would not be answered."""
    trusted = list(trusted_documents(settings))
    if not trusted:
        return
    prepare = build_schema().documents(entries=0, limits=limits_of(settings)).prepared
    _refuse(Checked(len(trusted), list(checking.problems_in_trusted(trusted, prepare))))


def _checked(path: Path, schema: Path | None) -> Checked:
    documents = _documents(schema)
    if path.suffix != manifests.MANIFEST:
        return _in_sources(_found(path), documents)
    try:
        trusted = manifests.read(path)
    except manifests.Unusable as error:
        fail(f"{error}.")
    return Checked(len(trusted), list(checking.problems_in_trusted(trusted, documents.prepared)))


def _documents(schema: Path | None) -> Documents:
    limits = limits_of(Settings.load())
    if schema is None:
        return build_schema().documents(entries=0, limits=limits)
    try:
        return checking.documents_against(schema, limits)
    except checking.NoSchema as error:
        fail(str(error))


def _found(path: Path) -> Found:
    try:
        found = sources.find(path)
    except OSError as error:
        fail(f"Cannot read {error.filename or path}: {error.strerror}.")
    if not found.operations and not found.problems:
        fail(f"There is no operation in {path}.")
    return found


def _in_sources(found: Found, documents: Documents) -> Checked:
    invalid = checking.problems_in(found.operations, documents.prepared)
    # A fragment that is wrong is wrong in each operation that needs it.
    problems = {(one.place, one.message): one for one in (*found.problems, *invalid)}
    return Checked(len(found.operations), sorted(problems.values()), found.unused)


def _tell(checked: Checked) -> None:
    for problem in checked.problems:
        typer.echo(f"{problem.place}: {problem.message}")
    for fragment in checked.unused:
        words = f'no operation needs the fragment "{fragment.name}": it was not checked'
        messages.print(f"[yellow]Note:[/] {escape(f'{fragment.place()}: {words}')}", soft_wrap=True)
    operations = counted(checked.operations, "operation")
    if checked.problems:
        messages.print(f"{operations}, {counted(len(checked.problems), 'problem')}.")
    else:
        typer.echo(f"{operations}: all valid.")


def _refuse(checked: Checked) -> None:
    if checked.problems:
        _tell(checked)
        raise typer.Exit(1)


def _as_json(checked: Checked) -> bytes:
    told: dict[str, Any] = {
        "operations": checked.operations,
        "problems": [
            {**one.place._asdict(), "message": one.message, "operation": one.operation}
            for one in checked.problems
        ],
        "unusedFragments": [{"name": one.name, **one.place()._asdict()} for one in checked.unused],
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2)
