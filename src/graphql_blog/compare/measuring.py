"""Each way of a plan several times, in turn, so that what slows the machine slows all of them."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql_blog.compare.figures import Range, Run, figures_of, verdicts
from graphql_blog.compare.plans import Step, Way
from graphql_blog.compare.running import Answer, Send, Sent, run

ROUNDS = 5


@dataclass(frozen=True)
class Measured:
    """A plan, and what each of its ways takes."""

    title: str
    scenario: str | None
    ways: Sequence[Way]
    figures: Mapping[str, Mapping[str, Range]]
    """By way and figure."""
    urls: Mapping[str, Sequence[str]]
    """The requests of each way."""
    notes: Sequence[str]

    @property
    def verdicts(self) -> list[str]:
        titles = {way.name: way.title for way in self.ways if way.steps}
        return verdicts(titles, self.figures, is_whole=not self.notes)

    def as_json(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario,
            "title": self.title,
            "ways": [
                {
                    "name": way.name,
                    "title": way.title,
                    "urls": list(self.urls[way.name]),
                    "figures": {
                        name: found.as_json() for name, found in self.figures[way.name].items()
                    },
                }
                for way in self.ways
            ],
            "verdicts": self.verdicts,
            "notes": list(self.notes),
        }


async def measured(plan: Mapping[str, Any], send: Send, *, rounds: int = ROUNDS) -> Measured:
    """Carries out a plan as the server told it. Raises `Failed`."""
    ways = [_way(told) for told in plan["ways"]]
    runs: dict[str, list[Run]] = {way.name: [] for way in ways}
    calm: dict[str, list[Run]] = {way.name: [] for way in ways}
    alone = _one_at_a_time(send)
    for number in range(rounds + 1):
        for way in ways:
            busy, quiet = await run(way, send), await run(way, alone)
            # The first round is for connections and caches, and does not count.
            if number:
                runs[way.name].append(busy)
                calm[way.name].append(quiet)
    return Measured(
        plan["title"],
        plan["scenario"],
        ways,
        {name: figures_of(found, calm[name]) for name, found in runs.items()},
        {
            name: [f"{one.sent.method} {one.sent.path}" for one in found[-1]]
            for name, found in runs.items()
        },
        plan["notes"],
    )


def _one_at_a_time(send: Send) -> Send:
    """So that what a request takes of the server's CPU is its own."""
    turn = asyncio.Lock()

    async def alone(sent: Sent) -> Answer:
        async with turn:
            return await send(sent)

    return alone


def _way(told: Mapping[str, Any]) -> Way:
    steps: dict[str, Step] = {}
    for one in told["steps"]:
        steps[one["name"]] = Step(
            one["name"],
            one["path"],
            one.get("shown"),
            steps[one["from"]] if one["from"] else None,
            one["each"],
            one["method"],
            one.get("body"),
            one.get("before"),
            one.get("again", False),
        )
    return Way(told["name"], told["title"], list(steps.values()))
