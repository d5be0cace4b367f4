"""Running a prepared document is what Strawberry's own `execute` does, without its detours."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.schema.exceptions import CannotGetOperationTypeError, InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from graphql_blog.auth import STRANGER
from graphql_blog.graph.context import Context
from graphql_blog.graph.schema import Schema

ANYTHING = frozenset(OperationType)
READING = frozenset({OperationType.QUERY})


@strawberry.type
class Query:
    @strawberry.field
    async def double(self, number: int = 1) -> int:
        return 2 * number

    @strawberry.field
    def request(self, info: strawberry.Info[Context]) -> str:
        return info.context.request_id

    @strawberry.field
    def broken(self) -> int | None:
        raise LookupError("It is broken.")


@strawberry.type
class Mutation:
    @strawberry.field
    async def change(self) -> str:
        return "changed"


CONTEXT = Context(STRANGER, datetime(2026, 11, 20, tzinfo=UTC), "request-1", None)  # type: ignore[arg-type]
SCHEMA = Schema(Query, Mutation)
DOUBLE = "query One($n: Int!) { double(number: $n) } query Two { request }"


async def run(query: str, variables: Any = None, name: str | None = None, schema: Any = SCHEMA):
    prepared = schema.documents(entries=1).prepared(query)
    return await schema.run(prepared, variables or {}, CONTEXT, name, ANYTHING)


def shown(result: Any) -> Any:
    errors = [error.formatted for error in result.errors or ()]
    originals = [type(error.original_error) for error in result.errors or ()]
    return type(result).__name__, result.data, errors, originals


@pytest.mark.parametrize(
    ("query", "variables", "name"),
    [
        ("{ double request __typename }", {}, None),
        ("{ request broken }", {}, None),
        ("mutation { change }", {}, None),
        (DOUBLE, {"n": 2}, "One"),
        (DOUBLE, {"n": "2"}, "One"),
        (DOUBLE, {}, "One"),
        (DOUBLE, {}, "Two"),
        ("{ double", {}, None),
        ("{ nothing double(number: true) }", {}, None),
        ("{ a: double @skip(if: true) __schema { queryType { name } } }", {}, None),
    ],
)
async def test_it_comes_to_what_execute_comes_to(query, variables, name):
    expected = await SCHEMA.execute(query, variables, CONTEXT, operation_name=name)

    assert shown(await run(query, variables, name)) == shown(expected)


@pytest.mark.parametrize(
    ("query", "name"), [("fragment F on Query { double }", None), ("{ double }", "One")]
)
async def test_an_operation_that_is_not_there_is_refused(query, name):
    with pytest.raises(CannotGetOperationTypeError):
        await run(query, name=name)


async def test_what_is_not_allowed_is_refused_before_it_is_validated():
    for query in ("mutation { change }", "mutation { nothing }"):
        prepared = SCHEMA.documents(entries=1).prepared(query)

        with pytest.raises(InvalidOperationTypeError):
            await SCHEMA.run(prepared, {}, CONTEXT, None, READING)


async def test_a_document_that_is_invalid_tells_the_same_each_time():
    documents = SCHEMA.documents(entries=1)

    for query in ("{ nothing }", "{ double"):
        results = [
            await SCHEMA.run(documents.prepared(query), {}, CONTEXT, None, ANYTHING)
            for _ in range(3)
        ]
        results[0].errors.clear()

        assert shown(results[1]) == shown(results[2])
        assert len(results[2].errors) == 1
        assert results[2].errors[0].__traceback__ is None


async def test_extensions_are_asked_where_there_are_any():
    asked: list[str] = []

    class Timing(SchemaExtension):
        def on_operation(self) -> Iterator[None]:
            asked.append("before")
            yield
            asked.append("after")

        def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
            asked.append(info.field_name)
            return _next(root, info, *args, **kwargs)

    schema = Schema(Query, Mutation, extensions=[Timing])

    assert (await run("{ request }", schema=schema)).data == {"request": "request-1"}
    assert asked == ["before", "request", "after"]
