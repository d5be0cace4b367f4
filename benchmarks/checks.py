"""Every server answers the same, or nothing is timed."""

from collections.abc import Mapping, Sequence
from http.client import HTTPConnection
from typing import Any

import orjson

from benchmarks.processes import Running

SAMPLE = 20
HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}


class AnswersDiffer(Exception):
    """Two servers do not answer the same; the message shows how."""


def check(name: str, bodies: Mapping[Running, Sequence[bytes]]) -> None:
    """Compares the answers of all servers to a sample of their requests for one query."""
    first, *others = bodies
    expected = [ask(first, body) for body in sample(bodies[first])]
    if any(answer.keys() != {"data"} or None in answer["data"].values() for answer in expected):
        raise AnswersDiffer(f"{first.name} answers {name} with {_shown(expected)}")
    for other in others:
        found = [ask(other, body) for body in sample(bodies[other])]
        if found != expected:
            raise AnswersDiffer(
                f"{name} is answered by {first.name} with {_shown(expected)}\n"
                f"and by {other.name} with {_shown(found)}"
            )


def sample(bodies: Sequence[bytes]) -> Sequence[bytes]:
    return bodies[:: max(1, len(bodies) // SAMPLE)]


def ask(server: Running, body: bytes) -> Any:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("POST", "/graphql", body, HEADERS)
    answer = connection.getresponse().read()
    connection.close()
    try:
        return orjson.loads(answer)
    except orjson.JSONDecodeError:
        raise AnswersDiffer(f"{server.name} answers {answer[:1000]!r}") from None


def _shown(answers: list[Any]) -> str:
    text = orjson.dumps(answers).decode()
    return text if len(text) < 1000 else f"{text[:1000]} …"
