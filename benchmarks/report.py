"""The report: tables as Markdown and charts as SVG, of one run."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import charts, tables
from benchmarks.contestants import CONSTANT, CORE, LIMIT, OURS, PLAIN
from benchmarks.measuring import CACHE, GROWTH, HTTP, IN_PROCESS, MICROS, PAGES, Measured, faster
from benchmarks.queries import QUERIES
from benchmarks.results import Results

HEAD = """# Benchmarks

Written by `python3 dev.py bench --report`. What is compared was measured on one machine in turns:
compare the ratios, not the times. What is measured, and how to read it, says
[benchmarks/README.md](../../benchmarks/README.md).
"""
CHARTED = ("Q1", "Q2", "Q3", "Q4 (1,000)")
KINDS: dict[str, charts.Kind] = {OURS: "ours", LIMIT: "limit"}


def write(results: Results, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    drawn = dict(_charts(results))
    for name, chart in drawn.items():
        (folder / f"{name}.svg").write_text(chart)
    sections = [HEAD, _about(results), _queries(), *_sections(results, drawn)]
    (folder / "README.md").write_text("\n".join(sections))


def _about(results: Results) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in results.about.items()) + "\n"


def _queries() -> str:
    lines = [f"| {query.name} | {query.title} | `{query.text}` |" for query in QUERIES]
    return "\n".join(["| | | |", "| --- | --- | --- |", *lines]) + "\n"


def _sections(results: Results, drawn: dict[str, str]) -> Iterator[str]:
    for part, heading in (
        (HTTP, "Over HTTP"),
        (CACHE, "From the cache"),
        (IN_PROCESS, "In process"),
        (PAGES, "As pages grow"),
        (GROWTH, "As the table grows"),
    ):
        if not results.of(part):
            continue
        yield f"## {heading}\n"
        for name in drawn:
            if name.startswith(part.replace(" ", "-")):
                yield f"![{heading}: {name}]({name}.svg)\n"
        for measured in tables.by_place(results, part):
            yield from map(_section, tables.of_part(part, measured))
            yield from _details(part, measured)


def _section(table: tables.Table) -> str:
    title = table.title.replace("\n", " · ")
    return f"{title}:\n\n{table.as_markdown()}\n"


def _details(part: str, measured: Sequence[Measured]) -> Iterator[str]:
    """Every figure with its spread, for those who want to know."""
    if part not in tables.DETAILED:
        return
    yield f"<details><summary>With spreads: {tables.place(measured[0])}</summary>\n"
    for case in dict.fromkeys(one.case for one in measured):
        yield _section(tables.DETAILED[part]([one for one in measured if one.case == case]))
    yield "</details>\n"


def _charts(results: Results) -> Iterator[tuple[str, str]]:
    for measured in tables.by_place(results, HTTP):
        first = measured[0]
        if first.connections > 1 and (groups := _groups(measured)):
            title = f"Requests per second on {tables.DATABASES[first.database]}"
            words = f"times plain Strawberry; one core, {first.connections} connections"
            yield f"http-{first.database}", charts.bars(title, words, groups)
    for part, title, words in (
        (PAGES, "CPU time of a row, as pages grow", "posts with their authors; posts on a page"),
        (
            GROWTH,
            "Time of a page of 50, as the table grows",
            "posts with their authors; posts in all",
        ),
    ):
        for measured in tables.by_place(results, part):
            lines = _lines(measured)
            name = tables.DATABASES[measured[0].database]
            drawn = charts.lines(f"{title} ({name})", words, lines, "µs")
            yield f"{part}-{measured[0].database}", drawn


def _groups(measured: Sequence[Measured]) -> dict[str, list[charts.Bar]]:
    titles = {query.name: query.title for query in QUERIES}
    groups: dict[str, list[charts.Bar]] = {}
    plain = {one.case: one for one in measured if one.server == PLAIN}
    for one in measured:
        if one.case in CHARTED and one.case in plain and one.server not in {CONSTANT, CORE}:
            ratio = faster(one, plain[one.case]).middle
            bar = charts.Bar(one.server, ratio, f"{ratio:.1f}×", KINDS.get(one.server, "others"))
            groups.setdefault(f"{one.case} · {titles[one.case]}", []).append(bar)
    return {heading: sorted(group, key=lambda bar: bar.value) for heading, group in groups.items()}


def _lines(measured: Sequence[Measured]) -> list[charts.Line]:
    names = dict.fromkeys(one.server for one in measured)
    return [
        charts.Line(
            name,
            {tables.number(one.case): _micros(one) for one in measured if one.server == name},
            KINDS.get(name, "others"),
        )
        for name in names
    ]


def _micros(one: Measured) -> float:
    """CPU time of a row where pages grow, and time of a request where the table does."""
    per_row = tables.per_row_micros(one) if one.part == PAGES else None
    return MICROS / one.speed.middle if per_row is None else per_row
