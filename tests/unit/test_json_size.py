"""JSON of very many values is found out without being read."""

import orjson
import pytest

from graphql_blog.json_size import MOST_VALUES, PIECE, values_in


def numbers(count):
    return orjson.dumps([1] * (count - 1))


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"{}",
        b"[" * (MOST_VALUES - 1),
        numbers(MOST_VALUES),
        b'"' + b"[{," * MOST_VALUES + b'"',
        rb'"\"[' + b"{" * MOST_VALUES + rb'\\"',
        rb'"\\\",' + b"," * MOST_VALUES + b'"',
        b'["' + b"," * 5 * PIECE + b'"' + b",1" * (MOST_VALUES - 3) + b"]",
        b'["' + b"a" * (PIECE - 3) + rb"\"" + b"," * MOST_VALUES + b'"]',
        b'["' + b"a" * (PIECE - 3) + rb"\\\"" + b"," * MOST_VALUES + b'"]',
        b"[" + b",".join([b"{}", b"[ ]"] * (MOST_VALUES // 2 - 1)) + b"]",
        b"[" + b",".join([b"[" + b" " * 2 * PIECE + b"]"] * 3) + b",1" * (MOST_VALUES - 4) + b"]",
    ],
)
def test_others_are_left_to_be_read(text):
    assert values_in(text) == 0


@pytest.mark.parametrize(
    "text",
    [
        b"[" * (MOST_VALUES + 1),
        b"{" * (MOST_VALUES + 1),
        numbers(MOST_VALUES + 1),
        b'"[",[' * MOST_VALUES,
        rb'"\\",{' * MOST_VALUES,
        b'["' + b"," * 5 * PIECE + b'"' + b",1" * (MOST_VALUES - 1) + b"]",
        b'["' + b"a" * (PIECE - 3) + rb'\\"' + b",1" * MOST_VALUES + b"]",
        b"{" + b",".join(b'"v%d":1' % number for number in range(MOST_VALUES)) + b"}",
    ],
)
def test_what_is_too_much_is_told(text):
    assert values_in(text) > MOST_VALUES


def test_what_is_a_little_too_much_is_counted():
    assert values_in(numbers(MOST_VALUES + 7)) == MOST_VALUES + 7
