"""What would cost the engine its speed is said in words, by name."""

from collections.abc import Iterator
from typing import Any

import strawberry
import structlog
from strawberry.directive import DirectiveLocation
from strawberry.extensions import SchemaExtension

from graphql_blog.engine.hooks import EACH_REQUEST, FIELD_BY_FIELD, warn_of_slow_hooks


@strawberry.type
class Query:
    title: str = "Title"


class Tracing(SchemaExtension):
    def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
        return _next(root, info, *args, **kwargs)


class Timing(SchemaExtension):
    def on_operation(self) -> Iterator[None]:
        yield


@strawberry.directive(locations=[DirectiveLocation.FIELD])
def upper(value: str) -> str:
    return value.upper()


def warnings_about(schema: strawberry.Schema) -> list[Any]:
    with structlog.testing.capture_logs() as logged:
        warn_of_slow_hooks(schema)
    return [(entry["log_level"], entry["extension"], entry["reason"]) for entry in logged]


def test_a_plain_schema_costs_nothing():
    assert warnings_about(strawberry.Schema(Query)) == []


def test_who_looks_at_fields_is_named_and_so_are_directives_of_the_schema():
    schema = strawberry.Schema(Query, extensions=[Tracing], directives=[upper])

    assert warnings_about(schema) == [
        ("warning", "Tracing", FIELD_BY_FIELD),
        ("warning", "DirectivesExtension", FIELD_BY_FIELD),
    ]


def test_who_stands_around_the_operation_is_named():
    schema = strawberry.Schema(Query, extensions=[Timing])

    assert warnings_about(schema) == [("warning", "Timing", EACH_REQUEST)]
