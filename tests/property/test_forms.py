"""Multipart requests: however they arrive, and whatever has become of them on the way."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from graphql_blog.graph.uploads import Upload
from graphql_blog.web.parameters import Form, Parameters, Refused
from graphql_blog.web.uploads import Limits, received

LIMITS = Limits(files=2, file_bytes=200, field_bytes=300)
HEADERS = {b"graphql-preflight": b"1"}
BODY = b"""--b0und\r
Content-Disposition: form-data; name="operations"\r
\r
{"query": "mutation ($f: [Upload]) { keep(files: $f) }", "variables": {"f": [null, null]}}\r
--b0und\r
Content-Disposition: form-data; name="map"\r
\r
{"0": ["variables.f.0"], "1": ["variables.f.1"]}\r
--b0und\r
Content-Disposition: form-data; name="0"; filename="a.txt"\r
Content-Type: text/plain\r
\r
\r\n--b0un some bytes\r
--b0und\r
Content-Disposition: form-data; name="1"; filename="b.txt"\r
\r
\r
--b0und--\r
"""
FILES = [("a.txt", b"\r\n--b0un some bytes"), ("b.txt", b"")]


def files_in(chunks: Sequence[bytes]) -> Any:
    """The names and contents of the files of a form that arrives in these chunks."""
    waiting = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})

    async def receive() -> Any:
        return waiting.pop(0)

    async def files() -> Any:
        async with received(Form(b"b0und"), receive, HEADERS, LIMITS) as asked:
            values = asked.variables.get("f") if isinstance(asked, Parameters) else []
            return [
                (value.name, value.file.read()) for value in values or () if type(value) is Upload
            ]

    return asyncio.run(files())


@given(st.sets(st.integers(0, len(BODY)), max_size=30))
def test_it_does_not_matter_in_which_pieces_a_form_arrives(cuts):
    places = [0, *sorted(cuts), len(BODY)]
    chunks = [BODY[start:end] for start, end in pairwise(places)]

    assert files_in(chunks) == FILES


@given(
    st.integers(0, len(BODY)),
    st.integers(0, 40),
    st.binary(max_size=20) | st.sampled_from([b"\r\n--b0und", b"--", b'"', b"\r\n\r\n"]),
)
def test_a_form_that_was_damaged_is_refused_or_understood_and_never_a_bug(start, length, instead):
    damaged = BODY[:start] + instead + BODY[start + length :]

    with suppress(Refused):
        files_in([damaged])
