"""Attacks by WebSocket: each socket ends in words, and others are served."""

import json
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.frames import Frame, Opcode
from websockets.sync.client import connect

from tests.attacks.bystander import bystander
from tests.attacks.documents import POSTS, doubling, many

pytestmark = pytest.mark.xdist_group("attacks")

INIT = json.dumps({"type": "connection_init"})
PING = json.dumps({"type": "ping"})


def opened(target, **options):
    options = {"subprotocols": ["graphql-transport-ws"], "compression": None, **options}
    return connect(f"ws://127.0.0.1:{target.port}/graphql", max_size=None, **options)


def subscribe(query, id="1", **more):
    return json.dumps({"type": "subscribe", "id": id, "payload": {"query": query, **more}})


def say_and_listen(socket, messages):
    for message in messages:
        socket.send(message)
    while True:
        socket.recv(timeout=5)


def go_on_with_a_message(socket):
    for number in range(200):
        frame = Frame(Opcode.CONT if number else Opcode.TEXT, b"a" * 50_000, fin=False)
        socket.socket.sendall(frame.serialize(mask=True))
        time.sleep(0.001)


ENDINGS = {
    "a message of two mebibytes": ([INIT, PING + " " * 2**21], 1009, ""),
    "no JSON": ([INIT, "{"], 4400, "it is not JSON"),
    "100,000 levels": ([INIT, "[" * 100_000], 4400, "20,000 values at most"),
    "300,000 objects": ([INIT, "[" + "{}," * 300_000 + "{}]"], 4400, "20,000 values at most"),
    "binary": ([INIT, b"\x00\xff"], 4400, "must be text"),
    "a list": ([INIT, "[]"], 4400, "must be an object"),
    "an unknown type": ([INIT, '{"type": "evil"}'], 4400, "there is no 'evil'"),
    "a type of 900,000 letters": ([INIT, '{"type": "%s"}' % ("a" * 900_000)], 4400, "there is no"),
    "no type": ([INIT, "{}"], 4400, "must be an object with a `type`"),
    "NaN": ([INIT, '{"type": NaN}'], 4400, "it is not JSON"),
    "half a character": ([INIT, '{"type": "\\ud800"}'], 4400, "it is not JSON"),
    "an id that is a number": ([INIT, '{"type": "subscribe", "id": 1, "payload": {}}'], 4400, ""),
    "asking before saying hello": ([subscribe("{ __typename }")], 4401, "Unauthorized"),
    "hello, hello": ([INIT, INIT], 4429, "Too many initialisation"),
    "a bad token": (
        [
            json.dumps(
                {
                    "type": "connection_init",
                    "payload": {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
                }
            )
        ],
        4403,
        "Forbidden: TOKEN_INVALID",
    ),
}
TRIES = 10
REFUSALS = {
    "recursion": ("{ posts { " + POSTS + "} }", "QUERY_TOO_DEEP"),
    "doubling": (doubling(40), "TOO_MANY_FIELDS"),
    "aliases": ("{ " + many(500, "a#: __typename") + " }", "TOO_MANY_ALIASES"),
    "no GraphQL": ("}", "GRAPHQL_PARSE_FAILED"),
    "NUL": ('{ postBySlug(slug: "\\u0000") { id } }', "BAD_USER_INPUT"),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_a_socket_ends_in_words(target, name):
    messages, code, words = ENDINGS[name]
    with bystander(target.port):
        said = next(filter(None, (last_words(target, messages) for _ in range(TRIES))))

    assert said.code == code
    assert words in said.reason
    target.assert_well()


def last_words(target, messages):
    """None where they got lost, as they may where the client is still sending."""
    with opened(target) as socket, pytest.raises(ConnectionClosed) as ended:
        say_and_listen(socket, messages)
    return ended.value.rcvd


@pytest.mark.parametrize("name", REFUSALS)
def test_an_operation_is_refused_and_the_socket_goes_on(target, name):
    query, code = REFUSALS[name]
    with bystander(target.port), opened(target) as socket:
        socket.send(INIT)
        socket.recv(timeout=5)
        began = time.perf_counter()
        socket.send(subscribe(query))
        refused = json.loads(socket.recv(timeout=5))
        seconds = time.perf_counter() - began
        socket.send(subscribe("{ __typename }", "2"))
        answered = json.loads(socket.recv(timeout=5))

    assert refused["type"] == "error"
    assert refused["payload"][0]["extensions"]["code"] == code
    assert answered["payload"] == {"data": {"__typename": "Query"}}
    assert seconds < 5
    target.assert_well()


def test_a_page_of_another_site_may_not_connect(target):
    with pytest.raises(InvalidStatus) as refused:
        opened(target, origin="https://evil.example")

    assert refused.value.response.status_code == 403


def test_a_flood_of_pings_is_answered(target):
    with bystander(target.port), opened(target) as socket:
        socket.send(INIT)
        for _ in range(10_000):
            socket.send(PING)
        socket.recv(timeout=5)
        assert {socket.recv(timeout=5) for _ in range(10_000)} == {'{"type":"pong"}'}

    target.assert_well()


def test_a_flood_of_operations_is_bounded(target):
    with bystander(target.port), opened(target) as socket:
        socket.send(INIT)
        socket.recv(timeout=5)
        for number in range(500):
            socket.send(subscribe("{ posts(first: 50) { content } }", str(number)))
        ended = 0
        while ended < 500:
            ended += json.loads(socket.recv(timeout=10))["type"] in {"complete", "error"}

    target.assert_well()


def test_who_never_reads_is_not_written_to_for_good(target):
    """What is asked for waits with who asked: it does not pile up in the server."""
    before = target.memory()
    with bystander(target.port), opened(target) as socket:
        socket.send(INIT)
        socket.recv(timeout=5)
        socket.socket.settimeout(0.3)
        try:
            for number in range(10_000):
                frame = subscribe("{ posts(first: 100) { content } }", str(number)).encode()
                socket.socket.sendall(Frame(Opcode.TEXT, frame).serialize(mask=True))
        except OSError:
            pass
        time.sleep(0.5)
        grown = target.memory() - before
        socket.close_socket()

    assert grown < 100 * 2**20
    target.assert_well()


def test_a_message_without_an_end_is_ended(target):
    with bystander(target.port), opened(target) as socket:
        socket.send(INIT)
        with pytest.raises((ConnectionClosed, OSError)):
            go_on_with_a_message(socket)

    target.assert_well()


def test_two_hundred_sockets_on_which_nothing_is_said(target):
    sockets = [opened(target) for _ in range(200)]
    try:
        with bystander(target.port):
            time.sleep(0.2)
    finally:
        for socket in sockets:
            socket.close_socket()
    target.assert_well()
