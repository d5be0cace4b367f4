"""The command that shows what a GraphQL query does: levels, batches, columns, SQL."""

import asyncio
import json
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated, Any

import orjson
import typer
from graphql import GraphQLError
from rich.text import Text
from sqlalchemy import select
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types import ExecutionResult
from strawberry.types.execution import PreExecutionError
from strawberry.types.graphql import OperationType

from graphql_blog import resources
from graphql_blog.app import limits_of
from graphql_blog.auth import STRANGER, Viewer
from graphql_blog.cli.database import require_migrated
from graphql_blog.cli.plan_tree import PlanTree, Trimmed, counted, duration, size
from graphql_blog.cli.terminal import DatabaseUrl, fail, messages, output
from graphql_blog.db.models import User
from graphql_blog.engine.trace import Trace
from graphql_blog.engine.trace_json import as_json
from graphql_blog.graph.context import Context
from graphql_blog.graph.cost import Cost
from graphql_blog.graph.nouns import COMMENT, POST, TAG, USER, VIEWER
from graphql_blog.graph.schema import Document, build_schema
from graphql_blog.resources import Resources
from graphql_blog.settings import Engine, Settings

QUERIES = frozenset({OperationType.QUERY})
REFUSED = {
    OperationType.MUTATION: "a mutation would be carried out",
    OperationType.SUBSCRIPTION: "a subscription has many answers",
}
ANY_COST = {"cost": sys.maxsize, "nodes": sys.maxsize}
"""Whoever asks here wants to know why it is so much."""
WIDEST = 140
"""Lines of SQL longer than this are hard to follow."""
NOUNS = (POST, USER, VIEWER, COMMENT, TAG)
WHOLE_ROWS = {noun.name: len(noun.model.__table__.columns) for noun in NOUNS}
"""How many columns each type has, asked for or not."""


@dataclass(frozen=True)
class Explained:
    """What came of a query, and how."""

    result: ExecutionResult
    trace: Trace
    seconds: float
    cost: Cost | None
    """What it could have cost."""
    actual_cost: int

    @property
    def is_executed(self) -> bool:
        """Whether there is anything to show: with variables that do not fit nothing is begun."""
        if isinstance(self.result, PreExecutionError):
            return False
        return bool(self.result.data is not None or self.trace.fields or self.trace.statements)

    @property
    def bytes(self) -> int:
        """How large the data of the answer is."""
        return len(orjson.dumps(self.result.data, default=str))


def explain(
    query: Annotated[
        str, typer.Argument(help="The query; @FILE reads it from a file, - from standard input.")
    ],
    variables: Annotated[
        str, typer.Option(metavar="JSON", help="Values for the variables of the query.")
    ] = "{}",
    operation: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which operation, where the document has several."),
    ] = None,
    username: Annotated[
        str | None,
        typer.Option("--as", metavar="USERNAME", help="Who is asking; a stranger unless given."),
    ] = None,
    json_: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Run a GraphQL query and show how it was answered: levels, batches, columns and SQL."""
    settings = Settings.load(database_url=database_url)
    asked = _Asked(_text(query), variables_in(variables), operation, username)
    explained = asyncio.run(_explained(settings, asked))
    if explained.is_executed:
        if json_:
            typer.echo(_as_json(explained))
        else:
            _draw(explained, operation)
    _fail_on(explained.result.errors or [])


@dataclass(frozen=True)
class _Asked:
    query: str
    variables: dict[str, Any]
    operation: str | None
    username: str | None


def _text(query: str) -> str:
    if query == "-":
        return _decoded(sys.stdin.buffer.read(), "standard input")
    if query == "@":
        fail("After @ stands the name of a file: @query.graphql for instance.")
    if not query.startswith("@"):
        return query
    try:
        return _decoded(Path(query[1:]).read_bytes(), query[1:])
    except OSError as error:
        fail(f"Cannot read {query[1:]}: {error.strerror}.")


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fail(f"Cannot read {name}: it is not UTF-8 (byte {error.start + 1}).")


def variables_in(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        fail(f"The variables are no JSON: {error}")
    if not isinstance(found, dict):
        fail('Variables are a JSON object, {"id": 1} for instance.')
    return found


async def _explained(settings: Settings, asked: _Asked) -> Explained:
    await require_migrated(settings)
    schema = build_schema(breadth_first=settings.engine is Engine.BREADTH)
    document = schema.documents(
        entries=1, limits=replace(limits_of(settings), **ANY_COST)
    ).prepared(asked.query)
    if asked.operation is None and len(document.operations) > 1 and not document.errors:
        fail(f"There are several operations: --operation says which, {_names(document)}.")
    async with resources.opened(settings) as held:
        viewer = await _viewer(held, asked.username)

        async def run() -> Explained:
            context = Context(viewer, datetime.now(UTC), "explain", held)
            with context.traced() as trace:
                started = perf_counter()
                result = await schema.run(
                    document, asked.variables, context, asked.operation, QUERIES
                )
                seconds = perf_counter() - started
                priced = context.operation_cost
                actual = priced.actual(result.data) if priced else 0
                return Explained(result, trace, seconds, context.cost, actual)

        try:
            # The first time opens connections and compiles SQL; a server has done so long ago.
            await run()
            return await run()
        except InvalidOperationTypeError as refused:
            fail(f"Only queries are explained: {REFUSED[refused.operation_type]}.")
        except CannotGetOperationTypeError:
            fail(_no_operation(document, asked.operation))


def _no_operation(document: Document, name: str | None) -> str:
    if not document.operations:
        return "There is no operation in the document."
    return f'There is no operation "{name}" in the document; there is {_names(document)}.'


def _names(document: Document) -> str:
    return " or ".join(name or "one without a name" for name in document.operations)


async def _viewer(held: Resources, username: str | None) -> Viewer:
    if username is None:
        return STRANGER
    async with held.reading() as session:
        named = select(User.id, User.username, User.role).where(User.username == username)
        row = (await session.execute(named)).one_or_none()
    return Viewer(*row) if row else fail(f'There is no account "{username}".')


def _draw(explained: Explained, name: str | None) -> None:
    width = min(output.width, WIDEST)
    tree = PlanTree(explained.trace, width=width).drawn(f"query {name or ''}".strip())
    output.print(Trimmed(tree, "", Text(_in_words(explained))), width=width)


def _as_json(explained: Explained) -> bytes:
    errors = [error.formatted for error in explained.result.errors or ()]
    told = {"seconds": explained.seconds, "bytes": explained.bytes, "errors": errors}
    if explained.cost:
        told["cost"] = {**explained.cost._asdict(), "actual": explained.actual_cost}
    options = orjson.OPT_INDENT_2
    return orjson.dumps({**as_json(explained.trace), **told}, default=str, option=options)


def _in_words(explained: Explained) -> str:
    trace = explained.trace
    answer = f"has {size(explained.bytes)}"
    if explained.cost:
        most = counted(explained.cost.requested, "point")
        answer += f", cost {explained.actual_cost:,} of at most {most},"
    took = duration(explained.seconds)
    words = f"{read_in_words(trace)} The answer {answer} and took {took}."
    # Where every field is skipped, nothing is executed by anybody.
    if trace.core_because:
        words += f" It was executed by graphql-core, field by field: {trace.core_because}."
    return words


def read_in_words(trace: Trace) -> str:
    if not trace.statements:
        return "No statement was needed."
    sent = counted(len(trace.statements), "statement")
    # graphql-core knows no levels.
    levels = "" if trace.core_because else f" on {counted(trace.levels, 'level')}"
    rows, values = counted(trace.rows, "row"), counted(trace.values, "value")
    whole = trace.whole_rows(WHOLE_ROWS)
    more = f"; whole rows would have had {whole:,}" if whole > trace.values else ""
    return f"{sent}{levels} read {rows} with {values}{more}."


def _fail_on(errors: list[GraphQLError]) -> None:
    for error in errors[:-1]:
        messages.print("[bold red]Error:[/]", Text(_said(error)), soft_wrap=True)
    if errors:
        fail(_said(errors[-1]))


def _said(error: GraphQLError) -> str:
    """What is wrong, and where in the document."""
    places = [f"line {place.line}, column {place.column}" for place in error.locations or ()]
    return f"{error.message} ({places[0]})" if places else error.message
