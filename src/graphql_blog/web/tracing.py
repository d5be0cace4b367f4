"""What a request took, said in a header of its answer: for who compares, where that is wanted.

    X-Compare: 1
    X-Compare-Trace: {"cpuMs":0.41,"statements":[{"sql":…,"columns":[…],"rows":21,"ms":0.3}],…}

It stands in the answer itself, so that it is right whichever process gave it.
"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any

import orjson
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_blog.engine.observed import observed
from graphql_blog.engine.readers import Sent
from graphql_blog.resources import Resources
from graphql_blog.rest.objects.tables import TABLES
from graphql_blog.web.headers import WANTED, headers_of
from graphql_blog.web.negotiation import EVENTS

ASKED = b"x-compare"
TOLD = b"x-compare-trace"
PATHS = ("/graphql", "/api/")
SECRET = "/login"
"""How many rows were found there says whether somebody has an account."""
OF_CACHES = frozenset({b"cache-control", b"surrogate-key", b"cache-tag", b"xkey"})
MOST_STATEMENTS = 40
MOST_CHARACTERS = 24_000
"""Headers have to fit into what clients read. What is left out is counted."""
TABLE_OF = {noun.name: noun.model.__tablename__ for noun in TABLES}

NOTED: ContextVar[list[Sent] | None] = ContextVar("noted", default=None)
"""Where statements of the current request are noted."""


class Traced:
    """Counts what requests take that ask for it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or headers_of(scope).get(ASKED, b"").lower() not in WANTED:
            await self._app(scope, receive, send)
        elif scope["path"].startswith(PATHS) and not scope["path"].endswith(SECRET):
            await self._traced(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _traced(self, scope: Scope, receive: Receive, send: Send) -> None:
        noted: list[Sent] = []
        # That of the loop's thread: true of a request that is alone.
        began = time.thread_time()

        async def telling(message: Message) -> None:
            # An event stream begins before anything is read.
            if message["type"] == "http.response.start" and not _is_stream(message):
                header = (TOLD, trace_of(noted, time.thread_time() - began))
                # No cache may give it to others.
                kept = [one for one in message["headers"] if one[0] not in OF_CACHES]
                said = [*kept, (b"cache-control", b"no-store"), header]
                message = {**message, "headers": said}
            await send(message)

        with noting(scope["state"]["resources"], noted):
            await self._app(scope, receive, telling)


def _is_stream(start: Message) -> bool:
    kind: bytes = dict(start["headers"]).get(b"content-type", b"")
    return kind.startswith(EVENTS.encode())


@contextmanager
def noting(resources: Resources, noted: list[Sent]) -> Iterator[None]:
    """Notes what the current task sends meanwhile, and the tasks that it starts."""

    def note(sent: Sent) -> None:
        if NOTED.get() is noted:
            noted.append(sent)

    token = NOTED.set(noted)
    with ExitStack() as stack:
        stack.callback(NOTED.reset, token)
        resources.rows.observers.append(note)
        stack.callback(resources.rows.observers.remove, note)
        for engine in (resources.reader, resources.writer):
            stack.enter_context(observed(engine.sync_engine, note))
        yield


def trace_of(noted: Sequence[Sent], seconds: float) -> bytes:
    """The header, in ASCII."""
    statements: list[dict[str, Any]] = []
    left = MOST_CHARACTERS
    for sent in noted[:MOST_STATEMENTS]:
        statement = _told(sent)
        left -= len(statement["sql"]) + sum(map(len, statement["columns"]))
        if left < 0:
            break
        statements.append(statement)
    told = {
        "cpuMs": round(seconds * 1000, 3),
        "statements": statements,
        "columnsRead": sum(len(sent.columns) for sent in noted),
        "rows": sum(sent.rows for sent in noted),
    }
    if len(noted) > len(statements):
        told["more"] = len(noted) - len(statements)
    return orjson.dumps(told).decode().encode("ascii", "replace")


def _told(sent: Sent) -> dict[str, Any]:
    table = TABLE_OF.get(sent.graphql_type or "")
    columns = [f"{table}.{name}" if table else name for name in sent.columns]
    sql = " ".join(sent.sql.split())
    return {
        "sql": sql,
        "columns": columns,
        "rows": sent.rows,
        "ms": round(sent.seconds * 1000, 3),
    }
