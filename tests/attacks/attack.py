"""What an attack is: bytes that are sent, and the answer that they must get."""

import json
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"
GRAPHQL_TYPE = "application/graphql-response+json"
JSON = {"Content-Type": "application/json", "Accept": GRAPHQL_TYPE}


@dataclass(frozen=True)
class Attack:
    """One of the table: its name, what is sent, and what must come back."""

    name: str
    sent: bytes
    status: int
    says: str = ""
    """What the answer must have in it: a code for programs, or words for people."""
    closes: bool = False
    """Whether the server hangs up afterwards."""

    def __str__(self) -> str:
        return self.name


def http(
    target: str = "/graphql",
    body: bytes = b"",
    headers: dict[str, str] | None = None,
    *,
    method: str = "POST",
) -> bytes:
    """A request as it goes over the wire; a length is said unless a header says something else."""
    given = {"Host": HOST, "Content-Length": str(len(body)), **(headers or {})}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in given.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def posted(body: bytes, **headers: str) -> bytes:
    """A body for the GraphQL endpoint, sent as JSON."""
    return http(body=body, headers={**JSON, **headers})


def graphql(query: str, **more: Any) -> bytes:
    """A GraphQL request as clients send it."""
    return posted(json.dumps({"query": query, **more}).encode())


def rest(target: str, value: Any = None, *, method: str = "GET", **headers: str) -> bytes:
    body = b"" if value is None else json.dumps(value).encode()
    kind = {} if value is None else {"Content-Type": "application/json"}
    return http(target, body, {**kind, **headers}, method=method)
