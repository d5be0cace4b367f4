"""Attacks by the way in which HTTP is spoken: what proxies and servers read differently."""

from tests.attacks.attack import HOST, Attack, http, posted

ASKED = b'{"query": "{ __typename }"}'
FINE = '{"data":{"__typename":"Query"}}'
HIDDEN = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(ASKED), ASKED)
JSON = b"Content-Type: application/json\r\nAccept: application/graphql-response+json\r\n"
INVALID = "Invalid HTTP request"


def raw(headers: bytes, body: bytes, line: bytes = b"POST /graphql HTTP/1.1") -> bytes:
    return line + b"\r\nHost: " + HOST.encode() + b"\r\n" + JSON + headers + b"\r\n" + body


def broken(name: str, sent: bytes) -> Attack:
    return Attack(name, sent, 400, INVALID, closes=True)


LENGTH = b"Content-Length: %d\r\n" % len(ASKED)
CODING = b"Transfer-Encoding: chunked\r\n"

REQUESTS = [
    # Which of them says where the body ends?
    broken("a length and chunks", raw(LENGTH + CODING, CHUNKED + HIDDEN)),
    broken("chunks and a length", raw(CODING + b"Content-Length: 4\r\n", CHUNKED + HIDDEN)),
    broken("two lengths", raw(LENGTH + b"Content-Length: 0\r\n", ASKED + HIDDEN)),
    broken("two lengths in one", raw(b"Content-Length: 27, 0\r\n", ASKED)),
    broken("a length with a sign", raw(b"Content-Length: +27\r\n", ASKED)),
    broken("a length in hexadecimal", raw(b"Content-Length: 0x1b\r\n", ASKED)),
    broken("a length with a blank in it", raw(b"Content-Length: 2 7\r\n", ASKED)),
    broken("a coding nobody knows", raw(b"Transfer-Encoding: xchunked\r\n", CHUNKED)),
    broken("chunked, and not at last", raw(b"Transfer-Encoding: chunked, identity\r\n", CHUNKED)),
    broken("a blank before the colon", raw(b"Transfer-Encoding : chunked\r\n", CHUNKED)),
    broken("a header in two lines", raw(b"Transfer-Encoding:\r\n chunked\r\n" + LENGTH, CHUNKED)),
    broken("a bare line feed", raw(b"X: a\n" + CODING, CHUNKED)),
    broken("a bare carriage return", raw(b"X: a\rTransfer-Encoding: chunked\r\n", ASKED)),
    broken("NUL in a header", raw(b"X: a\0b\r\n" + LENGTH, ASKED)),
    broken("a blank in the name of a header", raw(b"X Y: a\r\n" + LENGTH, ASKED)),
    broken("a header without a name", raw(b": a\r\n" + LENGTH, ASKED)),
    broken("a chunk with a sign", raw(CODING, b"+1b\r\n" + ASKED + b"\r\n0\r\n\r\n")),
    broken("a chunk in 0x", raw(CODING, b"0x1b\r\n" + ASKED + b"\r\n0\r\n\r\n")),
    broken("a chunk below nothing", raw(CODING, b"-1\r\n" + ASKED)),
    broken("a chunk that goes on", raw(CODING, b"1\r\n" + ASKED + b"\r\n0\r\n\r\n")),
    # What is no HTTP at all.
    broken("no HTTP", b"hello\r\n\r\n"),
    broken("HTTP of 9.9", raw(LENGTH, ASKED, b"POST /graphql HTTP/9.9")),
    broken("HTTP 2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    broken("TLS", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100),
    broken("an address with a blank", raw(LENGTH, ASKED, b"POST /graph ql HTTP/1.1")),
    broken("an address with NUL", raw(LENGTH, ASKED, b"POST /graphql\0 HTTP/1.1")),
    broken("bytes beyond ASCII in the address", raw(LENGTH, ASKED, b"POST /\xff HTTP/1.1")),
    broken("CONNECT", raw(LENGTH, ASKED, b"CONNECT evil.example:443 HTTP/1.1")),
    broken("a proxy is asked", raw(LENGTH, ASKED, b"POST http:///graphql HTTP/1.1")),
    # What is, and has to be answered.
    Attack(
        "a verb nobody knows",
        raw(LENGTH, ASKED, b"EVIL /graphql HTTP/1.1"),
        405,
        "Send GET or POST, not EVIL.",
    ),
    Attack(
        "a whole address",
        raw(LENGTH, ASKED, b"POST http://evil.example/graphql HTTP/1.1"),
        200,
        FINE,
    ),
    Attack("OPTIONS of everything", http("*", method="OPTIONS"), 404),
    Attack("an upgrade to HTTP 2", posted(ASKED, Upgrade="h2c", Connection="Upgrade"), 200, FINE),
    Attack("HTTP 0.9", b"GET /\r\n\r\n", 200, '"graphql":"/graphql"', closes=True),
    Attack("HTTP 1.0", raw(LENGTH, ASKED, b"POST /graphql HTTP/1.0"), 200, FINE, closes=True),
    Attack(
        "a trailer with a token",
        raw(CODING, CHUNKED[:-2] + b"Authorization: Bearer nonsense\r\n\r\n"),
        200,
        FINE,
    ),
    Attack(
        "a trailer with an origin",
        raw(CODING, CHUNKED[:-2] + b"Accept: image/png\r\n\r\n"),
        200,
        FINE,
    ),
    Attack(
        "chunks of a byte",
        raw(CODING, b"".join(b"1\r\n%c\r\n" % byte for byte in ASKED) + b"0\r\n\r\n"),
        200,
        FINE,
    ),
    Attack(
        "an extension of 100,000 letters",
        raw(CODING, b"1b;a=" + b"a" * 100_000 + b"\r\n" + ASKED + b"\r\n0\r\n\r\n"),
        200,
        FINE,
    ),
    Attack("a length with zeros before it", raw(b"Content-Length: 0000027\r\n", ASKED), 200, FINE),
]
