"""A way to fetch a page, carried out: its requests, as many at once as can be."""

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar
from urllib.parse import quote

import orjson

from graphql_blog.compare.plans import Step, Way

MOVED = frozenset({301, 308})
NOT_FOUND = 404
GAP = re.compile(r"{([\w.]+)}")
TRACE = "x-compare-trace"
"""The header in which the server says what a request took."""


class Failed(Exception):
    """A request was refused: in the words of the server."""


class TooMany(Exception):
    """More requests than somebody wants to wait for."""


@dataclass(frozen=True)
class Sent:
    """A request of a way."""

    method: str
    path: str
    body: bytes = b""
    etag: str | None = None


@dataclass(frozen=True)
class Answer:
    """What came back; `body` as it was before it was compressed."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    wire: int = 0
    """Bytes of the body as they were sent."""


@dataclass
class Exchange:
    """A request with its answer; times are seconds since the way began."""

    steps: list[Step]
    """Those that wanted this answer: nobody asks twice for what he has."""
    depth: int
    """How many round trips it took until it was there."""
    sent: Sent
    answer: Answer
    content: Any
    began: float
    ended: float

    @property
    def up(self) -> int:
        return len(self.sent.path.encode()) + len(self.sent.body)

    @property
    def down(self) -> int:
        return len(self.answer.body)

    @property
    def unused(self) -> int:
        """Bytes of the answer that the page never shows."""
        if not self.down or any(step.shown is None for step in self.steps):
            return 0
        shown = [path for step in self.steps for path in step.shown or ()]
        kept = orjson.dumps(only(self.content, tree_of(shown))) if shown else b""
        return max(self.down - len(kept), 0)

    @property
    def trace(self) -> dict[str, Any] | None:
        told = self.answer.headers.get(TRACE)
        return orjson.loads(told) if told else None


Result = TypeVar("Result")
Send: TypeAlias = Callable[[Sent], Awaitable[Answer]]


async def run(way: Way, send: Send, *, most: int = 10_000) -> list[Exchange]:
    """All requests of a way in the order they began. Raises `Failed`, and `TooMany`."""
    known = await _before(way, send)
    run_ = _Run(send, known, most)
    await _all(run_.step(step) for step in way.steps)
    return sorted(run_.exchanges, key=lambda one: one.began)


async def _before(way: Way, send: Send) -> dict[str, str]:
    """What a client has done already: made queries known, and seen the page."""
    known = {}
    for step in way.steps:
        if step.before is not None:
            await send(Sent("POST", "/graphql", orjson.dumps(step.before)))
        if step.again:
            answer = await send(Sent(step.method, step.path))
            if etag := answer.headers.get("etag"):
                known[step.path] = etag
    return known


class _Run:
    def __init__(self, send: Send, known: Mapping[str, str], most: int) -> None:
        self.exchanges: list[Exchange] = []
        self._send = send
        self._known = known
        self._left = most
        self._began = time.perf_counter()
        self._found: dict[Step, asyncio.Future[list[Exchange]]] = {}
        self._asked: dict[tuple[str, str], asyncio.Future[Exchange]] = {}

    async def step(self, step: Step) -> None:
        found = self._of(step)
        try:
            above = [] if step.parent is None else await self._of(step.parent)
            depth = 1 + max((one.depth for one in above), default=0)
            contents = [{}] if step.parent is None else [one.content for one in above]
            objects = [one for content in contents for one in within(content, step.each)]
            paths = dict.fromkeys(filter(None, (filled(step.path, one) for one in objects)))
            found.set_result(await _all(self._exchange(step, path, depth) for path in paths))
        finally:
            found.cancel()

    def _of(self, step: Step) -> "asyncio.Future[list[Exchange]]":
        if step not in self._found:
            self._found[step] = asyncio.get_running_loop().create_future()
        return self._found[step]

    async def _exchange(self, step: Step, path: str, depth: int) -> Exchange:
        """The answer to a step; the one that is there, or on its way, where there is one."""
        name = (step.method, path)
        asked = self._asked.get(name)
        if asked is not None:
            exchange = await asked
            exchange.steps.append(step)
            return exchange
        asked = self._asked[name] = asyncio.get_running_loop().create_future()
        try:
            exchange = await self._request(step, path, depth)
            asked.set_result(exchange)
        finally:
            asked.cancel()
        return exchange

    async def _request(self, step: Step, path: str, depth: int) -> Exchange:
        self._left -= 1
        if self._left < 0:
            raise TooMany
        body = orjson.dumps(step.body) if step.body is not None else b""
        sent = Sent(step.method, path, body, self._known.get(path))
        began = time.perf_counter() - self._began
        answer = await self._send(sent)
        ended = time.perf_counter() - self._began
        exchange = Exchange([step], depth, sent, answer, _content(sent, answer), began, ended)
        self.exchanges.append(exchange)
        if answer.status in MOVED and (to := answer.headers.get("location")):
            return await self._exchange(step, to, depth + 1)
        return exchange


async def _all(jobs: Iterable[Coroutine[Any, Any, Result]]) -> list[Result]:
    """What all of them give. The first that fails ends the others, and is raised."""
    # Not a TaskGroup: in Python 3.11 one that fails leaves the task around it as if cancelled.
    tasks = [asyncio.ensure_future(job) for job in jobs]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _content(sent: Sent, answer: Answer) -> Any:
    content = orjson.loads(answer.body) if answer.body else None
    if answer.status == NOT_FOUND:
        return None  # As GraphQL's null: it is not there, or not for this reader.
    if answer.status < 400 and not (isinstance(content, dict) and content.get("errors")):
        return content
    words = [f"{sent.method} {sent.path.partition('?')[0]} answered {answer.status}"]
    if isinstance(content, dict):
        words += [error["message"] for error in content.get("errors", ())]
        words += [content["error"]] if "error" in content else []
    raise Failed(": ".join(words))


def within(content: Any, each: str) -> Iterator[Any]:
    """The objects of an answer, or those below a key of it; lists are gone through."""
    found = content if isinstance(content, list) else [content]
    for key in filter(None, each.split(".")):
        inner = [one.get(key) for one in found if isinstance(one, dict)]
        found = [
            item for one in inner for item in (one if isinstance(one, list) else [one]) if item
        ]
    yield from (one for one in found if one is not None)


def filled(path: str, one: Mapping[str, Any]) -> str | None:
    """The path with values of an object in its gaps; None where one is missing."""
    values = {name: one.get(name) for name in GAP.findall(path)}
    if None in values.values():
        return None
    return GAP.sub(lambda gap: quote(str(values[gap[1]]), safe=""), path)


Tree: TypeAlias = dict[str, "Tree"]


def tree_of(paths: Sequence[str]) -> Tree:
    tree: Tree = {}
    for path in paths:
        branch = tree
        for key in path.split("."):
            branch = branch.setdefault(key, {})
    return tree


def only(value: Any, tree: Tree) -> Any:
    """The value with nothing in it but these keys."""
    if isinstance(value, list):
        return [only(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _kept(value[key], tree[key]) for key in value if key in tree}


def _kept(value: Any, tree: Tree) -> Any:
    return only(value, tree) if tree else value
