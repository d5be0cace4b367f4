"""Attacks by the body around a GraphQL document."""

import gzip
import json
import zlib

from tests.attacks.attack import JSON, Attack, http, posted
from tests.attacks.documents import MEBIBYTE, nested

QUERY = {"query": "{ __typename }"}
ASKED = json.dumps(QUERY)
FINE = '{"data":{"__typename":"Query"}}'
NO_JSON = "is not valid JSON"
CROWDED = "20,000 values, not more"
NO_UTF8 = "is not UTF-8"
BOMB = b"0" * 20_000_000


def with_variables(variables: str) -> bytes:
    return posted(b'{"query": "{ __typename }", "variables": %b}' % variables.encode())


def encoded(coding: str, body: bytes) -> bytes:
    return posted(body, **{"Content-Encoding": coding})


def chunked(*chunks: bytes, size: str | None = None) -> bytes:
    framed = b"".join(
        b"%b\r\n%b\r\n" % ((size or f"{len(chunk):x}").encode(), chunk) for chunk in chunks
    )
    headers = {**JSON, "Transfer-Encoding": "chunked"}
    head = http(headers=headers).replace(b"Content-Length: 0\r\n", b"")
    return head + framed + b"0\r\n\r\n"


DEAR = (
    "{ posts(first: 100) { content relatedPosts(first: 100) { author {"
    " posts(first: 100) { content } } } } }"
)

BODIES = [
    # JSON.
    Attack("an array of 100,000 levels", posted(b"[" * 100_000), 400, CROWDED),
    Attack("an object of 100,000 levels", posted(b'{"a":' * 100_000), 400, CROWDED),
    Attack(
        "variables of 500 levels",
        with_variables('{"a":' + nested("[", "]", 500) + "}"),
        400,
        "VARIABLES_TOO_DEEP",
    ),
    Attack(
        "variables of 200,000 values",
        with_variables('{"a": [' + "1," * 200_000 + "1]}"),
        400,
        "VARIABLES_TOO_LARGE",
    ),
    Attack(
        "100,000 variables",
        with_variables("{" + ",".join(f'"v{n}":1' for n in range(70_000)) + "}"),
        400,
        "VARIABLES_TOO_LARGE",
    ),
    Attack(
        "a variable of a mebibyte that nobody asked for",
        with_variables('{"a": "' + "a" * (MEBIBYTE - 200) + '"}'),
        200,
        FINE,
    ),
    Attack(
        "a key of a mebibyte",
        posted(b'{"' + b"a" * MEBIBYTE + b'": 1, ' + ASKED.encode()[1:]),
        200,
        FINE,
    ),
    Attack(
        "80,000 duplicate keys",
        posted(b"{" + b'"query": "{ x }", ' * 50_000 + ASKED.encode()[1:]),
        400,
        CROWDED,
    ),
    Attack(
        "70,000 other keys",
        posted(b"{" + b"".join(b'"a%d": 1,' % n for n in range(70_000)) + ASKED.encode()[1:]),
        400,
        CROWDED,
    ),
    Attack(
        "a number of 10,000 digits", with_variables('{"a": ' + "9" * 10_000 + "}"), 400, NO_JSON
    ),
    Attack("a number of 20 digits", with_variables('{"a": 99999999999999999999}'), 200, FINE),
    Attack("1e400", with_variables('{"a": 1e400}'), 400, NO_JSON),
    Attack("NaN", with_variables('{"a": NaN}'), 400, NO_JSON),
    Attack("Infinity", with_variables('{"a": -Infinity}'), 400, NO_JSON),
    Attack("half a character", with_variables('{"a": "\\ud800"}'), 400, NO_JSON),
    Attack("NUL in a variable", with_variables('{"a": "\\u0000"}'), 400, "has a NUL"),
    Attack("NUL in the name of a variable", with_variables('{"\\u0000": 1}'), 400, "has a NUL"),
    Attack("NUL in the body", posted(b'{"query": "{ __typename }\0"}'), 400, NO_JSON),
    Attack("nothing", posted(b""), 400, "The body is empty"),
    Attack("a number", posted(b"1"), 400, "must be a JSON object"),
    Attack("a query that is a list", posted(b'{"query": ["{ __typename }"]}'), 400, "`query`"),
    Attack(
        "variables that are a list",
        posted(b'{"query": "{ a }", "variables": []}'),
        400,
        "`variables`",
    ),
    Attack(
        "__proto__", posted(b'{"__proto__": {"query": "{ a }"}, ' + ASKED.encode()[1:]), 200, FINE
    ),
    # The same for REST, which reads JSON in another way.
    Attack("100,000 levels for REST", http("/api/login", b"[" * 100_000, JSON), 400, '"error"'),
    Attack("10,000 digits for REST", http("/api/login", b"9" * 10_000, JSON), 400, '"error"'),
    Attack("NaN for REST", http("/api/login", b'{"username": NaN}', JSON), 400, "is no number"),
    Attack(
        "UTF-16 for REST", http("/api/login", ASKED.encode("utf-16"), JSON), 400, "not valid JSON"
    ),
    Attack(
        "half a character for REST",
        http("/api/login", b'{"username": "\\ud800", "password": "\\ud800"}', JSON),
        401,
        '"error"',
    ),
    # Encodings.
    Attack("bytes that are no UTF-8", posted(b'{"query": "\xff"}'), 400, NO_UTF8),
    Attack("UTF-8 that is too long", posted(b'{"query": "\xc0\xaf"}'), 400, NO_UTF8),
    Attack("a surrogate in UTF-8", posted(b'{"query": "\xed\xa0\x80"}'), 400, NO_UTF8),
    Attack("a byte order mark", posted(b"\xef\xbb\xbf" + ASKED.encode()), 200, FINE),
    Attack("UTF-16", posted(ASKED.encode("utf-16")), 400, NO_UTF8),
    Attack(
        "UTF-16 that is said to be",
        posted(ASKED.encode("utf-16"), **{"Content-Type": "application/json; charset=utf-16"}),
        415,
        "UTF-8",
    ),
    Attack(
        "UTF-7",
        posted(ASKED.encode("utf-7"), **{"Content-Type": "application/json; charset=utf-7"}),
        415,
        "UTF-8",
    ),
    # Packed.
    Attack("a bomb of gzip", encoded("gzip", gzip.compress(BOMB)), 415, "Content-Encoding"),
    Attack("a bomb of deflate", encoded("deflate", zlib.compress(BOMB)), 415, "Content-Encoding"),
    Attack(
        "a bomb in a bomb",
        encoded("gzip, gzip", gzip.compress(gzip.compress(BOMB))),
        415,
        "Content-Encoding",
    ),
    # Sizes.
    Attack("two mebibytes", posted(b" " * (2 * MEBIBYTE)), 413, "CONTENT_TOO_LARGE", closes=True),
    Attack(
        "two mebibytes in chunks",
        chunked(*[b" " * 65536] * 40),
        413,
        "CONTENT_TOO_LARGE",
        closes=True,
    ),
    Attack(
        "a length of 20 digits",
        posted(b"", **{"Content-Length": "9" * 18}),
        413,
        "CONTENT_TOO_LARGE",
        closes=True,
    ),
    Attack(
        "a length of 400 digits", posted(b"", **{"Content-Length": "9" * 400}), 400, "", closes=True
    ),
    Attack("a length below nothing", posted(b"", **{"Content-Length": "-1"}), 400, "", closes=True),
    Attack("a chunk of 2 ** 64 bytes", chunked(b"a", size="f" * 17), 400, "", closes=True),
    Attack(
        "a chunk of 2 ** 60 bytes",
        chunked(b"a" * 2_000_000, size="f" * 15),
        413,
        "CONTENT_TOO_LARGE",
        closes=True,
    ),
    # Batches.
    Attack(
        "a batch of 5,000",
        posted(b"[" + b",".join([ASKED.encode()] * 5_000) + b"]"),
        400,
        "BATCH_TOO_LARGE",
    ),
    Attack(
        "a batch of 300,000 nothings",
        posted(b"[" + b"{}," * 300_000 + b"{}]"),
        400,
        CROWDED,
    ),
    Attack(
        "a batch in a batch", posted(b"[[" + ASKED.encode() + b"]]"), 400, "must be a JSON object"
    ),
    Attack("an empty batch", posted(b"[]"), 400, "no operation"),
    Attack(
        "a batch of ten dear queries",
        posted(json.dumps([{"query": DEAR}] * 10).encode()),
        200,
        "MAX_COST_EXCEEDED",
    ),
]
