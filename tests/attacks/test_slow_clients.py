"""Clients that are slow, silent, gone, or never read: others are served, and they are left."""

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import pytest

from tests.attacks.attack import JSON, graphql, http
from tests.attacks.bystander import bystander
from tests.attacks.target import SETTINGS
from tests.attacks.wire import connect, hangs_up, read_answer

pytestmark = pytest.mark.xdist_group("attacks")

ASKED = b'{"query": "{ __typename }"}'
FINE = b'{"data":{"__typename":"Query"}}'
PATIENCE = float(SETTINGS["GRAPHQL_BLOG_CLIENT_TIMEOUT"])
LONGEST = PATIENCE * 3 + 20
HEADERS = b"POST /graphql HTTP/1.1\r\nHost: a\r\nX-A: "
BODY = http(body=b"", headers={**JSON, "Content-Length": "1000"})
CHUNKS = http(headers={**JSON, "Transfer-Encoding": "chunked"}).replace(
    b"Content-Length: 0\r\n", b""
)
BEGINNINGS = [HEADERS, BODY, CHUNKS + b"fff\r\n"]
DEAR = graphql("{ posts(first: 100) { content contentHtml author { name } } }")


@contextmanager
def connections(target, count):
    with ExitStack() as stack:
        opened = [connect(target.port) for _ in range(count)]
        for connection in opened:
            stack.callback(connection.close)
        yield opened


def drip(connection):
    """A byte now and then, until the server has enough; what it says then."""
    began = time.monotonic()
    connection.settimeout(0.05)
    while time.monotonic() - began < LONGEST:
        try:
            connection.send(b"a")
            if received := connection.recv(4096):
                return received
            return b""
        except TimeoutError:
            continue
        except OSError:
            return b""
    raise AssertionError("It still waits.")


def test_requests_that_come_a_byte_at_a_time_are_given_up(target):
    began = time.monotonic()
    with connections(target, 60) as opened, bystander(target.port), ThreadPoolExecutor(3) as pool:
        for number, connection in enumerate(opened):
            connection.sendall(BEGINNINGS[number % 3])
        said = list(pool.map(drip, opened[:3]))
        assert all(hangs_up(connection, LONGEST) for connection in opened[3:])

    for words in said:
        assert words.startswith(b"HTTP/1.1 408 Request Timeout\r\n")
        assert words.endswith(b"The request took too long to arrive.")
    assert time.monotonic() - began < LONGEST
    target.assert_well()


def test_a_large_request_may_take_its_time(target):
    body = ASKED + b" " * 30_000
    with connections(target, 1) as [connection]:
        connection.sendall(http(headers={**JSON, "Content-Length": str(len(body))}))
        for start in range(0, len(body), 5000):
            time.sleep(PATIENCE / 4)
            connection.sendall(body[start : start + 5000])
        answer = read_answer(connection)

    assert (answer.status, answer.body) == (200, FINE)


def test_connections_on_which_nothing_is_said_take_nobodys_place(target):
    """More of them than files could be open at first."""
    with connections(target, 400) as opened, bystander(target.port):
        assert all(hangs_up(connection, LONGEST) for connection in opened)

    target.assert_well()


def test_clients_that_ask_dearly_and_leave(target):
    with bystander(target.port):
        for _ in range(10):
            with connections(target, 1) as [connection]:
                connection.sendall(DEAR)

    target.assert_well()


def test_clients_that_say_that_they_have_said_all(target):
    with bystander(target.port), connections(target, 20) as opened:
        for connection in opened:
            connection.sendall(graphql("{ __typename }"))
            connection.shutdown(socket.SHUT_WR)
        assert all(hangs_up(connection, LONGEST) for connection in opened)

    target.assert_well()


def test_clients_that_never_read(target):
    """Their answers do not pile up: who takes nothing is left."""
    before = len(target.connections())
    with bystander(target.port), ExitStack() as stack:
        for _ in range(10):
            connection = socket.socket()
            stack.callback(connection.close)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.connect(("127.0.0.1", target.port))
            connection.sendall(http("/schema.json", method="GET") * 10)
        deadline = time.monotonic() + LONGEST * 2
        while (left := len(target.connections())) > before + 1 and time.monotonic() < deadline:
            time.sleep(0.1)

    assert left <= before + 1
    target.assert_well()


def test_ten_thousand_requests_on_one_connection(target):
    """One after the other, while others have their turns."""
    with bystander(target.port), connections(target, 1) as [connection]:
        connection.settimeout(30)
        connection.sendall(http("/api/greeting", method="GET") * 2000)
        connection.shutdown(socket.SHUT_RD)

    target.assert_well()
