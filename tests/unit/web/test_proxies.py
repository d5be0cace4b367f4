"""Who asks, and over which scheme, when proxies stand between."""

import time
from ipaddress import ip_network

import pytest

from graphql_blog.web.proxies import Proxies

TRUSTED = [ip_network(text) for text in ("127.0.0.1", "10.0.0.0/8", "fd00::/8")]


async def seen(peer, *headers, kind="http", scheme="http", header="x-forwarded-for"):
    """The client and the scheme that the application sees."""
    given = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    scope = {"type": kind, "scheme": scheme, "client": peer and (peer, 4711), "headers": given}

    async def app(scope, receive, send):
        pass

    await Proxies(app, TRUSTED, header)(scope, None, None)
    return scope["client"] and scope["client"][0], scope["scheme"]


def by(value, **more):
    return [("x-forwarded-for", value), *((f"x-forwarded-{k}", v) for k, v in more.items())]


@pytest.mark.parametrize(
    ("value", "client"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("203.0.113.9:5123", "203.0.113.9"),
        ("2001:db8::7", "2001:db8::7"),
        ("2001:DB8:0::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:5123", "2001:db8::7"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        # What stands before the first address that is not trusted was written by the client.
        ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1, 203.0.113.9", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("1.1.1.1, 203.0.113.9, fd00::2, 10.0.0.2", "203.0.113.9"),
        ("203.0.113.9, ::ffff:10.0.0.2", "203.0.113.9"),
        # A client inside: all are trusted, the one furthest away asks.
        ("10.0.0.3, 10.0.0.2", "10.0.0.3"),
        # Nothing usable: whoever is known for certain.
        ("", "10.0.0.1"),
        ("unknown", "10.0.0.1"),
        ("203.0.113.9,", "10.0.0.1"),
        ("203.0.113.9, unknown, 10.0.0.2", "10.0.0.2"),
        ("203.0.113.9.", "10.0.0.1"),
        ("203.0.113.9:port", "10.0.0.1"),
        ("1.1.1.1, <script>", "10.0.0.1"),
        ("\xff", "10.0.0.1"),
        ("1.1.1.1," * 5000 + "203.0.113.9", "203.0.113.9"),
    ],
)
async def test_the_last_address_that_is_not_trusted_asks(value, client):
    assert await seen("10.0.0.1", *by(value)) == (client, "http")


@pytest.mark.parametrize("peer", ["203.0.113.9", "::1", "192.168.0.1", "11.0.0.1", "unix:", None])
@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded"])
async def test_others_are_not_believed(peer, header):
    lies = [*by("1.1.1.1", proto="https"), ("forwarded", "for=1.1.1.1;proto=https")]

    assert await seen(peer, *lies, header=header) == (peer, "http")


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.255.255.255", "fd00::1", "::ffff:10.0.0.1"])
async def test_trusted_ones_are(peer):
    assert await seen(peer, *by("1.1.1.1", proto="https")) == ("1.1.1.1", "https")


async def test_several_lines_are_one_list():
    lines = [*by("1.1.1.1"), *by("203.0.113.9"), *by("10.0.0.2")]

    assert await seen("10.0.0.1", *lines) == ("203.0.113.9", "http")


@pytest.mark.parametrize(
    ("addresses", "schemes", "scheme"),
    [
        ("1.1.1.1", "https", "https"),
        ("1.1.1.1", "HTTPS", "https"),
        ("1.1.1.1", "gopher", "http"),
        ("1.1.1.1", "", "http"),
        # Passed along unchanged, or each adding the one it was called by.
        ("1.1.1.1, 10.0.0.2", "https", "https"),
        ("1.1.1.1, 10.0.0.2", "https, http", "https"),
        ("1.1.1.1, 10.0.0.2", "http, https", "http"),
        # The first one is the client's invention.
        ("1.1.1.1", "https, http", "http"),
        ("9.9.9.9, 1.1.1.1, 10.0.0.2", "https, http, http", "http"),
    ],
)
async def test_the_scheme_is_that_of_the_client(addresses, schemes, scheme):
    client, said = await seen("10.0.0.1", *by(addresses, proto=schemes))

    assert (client, said) == ("1.1.1.1", scheme)


async def test_a_scheme_may_come_without_an_address():
    assert await seen("10.0.0.1", ("x-forwarded-proto", "https")) == ("10.0.0.1", "https")


@pytest.mark.parametrize(("said", "scheme"), [("https", "wss"), ("wss", "wss"), ("http", "ws")])
async def test_sockets_have_schemes_of_their_own(said, scheme):
    found = await seen("10.0.0.1", *by("1.1.1.1", proto=said), kind="websocket", scheme="ws")

    assert found == ("1.1.1.1", scheme)


@pytest.mark.parametrize(
    ("value", "client", "scheme"),
    [
        ("for=203.0.113.9", "203.0.113.9", "http"),
        ("For=203.0.113.9;Proto=HTTPS;by=10.0.0.1;host=a", "203.0.113.9", "https"),
        ('for="203.0.113.9:5123" ; proto="https" ;', "203.0.113.9", "https"),
        ('for="[2001:db8::7]:5123"', "2001:db8::7", "http"),
        ("for=1.1.1.1, for=203.0.113.9;proto=https, for=10.0.0.2", "203.0.113.9", "https"),
        ("proto=https", "10.0.0.1", "https"),
        ("for=unknown;proto=https", "10.0.0.1", "https"),
        ("for=_hidden, for=10.0.0.2", "10.0.0.2", "http"),
        # Quotes that the client opened do not swallow what the proxy added.
        ('for="1.1.1.1, for=203.0.113.9', "203.0.113.9", "http"),
        ('for=", for="[2001:db8::7]"', "10.0.0.1", "http"),
        ('for=1.1.1.1, for="', "10.0.0.1", "http"),
        ("for=203.0.113.9;;proto", "10.0.0.1", "http"),
        ("1.1.1.1", "10.0.0.1", "http"),
        ("", "10.0.0.1", "http"),
        ("for=1.1.1.1," * 500, "10.0.0.1", "http"),
    ],
)
async def test_the_standard_header_says_the_same(value, client, scheme):
    found = await seen("10.0.0.1", ("forwarded", value), header="forwarded")

    assert found == (client, scheme)


async def test_standard_lines_are_read_each_by_itself():
    lines = [("forwarded", 'for="1.1.1.1'), ("forwarded", "for=203.0.113.9")]

    assert await seen("10.0.0.1", *lines, header="forwarded") == ("203.0.113.9", "http")


async def test_only_the_header_that_the_proxies_write_is_read():
    both = [*by("1.1.1.1", proto="https"), ("forwarded", "for=203.0.113.9")]

    assert await seen("10.0.0.1", *both) == ("1.1.1.1", "https")
    assert await seen("10.0.0.1", *both, header="forwarded") == ("203.0.113.9", "http")


@pytest.mark.parametrize("value", ['"' * 2048, '\\"' * 1024, 'a="' * 682, "a=b;" * 512, "[" * 2048])
async def test_no_header_keeps_the_server_busy(value):
    began = time.perf_counter()

    assert await seen("10.0.0.1", ("forwarded", value), header="forwarded") == ("10.0.0.1", "http")
    assert time.perf_counter() - began < 10


async def test_the_lifespan_passes():
    await Proxies(lambda *_: _nothing(), TRUSTED, "forwarded")({"type": "lifespan"}, None, None)


async def _nothing():
    pass
