"""JSON of nothing but brackets is found out without being read."""

import pytest

from graphql_blog.web.crowded import MOST, containers_in


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[" * MOST,
        b'"' + b"[{" * MOST + b'"',
        rb'"\"[' + b"{" * MOST + rb'\\"',
        b"1," * 500_000,
    ],
)
def test_others_are_left_to_be_read(text):
    assert containers_in(text) == 0


@pytest.mark.parametrize("bracket", [b"[", b"{", b'"[",[', rb'"\\",{'])
def test_what_is_too_much_is_counted(bracket):
    assert containers_in(bracket * (MOST + 1)) == MOST + 1
