"""The results as tables, for the terminal and for the report."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Table as RichTable
from rich.text import Text

from benchmarks.contestants import CONSTANT, KEEPING, OURS, PLAIN
from benchmarks.measuring import (
    CACHE,
    GROWTH,
    HTTP,
    IN_PROCESS,
    MICROS,
    PAGES,
    Measured,
    Spread,
    cheaper,
    faster,
)
from benchmarks.queries import Q5
from benchmarks.results import Results

Cell = Callable[[Measured, Measured | None], str]
DATABASES = {"postgresql": "PostgreSQL", "sqlite": "SQLite"}


@dataclass(frozen=True)
class Table:
    """A title, a header, and rows of words; the first column is read from the left."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def as_rich(self) -> Group:
        # Tight, for all queries side by side on a terminal of 80 columns.
        table = RichTable(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0))
        for position, name in enumerate(self.header):
            table.add_column(name, justify="right" if position else "left", no_wrap=True)
        for row in self.rows:
            table.add_row(*row, style="bold" if row[0] == OURS else None)
        # Not the table's own title, which would be no wider than the table.
        return Group(Text(self.title, style="bold"), table)

    def as_markdown(self) -> str:
        lines = [self.header, ["---", *["---:"] * (len(self.header) - 1)]]
        lines += [[f"**{cell}**" for cell in row] if row[0] == OURS else row for row in self.rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def place(one: Measured) -> str:
    where = DATABASES.get(one.database, one.database)
    if not one.connections:
        return where
    return f"{where}, {one.connections} connection{'s' if one.connections > 1 else ''}"


def query(measured: Sequence[Measured]) -> Table:
    """All servers under one query; ± is half the way from the lowest round to the highest."""
    plain = _of(measured, PLAIN)
    rows = []
    for one in measured:
        ratio = _figures(faster(one, plain), "{:.1f}") if plain and one.per_second else []
        cpu = _figures(one.cpu, "{:,.0f}") if one.cpu else ["", ""]
        rows.append([one.server, *_figures(one.speed, "{:,.0f}"), *(ratio or ["", ""]), *cpu])
    header = ["", "requests/s", "±", "× plain", "±", "CPU µs", "±"]
    first = measured[0]
    return Table(f"{first.case} · {place(first)}", header, rows)


def in_process_query(measured: Sequence[Measured]) -> Table:
    plain = _of(measured, PLAIN)
    rows = [
        [
            one.server,
            *_figures(one.cpu, "{:,.0f}"),
            *(_figures(cheaper(one, plain), "{:.1f}") if plain else ["", ""]),
        ]
        for one in measured
        if one.cpu
    ]
    header = ["", "CPU µs", "±", "× plain", "±"]
    return Table(f"{measured[0].case} · in process, {place(measured[0])}", header, rows)


DETAILED = {HTTP: query, IN_PROCESS: in_process_query}


def ratios(measured: Sequence[Measured]) -> Table:
    """How many times as many requests as plain Strawberry: servers by queries."""
    return _pivot("Requests per second, relative to plain Strawberry", measured, _ratio)


def speeds(measured: Sequence[Measured]) -> Table:
    return _pivot("Requests per second", measured, lambda one, _: f"{one.speed.middle:,.0f}")


def cpu(measured: Sequence[Measured]) -> Table:
    title = "CPU microseconds of the server per request"
    return _pivot(title, measured, lambda one, _: f"{one.cpu.middle:,.0f}" if one.cpu else "")


def in_process(measured: Sequence[Measured]) -> Table:
    """CPU time relative to plain Strawberry."""
    title = "In process: CPU time, times less than plain Strawberry"
    return _pivot(title, measured, _saving)


def path(measured: Sequence[Measured]) -> Table:
    """What a request costs apart from execution: `{ __typename }` beside a constant answer."""
    constant = _of(measured, CONSTANT)
    rows = [
        [one.server, f"{one.cpu.middle:,.0f}", _difference(one, constant)]
        for one in measured
        if one.cpu
    ]
    title = f"Path: {Q5.text}, CPU µs per request\n{place(measured[0])}"
    return Table(title, ["", "in all", "above a constant answer"], rows)


def pages(measured: Sequence[Measured]) -> Table:
    """The CPU time of a row as pages grow; in the end, that of every row after the first."""
    table = _pivot("CPU µs per row, as pages grow (Q2)", measured, _per_row)
    rows = [[*row, _further_row(measured, row[0])] for row in table.rows]
    return Table(table.title, [*table.header, "each further"], rows)


def growth(measured: Sequence[Measured]) -> Table:
    title = "Microseconds per request, as the table of posts grows (Q2)"
    return _pivot(title, measured, lambda one, _: f"{MICROS / one.speed.middle:,.0f}")


def kept(measured: Sequence[Measured]) -> Table:
    """Answers that are in memory, beside a constant one: how many, and how many of a hundred."""
    cases = list(dict.fromkeys(one.case for one in measured))
    of = {(one.server, one.case): one for one in measured}
    ours = [of[KEEPING, case] for case in cases]
    constant = [of[CONSTANT, case] for case in cases]
    pairs = zip(ours, constant, strict=True)
    rows = [
        [name, *(f"{one.speed.middle:,.0f}" for one in ones)]
        for name, ones in ((KEEPING, ours), (CONSTANT, constant))
    ]
    rows.append(["of the constant", *(f"{faster(*pair).middle:.0%}" for pair in pairs)])
    title = f"Answers that are kept: requests per second\n{place(measured[0])}"
    return Table(title, ["", *cases], rows)


def per_row_micros(one: Measured) -> float | None:
    return one.cpu.middle / number(one.case) if one.cpu else None


def number(case: str) -> int:
    """The size that a page or a table has, as its case is called."""
    return int(case.replace(",", ""))


def summary(results: Results) -> Iterator[Table]:
    """Everything that was measured, in short."""
    for part in (HTTP, CACHE, IN_PROCESS, PAGES, GROWTH):
        for measured in by_place(results, part):
            yield from of_part(part, measured)


def of_part(part: str, measured: Sequence[Measured]) -> Iterator[Table]:
    """The tables that show what one part found in one place."""
    drawn = {HTTP: (ratios, speeds, cpu), IN_PROCESS: (in_process,), PAGES: (pages,)}
    drawn |= {CACHE: (kept,)}
    yield from (table(measured) for table in drawn.get(part, (growth,)))
    of_q5 = [one for one in measured if one.part == HTTP and one.case == Q5.name]
    if _of(of_q5, CONSTANT):
        yield path(of_q5)


def by_place(results: Results, part: str) -> list[list[Measured]]:
    """The measurements of a part: a list for each database and number of connections."""
    found: dict[tuple[str, int], list[Measured]] = {}
    for one in results.of(part):
        found.setdefault((one.database, one.connections), []).append(one)
    return list(found.values())


def _pivot(title: str, measured: Sequence[Measured], cell: Cell) -> Table:
    """Servers by cases; `cell` is given the measurement, and plain Strawberry's of that case."""
    cases = list(dict.fromkeys(one.case for one in measured))
    known = {(one.server, one.case): one for one in measured}
    rows = []
    for name in dict.fromkeys(one.server for one in measured):
        if name != CONSTANT:
            found = [(known.get((name, case)), known.get((PLAIN, case))) for case in cases]
            rows.append([name, *(cell(one, plain) if one else "" for one, plain in found)])
    return Table(f"{title}\n{place(measured[0])}", ["", *cases], rows)


def _ratio(one: Measured, plain: Measured | None) -> str:
    return f"{faster(one, plain).middle:.1f}" if plain else ""


def _saving(one: Measured, plain: Measured | None) -> str:
    return f"{cheaper(one, plain).middle:.1f}" if plain else ""


def _per_row(one: Measured, _plain: Measured | None) -> str:
    micros = per_row_micros(one)
    return "" if micros is None else f"{micros:,.1f}"


def _further_row(measured: Sequence[Measured], server: str) -> str:
    ones = [one for one in measured if one.server == server and one.cpu]
    if len(ones) < 2 or not (ones[0].cpu and ones[-1].cpu):
        return ""
    more = number(ones[-1].case) - number(ones[0].case)
    return f"{(ones[-1].cpu.middle - ones[0].cpu.middle) / more:,.1f}"


def _difference(one: Measured, constant: Measured | None) -> str:
    if one is constant or not (one.cpu and constant and constant.cpu):
        return ""
    return f"{round(one.cpu.middle - constant.cpu.middle):,}"


def _figures(spread: Spread, form: str) -> list[str]:
    return [form.format(spread.middle), f"{(spread.high - spread.low) / 2 / spread.middle:.0%}"]


def _of(measured: Iterable[Measured], server: str) -> Measured | None:
    return next((one for one in measured if one.server == server), None)
