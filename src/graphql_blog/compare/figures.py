"""What the requests of a way add up to, over several runs, and who is ahead in what."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from graphql_blog.compare.running import Exchange

Run = Sequence[Exchange]
NOTEWORTHY = {"ms": 0.9}
"""What takes a little less time in one run may take more in another."""
LATENCIES = (0, 50, 150)
"""Milliseconds that each round trip takes longer, for a reader who is that far away."""


@dataclass(frozen=True)
class Range:
    """A figure over all runs."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Range":
        return cls(median(values), min(values), max(values))

    def as_json(self) -> dict[str, float]:
        return {name: round(value, 3) for name, value in vars(self).items()}


@dataclass(frozen=True)
class Figure:
    """Something that a way takes, and how it is counted."""

    name: str
    title: str
    unit: str
    of: Callable[[Run], float]
    less: str = ""
    """How it is said that one way takes less of it, behind the numbers of both."""


def _summed(of: Callable[[Exchange], float]) -> Callable[[Run], float]:
    return lambda run: sum(map(of, run))


def _traced(of: Callable[[dict[str, Any]], float]) -> Callable[[Run], float]:
    return lambda run: sum(of(one.trace) for one in run if one.trace)


def time_of(run: Run, latency: float) -> float:
    """Milliseconds until the last answer is there: each round trip takes longer by the latency."""
    return max((one.ended * 1000 + latency * one.depth for one in run), default=0.0)


def _time(latency: int) -> Figure:
    title = f"Time with {latency} ms of latency" if latency else "Time on this line"
    less = f"with {latency} ms of latency" if latency == max(LATENCIES) else ""
    return Figure(f"time{latency}", title, "ms", lambda run: time_of(run, latency), less)


CPU = Figure("cpu", "Server CPU", "ms", _traced(lambda trace: trace["cpuMs"]), "of server CPU")
FIGURES: Sequence[Figure] = (
    Figure("requests", "Requests", "", len, "requests"),
    Figure(
        "roundTrips",
        "Round trips in sequence",
        "",
        lambda run: max((one.depth for one in run), default=0),
        "round trips in sequence",
    ),
    Figure("bytesUp", "Bytes sent", "B", _summed(lambda one: one.up), "sent"),
    Figure("bytesDown", "Bytes received", "B", _summed(lambda one: one.down), "received"),
    Figure(
        "bytesOnWire",
        "Bytes received, gzip",
        "B",
        _summed(lambda one: one.answer.wire),
        "on the wire",
    ),
    Figure("bytesUnused", "Bytes never shown", "B", _summed(lambda one: one.unused), "never shown"),
    Figure(
        "statements",
        "SQL statements",
        "",
        _traced(lambda trace: len(trace["statements"]) + trace.get("more", 0)),
        "SQL statements",
    ),
    Figure("rows", "Rows read", "", _traced(lambda trace: trace["rows"]), "rows read"),
    Figure(
        "columns", "Columns read", "", _traced(lambda trace: trace["columnsRead"]), "columns read"
    ),
    CPU,
    *map(_time, LATENCIES),
)
BY_NAME = {figure.name: figure for figure in FIGURES}


def figures_of(runs: Sequence[Run], calm: Sequence[Run]) -> dict[str, Range]:
    """All figures; `calm` are runs with one request at a time, which CPU is counted in."""
    return {
        figure.name: Range.of([figure.of(run) for run in (calm if figure is CPU else runs)])
        for figure in FIGURES
    }


def shown(value: float, unit: str) -> str:
    """A figure for people."""
    if unit == "B":
        return f"{value / 1000:,.1f} kB" if value >= 1000 else f"{value:,.0f} B"
    if unit == "ms":
        return f"{value:,.1f} ms" if value < 10 else f"{value:,.0f} ms"
    return f"{value:,.0f}"


Figures = Mapping[str, Range]
ONLY_A_PART = "REST does not fetch all of it, as is said below, so it is not said where REST wins."


def verdicts(
    titles: Mapping[str, str], found: Mapping[str, Figures], *, is_whole: bool = True
) -> list[str]:
    """In words, from the figures alone: what GraphQL takes less of than REST, and REST less of.

    `titles` are of the ways that fetch something. Where REST does not fetch all, it cannot win.
    """
    graphql = found["graphql"]
    words = [] if is_whole else [ONLY_A_PART]
    for name in (way for way in titles if way.startswith("rest")):
        rest, title = found[name], titles[name]
        ahead, behind = _less(graphql, rest), _less(rest, graphql) if is_whole else ""
        if ahead:
            words.append(f"Beside {title} GraphQL takes {ahead}.")
        if behind:
            words.append(f"{title} wins with {behind}.")
        if is_whole and not ahead and not behind:
            words.append(f"{title} and GraphQL take the same.")
    if less := _less(found["graphql-get"], graphql):
        words.append(f"As a persisted GET, GraphQL takes {less}.")
    return words


def _less(one: Figures, other: Figures) -> str:
    parts = []
    for figure in FIGURES:
        less, more = one[figure.name], other[figure.name]
        few, many = shown(less.median, figure.unit), shown(more.median, figure.unit)
        if figure.less and few != many and less.most < more.least * NOTEWORTHY.get(figure.unit, 1):
            parts.append(f"{few} instead of {many} {figure.less}")
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))
