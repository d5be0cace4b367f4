"""JSON of very many values is found out without being read."""

import orjson
import pytest

from graphql_blog.web.crowded import MOST, PIECE, values_in


def numbers(count):
    return orjson.dumps([1] * (count - 1))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[" * (MOST - 1),
        numbers(MOST),
        b'"' + b"[{," * MOST + b'"',
        rb'"\"[' + b"{" * MOST + rb'\\"',
        rb'"\\\",' + b"," * MOST + b'"',
        b'["' + b"," * 5 * PIECE + b'"' + b",1" * (MOST - 3) + b"]",
    ],
)
def test_others_are_left_to_be_read(text):
    assert values_in(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        b"[" * (MOST + 1),
        b"{" * (MOST + 1),
        numbers(MOST + 1),
        b'"[",[' * MOST,
        rb'"\\",{' * MOST,
        b'["' + b"," * 5 * PIECE + b'"' + b",1" * (MOST - 1) + b"]",
        b"{" + b",".join(b'"v%d":1' % number for number in range(MOST)) + b"}",
    ],
)
def test_what_is_too_much_is_told(text):
    assert values_in(text) > MOST


def test_what_is_a_little_too_much_is_counted():
    assert values_in(numbers(MOST + 7)) == MOST + 7
