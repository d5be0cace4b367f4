"""How long an answer may be: counted before it is written, where long texts could make it so.

The same post may stand in an answer hundreds of times, and its content under twenty names. In
memory it is there once; written, it is there as often as it was asked for.
"""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from graphql_blog.graph.limits.bounds import Limits, refusal


def answer_too_long(data: Mapping[str, Any], limits: Limits) -> GraphQLError | None:
    """The refusal of an answer that is too long to be written."""
    length = _length(data, {})
    if length <= limits.answer_length:
        return None
    words = (
        f"The texts of the answer have {length:,} characters, and {limits.answer_length:,} are"
        " the most: ask for smaller pages, or for long texts one by one."
        " What a mutation has done stays done."
    )
    return refusal("ANSWER_TOO_LONG", words, length, limits.answer_length)


def _length(value: Any, known: dict[int, int]) -> int:
    """How many characters its texts have; what stands in several places is looked at once."""
    length = 0
    for one in value.values() if type(value) is dict else value:
        kind = type(one)
        if kind is str:
            length += len(one)
        elif kind is dict or kind is list:
            below = known.get(id(one))
            if below is None:
                below = known[id(one)] = _length(one, known)
            length += below
    return length
