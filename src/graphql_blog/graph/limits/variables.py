"""Variables that are too many, too deep, or hold texts that cannot be stored."""

import re
from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError

from graphql_blog.graph.limits.bounds import Limits, refusal

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
Variables = Mapping[str, Any]


def are_fine(variables: Variables, limits: Limits) -> bool:
    """Whether nothing is to be said about them; quick for the few values of most requests."""
    containers: list[Any] = [variables]
    count = 0
    for container in containers:
        count += len(container)
        # They cannot be nested deeper than there are of them.
        if count > limits.variable_values or len(containers) > limits.variables_depth:
            return not problems(variables, limits)
        values = container
        if type(container) is dict:
            values = container.values()
            if not all(map(is_storable, container)):
                return False
        for value in values:
            type_ = type(value)
            if type_ is str:
                if not is_storable(value):
                    return False
            elif type_ is dict or type_ is list:
                containers.append(value)
    return True


def problems(variables: Variables, limits: Limits) -> list[GraphQLError]:
    """What is too much about them, and the text that cannot be stored; ends with the first."""
    count = 0
    level: list[Any] = [variables]
    depth = -1
    while level:
        depth += 1
        if depth > limits.variables_depth:
            return [_too_deep(depth, limits.variables_depth)]
        below: list[Any] = []
        for value in level:
            if isinstance(value, str):
                if not is_storable(value):
                    return [unstorable(None)]
            elif isinstance(value, dict | list):
                count += len(value)
                if count > limits.variable_values:
                    return [_too_many(count, limits.variable_values)]
                if isinstance(value, list):
                    below += value
                elif all(map(is_storable, value)):
                    below += value.values()
                else:
                    return [unstorable(None)]
        level = below
    return []


def is_storable(text: str) -> bool:
    """Whether PostgreSQL could keep, or look for, this text."""
    if text.isascii():
        return "\x00" not in text
    return UNSTORABLE.search(text) is None


def unstorable(nodes: Any) -> GraphQLError:
    return GraphQLError(
        "A text in this request has a NUL or half of a character in it.",
        nodes,
        extensions={"code": "BAD_USER_INPUT"},
    )


def _too_deep(depth: int, limit: int) -> GraphQLError:
    words = f"Variables may be nested {limit:,} levels deep, not more."
    return refusal("VARIABLES_TOO_DEEP", words, depth, limit)


def _too_many(count: int, limit: int) -> GraphQLError:
    words = f"The variables may have {limit:,} values, not more: send them in several requests."
    return refusal("VARIABLES_TOO_LARGE", words, count, limit)
