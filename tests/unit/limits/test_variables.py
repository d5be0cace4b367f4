"""Variables that are too much, or cannot be stored."""

import pytest

from graphql_blog.graph.limits.bounds import Limits
from graphql_blog.graph.limits.variables import are_fine, problems

TEXT = "A text in this request has a NUL or half of a character in it."


def nested(depth):
    value = 1
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"id": "1", "first": 20, "yes": True, "ratio": 0.5, "none": None},
        {"text": "ein Käse 🧀"},
        {"deep": nested(15)},
        {"ids": ["1"] * 4_999},
        {str(number): number for number in range(5_000)},
        {"filter": {"or": [{"title": {"contains": "a"}}]}},
    ],
)
def test_most_are_fine(variables):
    assert are_fine(variables, Limits())
    assert problems(variables, Limits()) == []


@pytest.mark.parametrize(
    ("variables", "code", "message", "more"),
    [
        ({"a": "\x00"}, "BAD_USER_INPUT", TEXT, {}),
        ({"a": "\ud800"}, "BAD_USER_INPUT", TEXT, {}),
        ({"\x00": 1}, "BAD_USER_INPUT", TEXT, {}),
        ({"a": [{"\ud800": 1}]}, "BAD_USER_INPUT", TEXT, {}),
        (
            {"a": nested(16)},
            "VARIABLES_TOO_DEEP",
            "Variables may be nested 16 levels deep, not more.",
            {"value": 17, "limit": 16},
        ),
        (
            {"a": nested(900)},
            "VARIABLES_TOO_DEEP",
            "Variables may be nested 16 levels deep, not more.",
            {"value": 17, "limit": 16},
        ),
        (
            {"a": [1] * 5_000},
            "VARIABLES_TOO_LARGE",
            "The variables may have 5,000 values, not more: send them in several requests.",
            {"value": 5_001, "limit": 5_000},
        ),
        (
            {str(number): number for number in range(5_001)},
            "VARIABLES_TOO_LARGE",
            "The variables may have 5,000 values, not more: send them in several requests.",
            {"value": 5_001, "limit": 5_000},
        ),
    ],
)
def test_others_are_refused_in_words(variables, code, message, more):
    (error,) = problems(variables, Limits())

    assert not are_fine(variables, Limits())
    assert (error.message, error.extensions) == (message, {"code": code, **more})


def test_a_few_plain_values_are_counted_too():
    assert are_fine({"a": 1, "b": 2}, Limits(variable_values=2))
    assert not are_fine({"a": 1, "b": 2, "c": 3}, Limits(variable_values=2))
