"""What a trace sees: its own operation, and nothing of any other."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import ExitStack
from typing import Any

import pytest
import strawberry
from graphql import parse
from sqlalchemy import Integer, Select, create_engine, select, table
from sqlalchemy import column as sql_column
from sqlalchemy.engine import make_url
from strawberry.extensions import SchemaExtension

from graphql_blog.engine.executor import BreadthFirstExecutor
from graphql_blog.engine.fields import batch_field, column, root_rows
from graphql_blog.engine.loaders import Loaders
from graphql_blog.engine.observed import observed
from graphql_blog.engine.plans import reason_for_core
from graphql_blog.engine.readers import Reader, Sent
from graphql_blog.engine.sqlite import SqliteReader
from graphql_blog.engine.trace import Trace

BOOKS = table(
    "books", sql_column("id", Integer), sql_column("title"), sql_column("before", Integer)
)
ALL = ("id", "title")
SEQUELS = ("id", "title", "before")


def put_books(connection: sqlite3.Connection) -> None:
    """Three; the last goes on with the first."""
    connection.execute("CREATE TEMP TABLE books (id INTEGER, title TEXT, before INTEGER)")
    books = [(1, "One", 3), (2, "Two", 1), (3, "Three", 2)]
    connection.executemany("INSERT INTO books VALUES (?, ?, ?)", books)


class Library:
    """The context of an operation."""

    def __init__(self, reader: Reader, trace: Trace | None = None) -> None:
        self.reader = reader
        self.trace = trace
        self.loaders = trace.loaders if trace else Loaders()

    async def read(self, *columns: str) -> list[Any]:
        def build() -> Select[Any]:
            return select(*(BOOKS.c[name] for name in columns)).order_by(BOOKS.c.id)

        return await self.reader.fetch(self.reader.statements.get(columns, build, "Book"), {})


async def all_books(asked: Any) -> list[Any]:
    return await asked.context.read(*ALL)


async def sequels(asked: Any, ids: list[int]) -> list[Any]:
    found = {book.before: book for book in await asked.context.read(*SEQUELS)}
    return [found[id_] for id_ in ids]


@strawberry.type
class Book:
    id: int = column("id", description="")
    title: str = column("title", description="")
    sequel: "Book" = batch_field(sequels, description="")


@strawberry.type
class Query:
    books: list[Book] = root_rows(all_books, description="")


SCHEMA = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor)


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    opened = SqliteReader(make_url("sqlite+aiosqlite://"), put_books)
    yield opened
    await opened.close()


async def traced(reader: Reader, query: str, schema: strawberry.Schema = SCHEMA) -> Trace:
    trace = Trace()
    with trace.watching(reader):
        result = await schema.execute(query, context_value=Library(reader, trace))
    assert result.errors is None
    return trace


def told(trace: Trace) -> dict[str, list[Any]]:
    """The columns of the statements, by their fields."""
    fields = [found for found in trace.walk() if found.statements]
    return {found.path: [sent.columns for sent in found.statements] for found in fields}


async def test_statements_are_told_with_the_fields_that_they_are_for(reader):
    trace = await traced(reader, "{ books { title sequel { id } } }")

    assert told(trace) == {"books": [ALL], "books.sequel": [SEQUELS]}
    assert (trace.rows, trace.values, trace.levels) == (6, 15, 2)
    assert (trace.elsewhere, trace.core_because) == ([], None)
    assert trace.whole_rows({"Book": 10}) == 60


async def test_a_batch_of_several_fields_is_told_with_the_first_of_the_document(reader):
    trace = await traced(reader, "{ books { sequel { id } again: sequel { id } } }")

    (books,) = trace.fields
    assert [child.objects for child in books.below] == [3, 3]
    assert [len(child.statements) for child in books.below] == [1, 0]
    (first,), (second,) = (child.batches.values() for child in books.below)
    assert first is second
    assert (first.name, first.keys, first.fields) == ("sequels", 3, books.below)


async def test_what_was_loaded_above_is_told_with_the_batch_that_loaded_it(reader):
    trace = await traced(reader, "{ books { sequel { sequel { id } } } }")

    books, above, below = (found for found in trace.walk() if not found.is_value)
    assert told(trace) == {"books": [ALL], "books.sequel": [SEQUELS]}
    assert list(below.batches.values()) == list(above.batches.values())
    assert [found.objects for found in (books, above, below)] == [1, 3, 3]


async def test_statements_of_operations_at_the_same_time_do_not_mix(reader):
    async def untraced() -> None:
        await SCHEMA.execute("{ books { id } }", context_value=Library(reader))

    one, two, _ = await asyncio.gather(
        traced(reader, "{ books { id } }"),
        traced(reader, "{ books { sequel { title } } }"),
        untraced(),
    )

    assert told(one) == {"books": [ALL]}
    assert told(two) == {"books": [ALL], "books.sequel": [SEQUELS]}
    assert [len(one.statements), len(two.statements)] == [1, 2]


async def test_nobody_watches_any_more_when_the_operation_has_ended(reader):
    with pytest.raises(ZeroDivisionError), Trace().watching(reader):
        raise ZeroDivisionError

    assert reader.observers == []


def test_a_statement_that_was_begun_before_is_not_told():
    told: list[Sent] = []
    engine, watching = create_engine("sqlite://"), ExitStack()

    def watch() -> None:
        watching.enter_context(observed(engine, told.append))

    with watching, engine.begin() as connection:
        connection.connection.create_function("watch", 0, watch)
        connection.exec_driver_sql("SELECT watch()").all()
        connection.exec_driver_sql("CREATE TABLE books (id)")
    engine.dispose()

    assert [sent.sql for sent in told] == ["CREATE TABLE books (id)"]


async def test_on_graphql_core_batches_are_seen_and_the_rest_is_elsewhere(reader):
    core = strawberry.Schema(Query)

    trace = await traced(reader, "{ books { sequel { id } } }", core)

    assert trace.core_because == "the schema is built without the engine"
    assert told(trace) == {"books.sequel": [SEQUELS]}
    assert [sent.columns for sent in trace.elsewhere] == [ALL]


async def test_says_why_graphql_core_executed_an_operation(reader):
    trace = await traced(reader, '{ __schema { description } __type(name: "Book") { name } }')

    assert trace.core_because == "the operation has __schema, __type"


async def test_a_fragment_of_another_operation_is_no_reason(reader):
    trace = Trace()
    document = """
      query A { ...Below } query B { ...Schema }
      fragment Below on Query { ...Type } fragment Type on Query { __type(name: "Book") { name } }
      fragment Schema on Query { __schema { description } }
    """

    await SCHEMA.execute(document, context_value=Library(reader, trace), operation_name="A")

    assert trace.core_because == "the operation has __type"


async def test_a_condition_that_is_null_is_a_reason(reader):
    trace = Trace()
    query = "query ($hidden: Boolean = true) { books @skip(if: $hidden) { id } }"

    result = await SCHEMA.execute(query, {"hidden": None}, Library(reader, trace))

    assert result.errors is not None
    words = "$hidden is null, which is no condition for @skip or @include"
    assert trace.core_because == words


def test_an_operation_of_which_no_plan_can_be_made_is_a_reason():
    without_condition = parse("{ books @skip { id } }")

    executor = BreadthFirstExecutor.build(SCHEMA._schema, without_condition)

    assert reason_for_core(executor) == "no plan could be made of the operation"


async def test_what_stands_around_each_field_is_a_reason(reader):
    class Around(SchemaExtension):
        def resolve(self, next_: Any, root: Any, info: Any, *given: Any, **named: Any) -> Any:
            return next_(root, info, *given, **named)

    schema = strawberry.Schema(
        Query, execution_context_class=BreadthFirstExecutor, extensions=[Around]
    )

    trace = await traced(reader, "{ __typename }", schema)

    assert trace.core_because == (
        "something stands around each field: middleware, an abort signal or exception handlers"
    )
