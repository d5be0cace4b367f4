"""Requests as they come in at the socket: with offers that are passed over."""

import re
import time
from contextlib import closing
from socket import SHUT_WR

import orjson
import pytest

from tests.attacks.wire import ask, connect, read_answer
from tests.conftest import served

BODY = (
    b'{"query": "{ __typename }", "variables": {"a": "\\r\\nUpgrade: h2c\\r\\n",'
    b' "b": "and so on, and so on, and so on"}}'
)
ANSWER = b'{"data":{"__typename":"Query"}}'


def request(body, *headers):
    """As Java's HttpClient sends it."""
    lines = [
        b"POST /graphql HTTP/1.1",
        b"Connection: Upgrade, HTTP2-Settings",
        b"Content-Length: %d" % len(body),
        b"Host: 127.0.0.1",
        b"HTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
        *headers,
        b"User-Agent: Java-http-client/21",
        b"Content-Type: application/json",
    ]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with served(tmp_path_factory.mktemp("arrivals")) as url:
        yield int(url.rpartition(":")[2])


@pytest.mark.parametrize(
    "offer", [b"Upgrade: h2c", b"upgrade:H2c ", b"UPGRADE:  H2C, foo", b"Upgrade: TLS/1.0"]
)
def test_an_offer_of_http_2_is_passed_over(port, offer):
    sent = request(BODY, offer)
    connection = connect(port)
    for pieces in ([sent], [sent[:-40], sent[-40:]]):
        for piece in pieces:
            connection.sendall(piece)
        answer = read_answer(connection)
        assert (answer.status, answer.body) == (200, ANSWER)
    connection.close()


def test_a_text_about_it_arrives_as_it_was_sent(port):
    query = "query ($a: String!) { tagBySlug(slug: $a) { id } }"
    sent = request(b'{"query": "' + b" " * 50 + query.encode() + b'", "variables": {"a": "h2c"}}')
    connection = connect(port)
    connection.sendall(sent[:-20])
    connection.sendall(sent[-20:])

    assert read_answer(connection).body == b'{"data":{"tagBySlug":null}}'
    connection.close()


@pytest.mark.parametrize("method", [b"POST", b"GET"])
def test_a_socket_that_is_asked_for_with_a_body_is_refused_at_once(port, method):
    sent = request(b"{}", b"Upgrade: websocket").replace(b"POST", method)
    connection = connect(port)
    connection.sendall(sent)
    answer = read_answer(connection)

    assert (answer.status, answer.text) == (400, "A WebSocket is asked for by GET, without a body.")
    connection.close()


def asked(port, *lines):
    return ask(port, b"\r\n".join(lines) + b"\r\n\r\n")


@pytest.mark.parametrize("method", [b"FOO", b"get", b"X-MADE.UP~1", b"POSTS", b"TRACE", b"PURGE"])
def test_methods_that_nobody_knows_are_told_those_that_there_are(port, method):
    graphql = asked(port, method + b" /graphql HTTP/1.1", b"Host: 127.0.0.1")
    rest = asked(port, method + b" /api/greeting HTTP/1.1", b"Host: 127.0.0.1")

    assert (graphql.status, rest.status) == (405, 405)
    assert graphql.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert rest.headers["allow"] == "GET, HEAD, OPTIONS"
    error = orjson.loads(graphql.body)["errors"][0]
    assert error["message"] == f"Send GET or POST, not {method.decode()}."
    assert error["extensions"]["code"] == "METHOD_NOT_ALLOWED"


def test_a_made_up_method_leaves_the_connection_as_it_was(port):
    connection = connect(port)
    requests = [
        b"FOO /graphql HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc",
        request(BODY),
        b"BAR /graphql HTTP/1.1\r\nHost: a\r\n\r\n",
    ]
    statuses = []
    for sent in requests:
        connection.sendall(sent)
        statuses.append(read_answer(connection).status)
    connection.close()

    assert statuses == [405, 200, 405]


def test_what_stands_before_a_made_up_method_is_done_once(port):
    connection = connect(port)
    connection.sendall(request(BODY) + b"FOO / HTTP/1.1\r\nHost: a\r\n\r\n")
    answers = b""
    while piece := connection.recv(65536):
        answers += piece
    connection.close()

    assert answers.count(ANSWER) <= 1
    assert answers.count(b"400 Bad Request") == 1


@pytest.mark.parametrize(
    "line", [b"CONNECT example.org:443 HTTP/1.1", b"FOO", b"F@O / HTTP/1.1", b"GET / HTTP/9.x"]
)
def test_what_is_no_request_is_none(port, line):
    assert asked(port, line, b"Host: 127.0.0.1").status == 400


def test_headers_are_bounded_even_where_they_come_in_one_piece(port):
    long = b"X-Long: " + b"a" * 70_000
    answer = asked(port, b"GET /healthz HTTP/1.1", b"Host: 127.0.0.1", long)

    assert answer.status == 431
    assert answer.text == "The address and the headers may have 65,536 bytes at most."
    connection = connect(port)
    connection.sendall(request(b'{"query": "{ __typename }", "x": "%s"}' % (b"a" * 70_000)))
    assert read_answer(connection).body == ANSWER
    connection.close()


def test_who_does_not_say_which_host_is_meant_is_refused(port):
    new, old = asked(port, b"GET /healthz HTTP/1.1"), asked(port, b"GET /healthz HTTP/1.0")

    assert (new.status, old.status) == (400, 200)
    assert orjson.loads(new.body)["error"] == "Say in `Host` which server is meant."


def in_pieces(port, *pieces):
    """The statuses of what arrives in so many pieces, on one connection that ends with the last."""
    with closing(connect(port)) as connection:
        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.1)
        connection.shutdown(SHUT_WR)
        answers = b""
        while received := connection.recv(65536):
            answers += received
    return [int(status) for status in re.findall(rb"HTTP/1\.1 ([0-9]{3}) ", answers)]


HEALTH = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
LARGE = request(b'{"query": "{ __typename }", "x": "%s"}' % (b"a" * 70_000))


@pytest.mark.parametrize("rest", [request(BODY), HEALTH, HEALTH.replace(b"GET", b"DELETE")])
def test_a_made_up_method_is_none_that_there_is_in_pieces_either(port, rest):
    assert in_pieces(port, rest[:1], rest) == [400]


def test_heads_are_bounded_after_an_answer_that_came_before_its_body(port):
    early = b"POST /nope HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
    long = HEALTH[:-2] + b"X-Long: " + b"a" * 70_000 + b"\r\n\r\n"

    assert in_pieces(port, early, b"hello", long) == [404, 431]


def test_a_head_is_as_long_as_it_is_wherever_it_is_cut(port):
    end = LARGE.index(b"\r\n\r\n")

    for cut in (end, end + 1, end + 2, end + 3, end + 4):
        assert in_pieces(port, LARGE[:cut], LARGE[cut:]) == [200]
    assert in_pieces(port, LARGE + HEALTH[:10], HEALTH[10:]) == [200, 200]
    assert in_pieces(port, HEALTH + LARGE[: end + 3], LARGE[end + 3 :]) == [200, 200]


def test_a_connection_is_closed_after_a_made_up_method_as_after_any(port):
    last = b"/graphql HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET / HTTP/1.1\r\n\r\n"
    made_up = b"FOO /graphql HTTP/1.1\r\nHost: a\r\n\r\n"

    assert in_pieces(port, b"FOO " + last) == [405]
    assert in_pieces(port, made_up, b"DELETE " + last) == [405, 405]
