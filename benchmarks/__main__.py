"""The command: `python3 dev.py bench`."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
import uvloop
from rich.console import Console

from benchmarks import parts, report, tables
from benchmarks.checks import AnswersDiffer
from benchmarks.data import GROWN
from benchmarks.load import WrongAnswer
from benchmarks.measuring import HTTP, Effort, Measured
from benchmarks.peers import installed
from benchmarks.processes import LOAD_CORE, ROOT, DidNotStart, pin
from benchmarks.queries import PAGE_SIZES, QUERIES, Query
from benchmarks.results import NoResults, Results, about
from benchmarks.run import PARTS, Plan, Run, database_server
from tests.servers import Unavailable

FULL, QUICK = Effort(rounds=5, seconds=1), Effort(rounds=2, seconds=0.15)
NEEDED_PER_SECOND = 15_000
console = Console()
app = typer.Typer(add_completion=False)


@app.command()
def bench(  # noqa: PLR0913, PLR0917 - each is an option of the command
    quick: Annotated[
        bool, typer.Option("--quick", help="A first impression in a minute or two.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="These queries: Q1 … Q5.")
    ] = None,
    part: Annotated[
        list[str] | None, typer.Option(metavar="PART", help=f"These parts: {', '.join(PARTS)}.")
    ] = None,
    database: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="postgresql or sqlite; else both.")
    ] = None,
    connections: Annotated[
        list[int] | None, typer.Option(min=1, metavar="NUMBER", help="So many; else 1, and 16.")
    ] = None,
    peers: Annotated[bool, typer.Option("--peers", help="GraphQL servers from npm, too.")] = False,
    rounds: Annotated[int | None, typer.Option(min=1, help="How often each has its turn.")] = None,
    seconds: Annotated[float | None, typer.Option(min=0.01, help="How long a turn is.")] = None,
    json: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write what was measured.")
    ] = None,
    read: Annotated[
        Path | None,
        typer.Option(
            "--from", exists=True, dir_okay=False, help="Measure nothing: show what --json wrote."
        ),
    ] = None,
    report_: Annotated[
        bool, typer.Option("--report", help="Write docs/benchmarks, with charts.")
    ] = False,
    docs: Annotated[Path, typer.Option(help="Where --report writes.")] = ROOT / "docs/benchmarks",
    folder: Annotated[Path, typer.Option(help="Where databases are kept.")] = ROOT / ".dev/bench",
) -> None:
    """Measure the server beside plain Strawberry, the limit, and others; never judges a time."""
    effort = QUICK if quick else FULL
    plan = Plan(
        folder=folder,
        effort=Effort(rounds or effort.rounds, seconds or effort.seconds),
        parts=chosen(part, PARTS),
        databases=chosen(database, tuple(tables.DATABASES)),
        queries=named(only),
        connections=connections or ([16] if quick else [1, 16]),
        page_sizes=PAGE_SIZES[::3] if quick else PAGE_SIZES,
        grown=GROWN[:3:2] if quick else GROWN,
        peers=installed() if peers else (),
    )
    results = Results.read(read) if read else measured(plan)
    for table in tables.summary(results):
        console.print(table.as_rich())
    if json:
        results.write(json)
    if report_:
        report.write(results, docs)


def chosen(wanted: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    for name in wanted or ():
        if name not in known:
            raise typer.BadParameter(f"{name!r} is none of {', '.join(known)}")
    return tuple(wanted or known)


def named(wanted: list[str] | None) -> list[Query]:
    """The queries of these names; Q4 brings along its larger sister, as Q1 its own."""
    names = {query: (query.name.split()[0], query.name) for query in QUERIES}
    known = tuple(dict.fromkeys(name for pair in names.values() for name in pair))
    asked = set(chosen(wanted, known))
    return [query for query, pair in names.items() if asked.intersection(pair)]


def measured(plan: Plan) -> Results:
    results = Results(about(plan.databases, peers=bool(plan.peers)))
    with alone(plan.folder), database_server(plan) as server_url:
        # After PostgreSQL has started, which may run on whatever core is free.
        pin(LOAD_CORE)
        uvloop.run(_carry_out(plan, server_url, results))
    return results


async def _carry_out(plan: Plan, server_url: str | None, results: Results) -> None:
    with console.status("") as status:
        if HTTP in plan.parts:
            await _say_what_the_load_can_do(max(plan.connections), plan.effort)
        run = Run(plan, server_url, lambda words: status.update(f"{words} …"))
        async for found in run.measured():
            results.measured += found
            _show(found)


def _show(found: list[Measured]) -> None:
    if detailed := tables.DETAILED.get(found[0].part):
        console.print(detailed(found).as_rich())


async def _say_what_the_load_can_do(connections: int, effort: Effort) -> None:
    most = await parts.most_possible(connections, effort.seconds)
    enough = "" if most > NEEDED_PER_SECOND else " [red]Too few to trust the figures below.[/]"
    console.print(f"The load alone: up to {most:,.0f} requests/s.{enough}\n")


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Two runs at once would measure each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Unavailable("Another run is under way: two would measure each other.") from None
        yield


def main() -> None:
    try:
        app()
    except (AnswersDiffer, WrongAnswer, DidNotStart, NoResults, Unavailable) as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
