"""The tokens of a document are found by going over it once, whatever it is."""

import pytest

from graphql_blog.graph.limits.tokens import tokens_of


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ('"a" "" "\\""', ['"a"', '""', '"\\""']),
        ('"""a "b" \\""" c""" d', ['"""a "b" \\""" c"""', "d"]),
        ('""""""', ['""""""']),
        ('"a\nb"', ['"a', "b", '"']),
        ('"a\\\nb', ['"a\\', "b"]),
        ('"""a', ['"""a']),
        ('a """b\\', ["a", '"""b\\']),
    ],
)
def test_texts_are_one_token_each(text, tokens):
    assert tokens_of(text, 100)[0] == tokens


@pytest.mark.parametrize("end", ['\\"""', '\\"', "\\\\", "\\", 'a"b ', "a\\"])
def test_a_text_that_does_not_end_is_not_looked_through_from_each_quote(end):
    """Else each of them is a token, and looking for its end goes as far as the first did."""
    block, line = '{ a(b: """' + end * 20_000, '{ a(b: "' + end.replace('"b', "b") * 20_000

    assert tokens_of(block, 100)[0][5:] == [block[7:]]
    if end != '\\"""':
        assert tokens_of(line, 100)[0][5:] == [line[7:]]
