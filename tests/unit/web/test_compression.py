"""Which answers are packed, how, and which are left alone."""

import gzip

import brotli
import pytest

from graphql_blog.web.compression import MIN_BYTES, Compression, Wanted, wanted_by

JSON = (b"content-type", b"application/json")
LONG = b'{"text": "' + b"abc " * 1000 + b'"}'
UNPACKED = {b"br": brotli.decompress, b"gzip": gzip.decompress}


@pytest.mark.parametrize(
    ("accept_encoding", "coding"),
    [
        (b"", None),
        (b" ", None),
        (b"gzip", "gzip"),
        (b"GZIP", "gzip"),
        (b"br", "br"),
        (b"gzip, deflate, br, zstd", "br"),
        (b"gzip;q=1.0, br;q=0.5", "gzip"),
        (b"gzip;q=0.5, br;q=0.500", "br"),
        (b"br;q=0, gzip", "gzip"),
        (b"br;q=0", None),
        (b"gzip;q=0, br;q=0", None),
        (b"*", "br"),
        (b"*;q=0", None),
        (b"*;q=0, gzip;q=0.1", "gzip"),
        (b"br;q=0, *", "gzip"),
        (b"gzip;q=0.001", "gzip"),
        (b"identity", None),
        (b"identity, gzip", "gzip"),
        (b"identity;q=1, gzip;q=0.5", None),
        (b"identity;q=0.5, gzip;q=1", "gzip"),
        (b"identity;q=0", None),
        (b"deflate, zstd, compress", None),
        (b"gzip;q=loud", "gzip"),
        (b"gzip;q=-1", None),
        (b",,;q=1,gzip", "gzip"),
        (b"\xff\xfe, gzip", "gzip"),
    ],
)
def test_the_coding_that_the_client_likes_best_is_taken(accept_encoding, coding):
    wanted = wanted_by(accept_encoding)

    assert (wanted and wanted.coding) == coding


def test_who_refuses_plain_answers_gets_small_ones_packed_too():
    assert wanted_by(b"gzip") == Wanted("gzip", MIN_BYTES)
    assert wanted_by(b"gzip, identity;q=0") == Wanted("gzip", 0)
    assert wanted_by(b"gzip, *;q=0") == Wanted("gzip", 0)


async def answered(*sent, accept=b"br", method="GET", status=200, headers=(JSON,)):
    """What leaves the server when the application sends these pieces: status, headers, pieces."""

    async def app(scope, receive, send):
        start = {"type": "http.response.start", "status": status, "headers": list(headers)}
        await send(start)
        for number, piece in enumerate(sent, start=1):
            more = number < len(sent)
            await send({"type": "http.response.body", "body": piece, "more_body": more})

    given = [(b"host", b"x"), *([(b"accept-encoding", accept)] if accept is not None else [])]
    scope = {"type": "http", "method": method, "headers": given}
    messages = []

    async def send(message):
        messages.append(message)

    await Compression(app)(scope, None, send)
    start, *bodies = messages
    assert [body.get("more_body", False) for body in bodies] == [True] * (len(bodies) - 1) + [False]
    names = [name for name, _ in start["headers"]]
    assert len(names) == len(set(names))
    return dict(start["headers"]), [body["body"] for body in bodies]


@pytest.mark.parametrize("coding", [b"br", b"gzip"])
async def test_a_long_answer_is_packed(coding):
    length = (b"content-length", b"%d" % len(LONG))

    headers, (body,) = await answered(LONG, accept=coding, headers=[JSON, length])

    assert UNPACKED[coding](body) == LONG
    assert headers == {
        b"content-type": b"application/json",
        b"content-encoding": coding,
        b"content-length": b"%d" % len(body),
        b"vary": b"Accept-Encoding",
    }


@pytest.mark.parametrize("coding", [b"br", b"gzip"])
async def test_a_very_long_answer_is_packed_aside(coding):
    _, (body,) = await answered(LONG * 100, accept=coding)

    assert UNPACKED[coding](body) == LONG * 100


@pytest.mark.parametrize("coding", [b"br", b"gzip"])
async def test_an_answer_in_pieces_is_packed_as_it_comes(coding):
    length = (b"content-length", b"%d" % (3 * len(LONG)))

    headers, pieces = await answered(LONG, LONG, b"", LONG, accept=coding, headers=[JSON, length])

    assert UNPACKED[coding](b"".join(pieces)) == LONG * 3
    assert b"content-length" not in headers


@pytest.mark.parametrize("length", [0, 1, MIN_BYTES - 1])
async def test_a_short_answer_is_left_alone_and_says_that_longer_ones_are_not(length):
    headers, pieces = await answered(b"x" * length)

    assert pieces == [b"x" * length]
    assert headers == {b"content-type": b"application/json", b"vary": b"Accept-Encoding"}


async def test_the_bound_is_packed():
    headers, _ = await answered(b"x" * MIN_BYTES)

    assert headers[b"content-encoding"] == b"br"


@pytest.mark.parametrize(
    "header",
    [
        (b"content-type", b"text/event-stream"),
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"content-type", b'multipart/mixed; boundary="-"'),
        (b"content-type", b"image/png"),
        (b"content-type", b"font/woff2"),
        (b"content-type", b"application/octet-stream"),
        (b"x-nothing", b"said of its type"),
    ],
)
async def test_what_must_not_or_cannot_get_smaller_is_left_alone(header):
    headers, pieces = await answered(LONG, LONG, headers=[header])

    assert pieces == [LONG, LONG]
    assert headers == dict([header])


@pytest.mark.parametrize(
    "header",
    [
        (b"content-encoding", b"gzip"),
        (b"cache-control", b"public, no-transform"),
    ],
)
async def test_what_is_encoded_or_not_to_be_touched_is_left_alone(header):
    headers, pieces = await answered(LONG, headers=[JSON, header])

    assert pieces == [LONG]
    assert headers == dict([JSON, header])


@pytest.mark.parametrize("status", [204, 205, 206])
async def test_answers_without_a_whole_body_are_left_alone(status):
    headers, pieces = await answered(LONG, status=status)

    assert pieces == [LONG]
    assert headers == dict([JSON])


@pytest.mark.parametrize("accept", [b"br", None])
async def test_not_modified_says_what_the_answer_would_have_depended_on(accept):
    etag, vary = (b"etag", b'"a"'), (b"vary", b"Accept")

    headers, _ = await answered(b"", status=304, accept=accept, headers=[etag, vary])

    assert headers == {b"etag": b'"a"', b"vary": b"Accept, Accept-Encoding"}


async def test_head_is_answered_plainly_and_with_vary():
    length = (b"content-length", b"%d" % len(LONG))

    headers, pieces = await answered(b"", method="HEAD", headers=[JSON, length])

    assert pieces == [b""]
    assert headers == dict([JSON, length, (b"vary", b"Accept-Encoding")])


async def test_caches_learn_of_it_from_plain_answers_too():
    headers, pieces = await answered(LONG, accept=None, headers=[JSON, (b"vary", b"Accept")])

    assert pieces == [LONG]
    assert headers == {b"content-type": b"application/json", b"vary": b"Accept, Accept-Encoding"}


async def test_nothing_is_done_for_a_post_of_a_client_that_does_not_unpack():
    headers, pieces = await answered(LONG, method="POST", accept=None)

    assert pieces == [LONG]
    assert headers == dict([JSON])


@pytest.mark.parametrize(("etag", "weak"), [(b'"a"', b'W/"a"'), (b'W/"a"', b'W/"a"')])
async def test_an_etag_becomes_weak_and_parts_are_not_promised(etag, weak):
    headers, _ = await answered(
        LONG, headers=[JSON, (b"etag", etag), (b"accept-ranges", b"bytes"), (b"vary", b"*")]
    )

    assert headers[b"etag"] == weak
    assert headers[b"vary"] == b"*"
    assert b"accept-ranges" not in headers
