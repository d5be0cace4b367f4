"""The command that compares REST with GraphQL, by real requests to a running server."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.markup import escape
from rich.table import Table

from graphql_blog.cli.explain import variables_in
from graphql_blog.cli.terminal import DatabaseUrl, fail, messages, output
from graphql_blog.compare.figures import FIGURES, Figure, Range, shown
from graphql_blog.compare.http import Away, Connections
from graphql_blog.compare.measuring import ROUNDS, Measured, measured
from graphql_blog.compare.running import Failed
from graphql_blog.compare.scenarios import NAMES
from graphql_blog.settings import Settings

USUAL_URL = "http://127.0.0.1:8000"
ALL = "all"
START_SECONDS = 60
WIDE = 120
"""In a narrower terminal there is no room for what figures spread over."""
HOW = (
    "Medians of {rounds} runs; in brackets, where there is room, what they spread over. Bytes are"
    " those of addresses and bodies; each request has headers on top. A round trip with latency"
    " takes that much longer than was measured here; requests that need nothing of each other go"
    " at once. CPU is that of the server, counted in runs with one request at a time."
)


def compare(  # noqa: PLR0913, PLR0917 - each is an option of the command
    scenario: Annotated[
        str,
        typer.Option(metavar="NAME", help="post, home, author, mobile, cached, or all of them."),
    ] = ALL,
    query: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", exists=True, dir_okay=False, help="Your own GraphQL query instead."
        ),
    ] = None,
    variables: Annotated[
        str, typer.Option(metavar="JSON", help="Values for the variables of the query.")
    ] = "{}",
    operation: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Which operation, where the query has several."),
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(metavar="TOKEN", help="Who asks; with an account there is more to spend."),
    ] = None,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=f"The server to ask. [dim]Unless given: {USUAL_URL}, or one of its own[/dim]",
        ),
    ] = None,
    rounds: Annotated[int, typer.Option(min=1, max=100, help="How often each way runs.")] = ROUNDS,
    json_: Annotated[bool, typer.Option("--json", help="Print it for programs.")] = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print it as Markdown.")] = False,
    database_url: DatabaseUrl = None,
) -> None:
    """Fetch the same pages through REST and through GraphQL, and show what each way takes."""
    wanted: dict[str, Any] = {}
    if query is not None:
        wanted = {"query": _text(query), "variables": variables_in(variables)}
        wanted |= {"operationName": operation} if operation else {}
    elif scenario not in {ALL, *NAMES}:
        fail(f"There is no scenario {scenario}: there is {', '.join(NAMES)}.")
    found: list[Measured] = []
    failure = ""
    with _server(url, database_url) as place:
        try:
            asyncio.run(_compare(Connections(place, token), place, scenario, wanted, rounds, found))
        except (Away, Failed) as error:
            failure = str(error)
    if found:
        _show(found, rounds, json_=json_, markdown=markdown)
    if failure:
        fail(failure)


def _show(found: list[Measured], rounds: int, *, json_: bool, markdown: bool) -> None:
    if json_:
        typer.echo(orjson.dumps([one.as_json() for one in found], option=orjson.OPT_INDENT_2))
    elif markdown:
        typer.echo("\n\n".join(map(_as_markdown, found)))
    else:
        for one in found:
            _draw(one)
        output.print(f"[dim]{HOW.format(rounds=rounds)}[/]\n")


async def _compare(
    connections: Connections,
    url: str,
    scenario: str,
    wanted: dict[str, Any],
    rounds: int,
    found: list[Measured],
) -> None:
    """Adds to what was found one after the other: what went before a failure is shown."""
    try:
        asked = [wanted] if wanted else await _scenarios(connections, url, scenario)
        for plan in [await _plan(connections, url, one) for one in asked]:
            one = await measured(plan, connections.send, rounds=rounds)
            found.append(one)
    finally:
        connections.close()


async def _scenarios(connections: Connections, url: str, name: str) -> list[dict[str, Any]]:
    status, told = await connections.json("/compare/scenarios")
    _require_comparing(status, told, url)
    names = [one["name"] for one in told]
    if name != ALL and name not in names:
        fail(f"There is no scenario {name} for this blog: there is {', '.join(names)}.")
    return [{"scenario": one} for one in (names if name == ALL else [name])]


async def _plan(connections: Connections, url: str, wanted: dict[str, Any]) -> Any:
    status, told = await connections.json("/compare/plan", wanted)
    if status == 400:
        words = [detail["message"] for detail in told["details"] if "message" in detail]
        fail(" ".join(words) or told["error"])
    _require_comparing(status, told, url)
    return told


def _require_comparing(status: int, told: Any, url: str) -> None:
    if status == 404:
        fail(f"{url} does not compare: start it with GRAPHQL_BLOG_COMPARE=on.")
    if status != 200:
        fail(told.get("error", f"{url} answered {status}."))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except UnicodeDecodeError as error:
        fail(f"{path} is not UTF-8: see the byte at position {error.start}.")


# ---------------------------------------------------------------- the server


@contextmanager
def _server(url: str | None, database_url: str | None) -> Iterator[str]:
    """The server to ask: the one that is named, the one that runs, or one for this alone."""
    if url is not None:
        if not url.startswith(("http://", "https://")):
            fail(f"--url must begin with http:// or https://, and {url} does not.")
        yield url
    elif database_url is None and _answers(USUAL_URL):
        yield USUAL_URL
    else:
        with _own_server(database_url) as own:
            yield own


@contextmanager
def _own_server(database_url: str | None) -> Iterator[str]:
    Settings.load(database_url=database_url)  # What is wrong with them is said here.
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "graphql_blog", "serve", "--port", str(port)]
    command += ["--host", "127.0.0.1", "--workers", "1"]
    command += ["--database-url", database_url] if database_url else []
    settings = {"COMPARE": "on", "RATE_LIMIT": "off", "LOG_LEVEL": "error"}
    said = os.environ | {f"GRAPHQL_BLOG_{name}": value for name, value in settings.items()}
    messages.print(f"[dim]No server was named: one runs at {url} meanwhile.[/]")
    with subprocess.Popen(command, env=said, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - it is ours
        try:
            _wait_for(url, process)
            yield url
        finally:
            process.terminate()


def _wait_for(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_SECONDS
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > deadline:
            fail("The server did not start: graphql-blog serve says why.")
        time.sleep(0.1)


def _answers(url: str) -> bool:
    connections = Connections(url)
    try:
        _, told = asyncio.run(connections.json("/healthz"))
    except Away:
        return False
    finally:
        connections.close()
    return isinstance(told, dict) and "database" in told


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


# ---------------------------------------------------------------- for people


def _draw(found: Measured) -> None:
    spreads = output.width >= WIDE
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold", pad_edge=False)
    table.add_column(style="dim", no_wrap=True)
    for way in found.ways:
        table.add_column(escape(way.title), justify="right", min_width=9)
    for figure, ranges in _rows(found):
        fetching = [one for way, one in zip(found.ways, ranges, strict=True) if way.steps]
        best = min(one.median for one in fetching)
        differs = len({shown(one.median, figure.unit) for one in fetching}) > 1
        cells = [
            _cell(one, figure, is_best=differs and one.median == best, spreads=spreads)
            if way.steps
            else "[dim]cannot[/]"
            for way, one in zip(found.ways, ranges, strict=True)
        ]
        table.add_row(figure.title, *cells)
    output.print(f"\n[bold]{escape(found.title)}[/]\n")
    output.print(table)
    output.print()
    for words in found.verdicts:
        style = "green" if words.startswith("REST") else ""
        output.print(escape(words), style=style)
    for note in found.notes:
        output.print(f"[dim]{escape(note)}[/]")


def _rows(found: Measured) -> Iterator[tuple[Figure, Sequence[Range]]]:
    for figure in FIGURES:
        yield figure, [found.figures[way.name][figure.name] for way in found.ways]


def _cell(range_: Range, figure: Figure, *, is_best: bool, spreads: bool) -> str:
    middle = shown(range_.median, figure.unit)
    shown_ = f"[green]{middle}[/]" if is_best else middle
    least, most = shown(range_.least, figure.unit), shown(range_.most, figure.unit)
    if not spreads or least == most:
        return shown_
    return f"{shown_} [dim]({least.partition(' ')[0]} to {most.partition(' ')[0]})[/]"


def _as_markdown(found: Measured) -> str:
    lines = [f"### {found.title}", ""]
    lines.append("| | " + " | ".join(way.title for way in found.ways) + " |")
    lines.append("| --- |" + " ---: |" * len(found.ways))
    for figure, ranges in _rows(found):
        cells = " | ".join(_in_words(one, figure) for one in ranges)
        lines.append(f"| {figure.title} | {cells} |")
    return "\n".join([*lines, "", *(f"- {words}" for words in (*found.verdicts, *found.notes))])


def _in_words(range_: Range, figure: Figure) -> str:
    middle, least, most = (
        shown(value, figure.unit) for value in (range_.median, range_.least, range_.most)
    )
    return middle if least == most else f"{middle} ({least} to {most})"
