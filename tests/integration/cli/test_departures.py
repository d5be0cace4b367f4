"""What goes out of the socket for what an application sends, byte for byte."""

import asyncio

import pytest
import uvicorn
from uvicorn.server import ServerState

from graphql_blog.cli import departures
from graphql_blog.cli.departures import Departure
from graphql_blog.cli.protocols import Http

GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
HEAD = GET.replace(b"GET", b"HEAD")
LAST = b"GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
END = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
BROKEN = (
    b"HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain; charset=utf-8\r\n"
    b"content-length: 21\r\nconnection: close\r\n\r\nInternal Server Error"
)


def start(*headers, status=200):
    return {"type": "http.response.start", "status": status, "headers": [*headers]}


def of_length(length, *more, status=200):
    return start((b"x-a", b"1"), (b"content-length", b"%d" % length), *more, status=status)


def body(text, more=False):
    return {"type": "http.response.body", "body": text, "more_body": more}


async def said(sent, *messages):
    """What comes back, until the end, where the application answers with these messages."""

    async def app(scope, receive, send):
        answer = [of_length(0), body(b"")] if scope["path"] == "/last" else messages
        for message in answer:
            if isinstance(message, Exception):
                raise message
            await send(dict(message))

    config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
    config.load()
    config.loaded_app = app
    state = {"client_timeout": 30, "closing": asyncio.Event()}
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Http(config, ServerState(), state), "127.0.0.1", 0)
    async with server, asyncio.timeout(10):
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        writer.write(sent)
        try:
            return (await reader.read()).replace(b"x-a: 1\r\n", b"")
        finally:
            writer.close()


@pytest.fixture
def in_one_piece(monkeypatch):
    """What was written with one call."""
    written, end = [], Departure._end

    def noting(self, whole):
        written.append(whole)
        end(self, whole)

    monkeypatch.setattr(Departure, "_end", noting)
    return written


async def test_an_answer_that_is_there_as_a_whole_is_written_at_once(in_one_piece):
    answers = await said(GET + GET + LAST, of_length(2), body(b"hi"))

    assert in_one_piece == [b"HTTP/1.1 200 OK\r\nx-a: 1\r\ncontent-length: 2\r\n\r\nhi"] * 2
    assert answers == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi" * 2 + END


@pytest.mark.parametrize(
    ("asked", "messages", "answer"),
    [
        (
            GET,
            [of_length(4), body(b"hi", more=True), body(b"ho")],
            b"content-length: 4\r\n\r\nhiho",
        ),
        (GET, [of_length(2), body(b"", more=True), body(b"hi")], b"content-length: 2\r\n\r\nhi"),
        (
            GET,
            [start((b"x-a", b"1")), body(b"hi")],
            b"transfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        ),
        (
            GET,
            [start((b"transfer-encoding", b"chunked"), (b"content-length", b"2")), body(b"hi")],
            b"transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        ),
        (GET, [of_length(0), body(b"")], b"content-length: 0\r\n\r\n"),
        (HEAD, [of_length(2), body(b"")], b"content-length: 2\r\n\r\n"),
    ],
)
async def test_others_go_in_pieces(in_one_piece, asked, messages, answer):
    assert await said(asked + LAST, *messages) == b"HTTP/1.1 200 OK\r\n" + answer + END
    assert in_one_piece == []


async def test_an_answer_may_have_a_status_of_its_own_and_no_body():
    answers = await said(GET + LAST, start((b"etag", b'"1"'), status=304), body(b""))

    assert answers == b'HTTP/1.1 304 Not Modified\r\netag: "1"\r\n\r\n' + END


async def test_an_application_may_end_the_connection(in_one_piece):
    answers = await said(GET + LAST, of_length(2, (b"connection", b"close")), body(b"hi"))

    assert answers == b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi"
    assert in_one_piece == []


@pytest.mark.parametrize(
    "header",
    [
        (b"x-b", b"1\r\nset-cookie: a=b"),
        (b"location", b"/\nset-cookie: a=b"),
        (b"x-b\r\nset-cookie", b"a=b"),
        (b"x b", b"1"),
        (b"x-b", b"\x00"),
    ],
)
async def test_no_header_becomes_two(header):
    assert await said(GET, of_length(2, header), body(b"hi")) == BROKEN


async def test_what_breaks_before_its_body_is_broken_off():
    assert await said(GET + LAST, of_length(2), ValueError("a bug")) == b""


@pytest.mark.parametrize("text", [b"h", b"hi!"])
async def test_nobody_gets_more_or_less_than_was_announced(text, in_one_piece):
    answers = await said(GET + LAST, of_length(2), body(text))

    assert answers in {
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nh",
    }
    assert in_one_piece == []


async def test_headers_are_kept_within_bounds(monkeypatch):
    monkeypatch.setattr(departures, "MOST_LINES", 3)
    departures._lines.clear()
    for number in range(8):
        header = (b"x-number", b"%d" % number)
        answers = await said(GET + LAST, of_length(2, header, (b"etag", b'"1"')), body(b"hi"))
        assert b'x-number: %d\r\netag: "1"\r\n' % number in answers

    assert len(departures._lines) <= 3
    assert not any(name == b"etag" for name, _ in departures._lines)
