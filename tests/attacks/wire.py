"""Bytes onto sockets, and answers off them: what no client library would send."""

import socket
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPResponse
from threading import Thread


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took from the last byte sent to the last received."""

    status: int
    headers: dict[str, str]
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()


def connect(port: int, seconds: float = 10) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=seconds)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def ask(port: int, sent: bytes) -> Answer:
    """Sends all of it on a connection of its own, whether or not the server wants to hear it."""
    with closing(connect(port)) as connection:
        began = time.perf_counter()
        sender = Thread(target=_send, args=(connection, sent))
        sender.start()
        answer = read_answer(connection, began, sent.split(b" ", 1)[0].decode("latin-1"))
        connection.close()
        sender.join()
        return answer


def _send(connection: socket.socket, sent: bytes) -> None:
    # It may hang up before the end: what it says counts.
    with suppress(OSError):
        connection.sendall(sent)


def read_answer(
    connection: socket.socket, began: float | None = None, method: str = "POST"
) -> Answer:
    began = time.perf_counter() if began is None else began
    response = HTTPResponse(connection, method=method)
    try:
        response.begin()
        body = response.read()
    finally:
        response.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    return Answer(response.status, headers, body, time.perf_counter() - began)


def hangs_up(connection: socket.socket, seconds: float) -> bool:
    """Whether the server ends the connection in that time; what it says before is passed over."""
    connection.settimeout(0.2)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if not connection.recv(65536):
                return True
        except TimeoutError:
            continue
        except OSError:
            return True
    return False
