"""What is said on a WebSocket: the protocol `graphql-transport-ws` of npm's graphql-ws."""

import asyncio
import os
import time
from contextlib import aclosing
from functools import partial
from typing import Any

import structlog

from graphql_blog.errors import Unauthenticated
from graphql_blog.resources import is_database_away
from graphql_blog.web.admission import Admission
from graphql_blog.web.parameters import ASKING, Refused, checked
from graphql_blog.web.results import DATABASE_AWAY
from graphql_blog.web.streaming import Asker, Executes, bodies, failure_of
from graphql_blog.web.wire import Ended, Wire

log = structlog.get_logger("graphql_blog.web.websocket")

# What a `subscribe` must look like; what its document says is GraphQL's to judge.
SHAPE: dict[str, Any] = {
    "query": str | None,
    "operationName": str | None,
    "variables": dict | None,
    "extensions": dict | None,
}


class Conversation:
    """One WebSocket from its acceptance to its end, and all operations on it."""

    def __init__(
        self,
        wire: Wire,
        execute: Executes,
        admission: Admission,
        authorization: str | None,
        closing: asyncio.Event,
    ) -> None:
        self._wire = wire
        self._execute = execute
        self._admission = admission
        self._authorization = authorization
        self._closing = closing
        self._initialised = self._acknowledged = self._asked = False
        self._operations: dict[str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()
        """With those that the client has ended, until they have let go of everything."""
        self._tasks = asyncio.TaskGroup()
        self.count = 0

    async def run(self) -> Ended:
        """Why it ended; nothing of it is left by then.

        Whatever ends it is an exception in one of its tasks, on which the others are cancelled.
        """
        end = Ended(1000, "")
        try:
            async with self._tasks:
                self._tasks.create_task(self._go_away())
                self._tasks.create_task(self._listen())
        except* Ended as ends:
            end = _first(ends)
        except* Exception as bugs:
            log.error("Unforeseen error", exc_info=bugs)
            end = Ended(4500, "Something went wrong!")
        return end

    async def _go_away(self) -> None:
        await self._closing.wait()
        raise Ended(1001, "The server is going away: connect again")

    async def _listen(self) -> None:
        opened = asyncio.get_running_loop().time()
        while True:
            now = asyncio.get_running_loop().time()
            bounds = self._wire.bounds
            until = now + bounds.idle_seconds if self._initialised else opened + bounds.init_seconds
            try:
                async with asyncio.timeout_at(until):
                    message = await self._wire.receive()
            except TimeoutError:
                await self._ask()
            else:
                self._asked = False
                await self._hear(message)
                # More may be there already, and others want their turns.
                await asyncio.sleep(0)

    async def _ask(self) -> None:
        """Nothing was said for long."""
        if not self._initialised:
            raise Ended(4408, "Connection initialisation timeout")
        if self._asked:
            raise Ended(1001, "There was no answer to a ping")
        self._asked = True
        await self._wire.send(type="ping")

    async def _hear(self, message: Any) -> None:
        match message:
            case {"type": "connection_init"}:
                await self._initialise(_payload(message) or {})
            case {"type": "ping"}:
                payload = _payload(message)
                await self._wire.send(type="pong", **({"payload": payload} if payload else {}))
            case {"type": "pong"}:
                _payload(message)
            case {"type": "subscribe", "id": str(id), "payload": dict(payload)} if id:
                await self._subscribe(id, payload)
            case {"type": "complete", "id": str(id)}:
                self._complete(id)
            case {"type": str(kind)}:
                raise Ended(4400, f"Invalid message: there is no {kind!r} that looks like this")
            case _:
                raise Ended(4400, "Invalid message: it must be an object with a `type`")

    async def _initialise(self, payload: dict[str, Any]) -> None:
        if self._initialised:
            raise Ended(4429, "Too many initialisation requests")
        self._initialised = True
        given = {name.lower(): value for name, value in payload.items()}
        authorization = given.get("authorization", self._authorization)
        if not isinstance(authorization, str | None):
            raise Ended(4400, 'Invalid message: `authorization` must be a text: "Bearer …"')
        self._authorization = authorization
        try:
            await self._admission.viewer(authorization)
        except Unauthenticated as refusal:
            raise Ended(4403, f"Forbidden: {refusal.reason}") from None
        except Exception as error:
            if is_database_away(error):
                raise Ended(1013, DATABASE_AWAY) from None
            raise
        self._acknowledged = True
        await self._wire.send(type="connection_ack")

    def _asker(self) -> Asker:
        request_id = os.urandom(16).hex()
        return Asker(request_id, partial(self._admission.context, self._authorization, request_id))

    async def _subscribe(self, id: str, payload: dict[str, Any]) -> None:
        if not self._acknowledged:
            raise Ended(4401, "Unauthorized")
        if wrong := [name for name in SHAPE if not isinstance(payload.get(name), SHAPE[name])]:
            raise Ended(4400, f"Invalid message: `payload.{wrong[0]}` is of the wrong type")
        if all(payload.get(name) is None for name in ASKING):
            raise Ended(4400, "Invalid message: `payload.query` is missing")
        if id in self._operations:
            raise Ended(4409, f"Subscriber for {id} already exists")
        asker, limit = self._asker(), self._wire.bounds.operations
        if len(self._running) >= limit:
            words = f"A connection may have {limit} operations at once: let one complete first."
            error = failure_of(Refused(429, words, "TOO_MANY_OPERATIONS"), asker.request_id)
            await self._wire.send(id=id, type="error", payload=error["errors"])
            return
        task = self._tasks.create_task(self._operate(id, payload, asker))
        self._operations[id] = task
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        self.count += 1

    def _complete(self, id: str) -> None:
        """The client wants no more of it; of one that is over already it need not know."""
        if task := self._operations.pop(id, None):
            task.cancel()

    async def _operate(self, id: str, payload: dict[str, Any], asker: Asker) -> None:
        began = time.perf_counter()
        with structlog.contextvars.bound_contextvars(requestId=asker.request_id):
            try:
                await self._answer(id, payload, asker)
            finally:
                milliseconds = round((time.perf_counter() - began) * 1000, 1)
                log.info("Operation", milliseconds=milliseconds)

    async def _answer(self, id: str, payload: dict[str, Any], asker: Asker) -> None:
        try:
            parameters = checked(payload)
        except Refused as refusal:
            await self._finish(id, "error", failure_of(refusal, asker.request_id)["errors"])
            return
        async with aclosing(bodies(self._execute, parameters, asker)) as answers:
            async for body in answers:
                if "data" not in body:
                    await self._finish(id, "error", body["errors"])
                    return
                await self._wire.send(id=id, type="next", payload=body)
        await self._finish(id, "complete")

    async def _finish(self, id: str, type: str, payload: Any = None) -> None:
        # The client may use the id again as soon as it hears this.
        del self._operations[id]
        await self._wire.send(id=id, type=type, **({} if payload is None else {"payload": payload}))


def _first(ends: ExceptionGroup[Ended]) -> Ended:
    first = ends.exceptions[0]
    return first if isinstance(first, Ended) else _first(first)


def _payload(message: dict[str, Any]) -> dict[str, Any] | None:
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise Ended(4400, "Invalid message: `payload` must be an object")
    return payload
