"""The request that purges names, as it arrives at a server; what is no success is told in words."""

import asyncio
import json
import ssl
from contextlib import asynccontextmanager, closing

import pytest

from graphql_blog.http_cache import PurgeRequests
from graphql_blog.http_cache.purge_requests import NotPurged
from tests.conftest import CERTIFICATE, KEY

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@asynccontextmanager
async def server(answer, **options):
    """Gives one answer to everybody; yields its port and the requests it got."""
    requests, handlers = [], []

    async def answered(reader, writer):
        handlers.append(asyncio.current_task())
        with closing(writer):
            await respond(reader, writer)

    async def respond(reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        lines = head.decode().split("\r\n")
        headers = dict(line.split(": ", 1) for line in lines[1:-2])
        body = await reader.readexactly(int(headers["Content-Length"]))
        requests.append((lines[0], headers, json.loads(body)))
        if answer is None:
            await reader.read()
        else:
            writer.write(answer)

    listening = await asyncio.start_server(answered, "127.0.0.1", 0, **options)
    async with listening:
        yield listening.sockets[0].getsockname()[1], requests
        await asyncio.gather(*handlers, return_exceptions=True)


async def test_the_names_are_in_the_header_and_in_the_body():
    async with server(OK) as (port, requests):
        url = f"http://127.0.0.1:{port}/service/1/purge?soft=1"
        await PurgeRequests(url, header="Fastly-Key: secret").send(["Post.list", "Post:1"])

    assert requests == [
        (
            "POST /service/1/purge?soft=1 HTTP/1.1",
            {
                "Host": f"127.0.0.1:{port}",
                "Connection": "close",
                "Fastly-Key": "secret",
                "Content-Type": "application/json",
                "Surrogate-Key": "Post.list Post:1",
                "Content-Length": "31",
            },
            {"tags": ["Post.list", "Post:1"]},
        )
    ]


async def test_the_method_is_what_varnish_wants():
    async with server(OK) as (port, requests):
        await PurgeRequests(f"http://127.0.0.1:{port}", method="PURGE").send(["blog"])

    assert requests[0][0] == "PURGE / HTTP/1.1"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "HTTP/1.1 403 Forbidden"),
        # Where it would lead to is nobody's business here.
        (b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", "HTTP/1.1 302 Found"),
        (b"", "It hung up"),
        (b"+PONG\r\n", "+PONG"),
    ],
)
async def test_anything_but_success_is_none(answer, words):
    async with server(answer) as (port, _):
        with pytest.raises(NotPurged, match="^" + words.replace("+", r"\+")):
            await PurgeRequests(f"http://127.0.0.1:{port}/").send(["blog"])


async def test_nobody_waits_for_long():
    async with server(None) as (port, _):
        requests = PurgeRequests(f"http://127.0.0.1:{port}/", seconds=0.05)
        with pytest.raises(NotPurged, match=r"No answer within 0\.05 seconds"):
            await requests.send(["blog"])


async def test_a_server_that_is_not_there_is_told():
    async with server(OK) as (port, _):
        pass
    with pytest.raises(NotPurged, match="ConnectionRefusedError"):
        await PurgeRequests(f"http://127.0.0.1:{port}/").send(["blog"])


async def test_a_certificate_of_nobody_knows_whom_gets_no_secret():
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE, KEY)
    async with server(OK, ssl=context) as (port, requests):
        with pytest.raises(NotPurged, match="CERTIFICATE_VERIFY_FAILED"):
            await PurgeRequests(f"https://127.0.0.1:{port}/", header="Key: secret").send(["blog"])

    assert requests == []
