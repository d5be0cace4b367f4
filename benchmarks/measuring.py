"""Rounds in turn, so that what disturbs the machine disturbs everyone; medians, spreads, ratios."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks import load
from benchmarks.processes import Running

HTTP, PAGES, GROWTH, IN_PROCESS, CACHE = "http", "pages", "growth", "in process", "cache"
MICROS = 1_000_000


@dataclass(frozen=True)
class Effort:
    """How long is measured: rounds, and the length of every slice of a round."""

    rounds: int
    seconds: float


@dataclass(frozen=True)
class Spread:
    """The middle of what the rounds gave, and how far apart they were."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        return cls(median(values), min(values), max(values))


@dataclass(frozen=True)
class Measured:
    """One server under one query: a value for each round."""

    part: str
    database: str
    connections: int
    case: str
    server: str
    per_second: tuple[float, ...] = ()
    cpu_micros: tuple[float, ...] = ()
    """Of the server's process, for one request; empty where the system does not tell."""

    @property
    def speed(self) -> Spread:
        return Spread.of(self.per_second)

    @property
    def cpu(self) -> Spread | None:
        return Spread.of(self.cpu_micros) if self.cpu_micros else None


def faster(one: Measured, other: Measured) -> Spread:
    """How many times as many requests `one` answers, compared round by round."""
    pairs = zip(one.per_second, other.per_second, strict=True)
    return Spread.of([mine / theirs for mine, theirs in pairs])


def cheaper(one: Measured, other: Measured) -> Spread:
    """The same by CPU time."""
    pairs = zip(one.cpu_micros, other.cpu_micros, strict=True)
    return Spread.of([theirs / mine for mine, theirs in pairs])


@dataclass(frozen=True)
class Target:
    """A server with the requests it is sent."""

    server: Running
    requests: Sequence[bytes]


async def in_turn(
    targets: Sequence[Target], connections: int, effort: Effort
) -> list[tuple[list[float], list[float]]]:
    """Requests per second and CPU microseconds per request, a value for each round."""
    measured: list[tuple[list[float], list[float]]] = [([], []) for _ in targets]
    for target in targets:
        await load.send(target.server.port, target.requests, connections, effort.seconds)
    for index in turns(len(targets), effort.rounds):
        per_second, cpu = await _slice(targets[index], connections, effort.seconds)
        measured[index][0].append(per_second)
        if cpu is not None:
            measured[index][1].append(cpu)
    return measured


def turns(count: int, rounds: int) -> Iterator[int]:
    """Everyone once a round; whoever was first is last in the next."""
    for round_ in range(rounds):
        yield from ((position + round_) % count for position in range(count))


async def _slice(target: Target, connections: int, seconds: float) -> tuple[float, float | None]:
    before = target.server.cpu_seconds()
    sent = await load.send(target.server.port, target.requests, connections, seconds)
    after = target.server.cpu_seconds()
    cpu = None if before is None or after is None else (after - before) / sent.requests * MICROS
    return sent.requests / sent.seconds, cpu
