"""Requests as they come in at the socket: with offers that are passed over."""

import pytest

from tests.attacks.wire import connect, read_answer
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
