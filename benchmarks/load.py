"""The load: requests made beforehand, sent over connections that stay open.

Each connection sends its next request when the answer to the last one is there. Answers are looked
at no closer than it takes to see that they are whole and have status 200; `checks.py` compares
what is in them.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from typing import cast

OK = b"HTTP/1.1 200"
LENGTH = b"content-length: "
CHUNKED = b"transfer-encoding: chunked"
LAST_CHUNK = b"0\r\n\r\n"


class WrongAnswer(Exception):
    """A server answered with something else than what was asked for."""


@dataclass(frozen=True)
class Load:
    """What came of a slice of time."""

    requests: int
    seconds: float


def http_request(body: bytes) -> bytes:
    head = (
        "POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def send(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """Keeps so many connections busy for so long. The requests come again when all were sent."""
    loop = asyncio.get_running_loop()
    following = cycle(requests)
    opened = [
        (await loop.create_connection(lambda: Client(following), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    began = time.perf_counter()
    for client in opened:
        client.start(began + seconds)
    await asyncio.gather(*(client.finished for client in opened))
    # Until the last answer is there: the CPU time of the server is read next.
    elapsed = time.perf_counter() - began
    return Load(sum(client.answered for client in opened), elapsed)


class Client(asyncio.Protocol):
    """One connection with one request under way at a time."""

    def __init__(self, requests: Iterator[bytes]) -> None:
        self.requests = requests
        self.answered = 0
        self.missing = 0
        self.chunked = False
        self.head = b""
        self.deadline = 0.0
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's is one without being a subclass.
        self.transport = cast("asyncio.Transport", transport)

    def start(self, deadline: float) -> None:
        self.deadline = deadline
        self.transport.write(next(self.requests))

    def data_received(self, data: bytes) -> None:
        if self.missing:
            self.missing -= len(data)
            if self.chunked:
                self.missing = 0 if data.endswith(LAST_CHUNK) else 1
        elif not self._begins(data):
            return
        if self.missing == 0:
            self._answered()

    def _begins(self, data: bytes) -> bool:
        """Reads the head of an answer; false when the rest of the head is still to come."""
        data = self.head + data
        end = data.find(b"\r\n\r\n")
        if end < 0:
            self.head = data
            return False
        self.head = b""
        if not data.startswith(OK):
            self._fail(WrongAnswer(data[:1000].decode(errors="replace")))
            return False
        head = data[:end].lower()
        length = head.find(LENGTH)
        self.chunked = length < 0 and CHUNKED in head
        if self.chunked:
            self.missing = 0 if data.endswith(LAST_CHUNK) else 1
        else:
            announced = head[length + len(LENGTH) :].partition(b"\r")[0]
            self.missing = int(announced) - (len(data) - end - 4)
        return True

    def _answered(self) -> None:
        self.answered += 1
        if time.perf_counter() < self.deadline:
            self.transport.write(next(self.requests))
        else:
            self.transport.close()
            self.finished.set_result(None)

    def _fail(self, error: Exception) -> None:
        self.transport.close()
        if not self.finished.done():
            self.finished.set_exception(error)

    def connection_lost(self, error: Exception | None) -> None:
        self._fail(error or WrongAnswer("The server closed the connection."))
