"""Ways to fetch a page: the requests of each, and what of the answers the page shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import orjson

Json = Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Step:
    """Requests that are alike: one, or one for each object that a step before has found."""

    name: str
    path: str
    """With `{key}` where a value of the object goes that it is asked for."""
    shown: Sequence[str] | None = None
    """The keys, with dots between, that the page shows; None where it shows everything."""
    parent: "Step | None" = None
    """Whose answers its objects are in."""
    each: str = ""
    """The keys that lead to these objects within an answer."""
    method: str = "GET"
    body: Json | None = None
    before: Json | None = None
    """A body that is sent once beforehand: persisted queries have to be known."""
    again: bool = False
    """Whether the client has an answer from before, and asks for what changed."""

    @property
    def depth(self) -> int:
        """How many round trips it takes until its answers are there."""
        return 1 if self.parent is None else self.parent.depth + 1

    def as_json(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "name": self.name,
            "from": self.parent.name if self.parent else None,
            "path": self.path,
            "each": self.each,
            "method": self.method,
        }
        optional = {"body": self.body, "before": self.before, "again": self.again or None}
        if self.shown is not None:
            told["shown"] = list(self.shown)
        return told | {name: value for name, value in optional.items() if value is not None}


@dataclass(frozen=True)
class Way:
    """One way to fetch a page."""

    name: str
    title: str
    steps: Sequence[Step]

    def as_json(self) -> dict[str, Any]:
        steps = [step.as_json() for step in self.steps]
        return {"name": self.name, "title": self.title, "steps": steps}


@dataclass(frozen=True)
class Operation:
    """A GraphQL query with its variables."""

    query: str
    variables: Json = field(default_factory=dict)
    name: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {"query": self.query, "variables": dict(self.variables)}

    def body(self, **more: Any) -> dict[str, Any]:
        named = {"operationName": self.name} if self.name else {}
        variables = {"variables": dict(self.variables)} if self.variables else {}
        return {"query": self.query, **variables, **named, **more}


@dataclass(frozen=True)
class Plan:
    """All ways to fetch what an operation asks for."""

    title: str
    operation: Operation
    ways: Sequence[Way]
    notes: Sequence[str]
    """What REST has no address for, in words."""
    scenario: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {
            "scenario": self.scenario,
            "title": self.title,
            "operation": self.operation.as_json(),
            "ways": [way.as_json() for way in self.ways],
            "notes": list(self.notes),
        }


def graphql_ways(operation: Operation, *, again: bool = False) -> list[Way]:
    """By POST, as clients do unless told otherwise; and by GET, as caches like it."""
    post = Step("graphql", "/graphql", method="POST", body=operation.body())
    hashed = {
        "version": 1,
        "sha256Hash": sha256(operation.query.encode()).hexdigest(),
    }
    extensions = {"persistedQuery": hashed}
    asked = {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in operation.body(extensions=extensions).items()
        if name != "query"
    }
    get = Step(
        "graphql",
        f"/graphql?{urlencode(asked)}",
        before=operation.body(extensions=extensions),
        again=again,
    )
    return [
        Way("graphql", "GraphQL", [post]),
        Way("graphql-get", "GraphQL, persisted GET", [get]),
    ]
