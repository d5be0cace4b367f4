"""The executor beside graphql-core: batches, serial mutations, and what it leaves to core."""

import asyncio
from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from graphql_blog.engine.asked import Asked
from graphql_blog.engine.executor import BreadthFirstExecutor
from graphql_blog.engine.fields import batch_field
from graphql_blog.engine.loaders import Loaders
from tests.torture.compare import DECLARED, TORTURE, Said, answer, assert_same_later, replayed

WHO: ContextVar[str] = ContextVar("WHO", default="nobody")
CALM = 0
"""The seed of a world in which nothing goes wrong."""


@dataclass
class Context:
    loaders: Loaders = field(default_factory=Loaders)
    log: list[Any] = field(default_factory=list)
    shelf: int = 0


async def counts(asked: Asked, ids: Any) -> list[int]:
    asked.context.log.append(list(ids))
    return [asked.context.shelf + id_ for id_ in ids]


@strawberry.type
class Book:
    id: int
    count: int = batch_field(counts, description="How many there are.")

    @strawberry.field
    async def title(self) -> str:
        await asyncio.sleep(0)
        return f"Book {self.id}"

    @strawberry.field
    def reader(self) -> str:
        return WHO.get()

    @strawberry.field
    def sequel(self) -> "Book | None":
        return Book(id=self.id + 1)


@strawberry.type
class Query:
    @strawberry.field
    def books(self, count: int = 3) -> list[Book]:
        WHO.set("somebody")
        return [Book(id=number) for number in range(count)]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def add(self, info: Info, number: int) -> Book | None:
        if number < 0:
            raise ValueError("Nothing is less than nothing.")
        info.context.shelf += number
        return Book(id=0)

    @strawberry.mutation
    async def must_add(self, info: Info, number: int) -> Book:
        return await self.add(info, number)


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def appeared(self) -> AsyncIterator[Book]:
        for number in range(3):
            yield Book(id=number)


class Noting(SchemaExtension):
    """Sees every field, as only graphql-core can show it."""

    def resolve(self, next_: Any, root: Any, info: Any, *args: str, **kwargs: Any) -> Any:
        info.context.log.append(info.field_name)
        return next_(root, info, *args, **kwargs)


INCREMENTAL = {"config": StrawberryConfig(enable_experimental_incremental_execution=True)}


def make(**options: Any) -> list[strawberry.Schema]:
    """The schema on graphql-core, and on the engine."""
    return [
        strawberry.Schema(Query, Mutation, Subscription, **options, **executor)
        for executor in ({}, {"execution_context_class": BreadthFirstExecutor})
    ]


CORE, ENGINE = make()


async def told(schema: strawberry.Schema, document: str) -> tuple[Any, Any, Any]:
    """Data, errors and what was noted."""
    context = Context()
    result = await schema.execute(document, context_value=context)
    return result.data, [str(error) for error in result.errors or ()], context.log


async def declared(document: str) -> list[tuple[str, list[Any]]]:
    """The batches that the engine asks for in the second torture schema."""
    world = DECLARED.world(CALM)
    await answer(DECLARED.engine, replayed(document), world)
    return world.batches


async def test_a_relation_is_one_batch_for_all_objects_of_a_level():
    batches = await declared("{ things(count: 3) { parts(first: 2) { marks } } }")

    assert [(name, len(keys)) for name, keys in batches] == [
        ("things", 1),
        ("parts, the first 2", 3),
        ("marks None None", 6),
    ]


async def test_fields_that_ask_the_same_share_a_batch():
    document = "{ things { owner { name } again: owner { name } more: owner { size } } }"

    batches = await declared(document)

    # The third reads another column, so it is another statement.
    assert [name for name, _ in batches] == ["things", "owner", "owner"]


async def test_arguments_keep_batches_apart():
    batches = await declared("{ things { one: parts(first: 1) { id } two: parts { id } } }")

    assert sorted(name for name, _ in batches) == [
        "parts, the first 1",
        "parts, the first 2",
        "things",
    ]


async def test_an_interface_is_fetched_with_the_columns_of_each_place():
    document = "{ known(id: 1) { being { name } } someThings { being { id name } } }"

    for seed in range(0, 80, 4):
        await assert_same_later(replayed(document), seed, DECLARED)


async def test_mutations_are_done_in_turn_and_nothing_read_before_is_believed_after():
    document = """mutation {
      one: add(number: 1) { id count } two: add(number: 2) { count } no: add(number: -1) { id }
      three: add(number: 3) { title count }
    }"""

    data, errors, log = await told(ENGINE, document)

    assert data == {
        "one": {"id": 0, "count": 1},
        "two": {"count": 3},
        "no": None,
        "three": {"title": "Book 0", "count": 6},
    }
    assert [error.splitlines()[0] for error in errors] == ["Nothing is less than nothing."]
    assert log == [[0], [0], [0]]


async def test_a_mutation_that_must_not_fail_ends_those_after_it():
    document = (
        "mutation { add(number: 1) { id } mustAdd(number: -1) { id } more: add(number: 5) { id } }"
    )
    for schema in (CORE, ENGINE):
        context = Context()

        result = await schema.execute(document, context_value=context)

        assert (result.data, context.shelf) == (None, 1)


@pytest.mark.parametrize(
    "document",
    [
        "{ __schema { queryType { name } } books { id } }",
        '{ __type(name: "Book") { fields { name } } }',
        "{ books { __typename ... on Book @include(if: true) { title } } }",
    ],
)
async def test_introspection_may_stand_beside_data(document):
    assert await told(ENGINE, document) == await told(CORE, document)


async def test_extensions_see_every_field():
    core, engine = make(extensions=[Noting])

    noted = await told(engine, "{ books(count: 2) { id title } }")

    assert noted[2] == ["books", "id", "title", "id", "title"]
    assert noted == await told(core, "{ books(count: 2) { id title } }")


@pytest.mark.parametrize("directive", ["@defer", ""])
async def test_deferred_fragments_come_later(directive):
    document = f"{{ books(count: 2) {{ id ... {directive} {{ title }} }} }}"

    core, engine = [await frames(schema, document) for schema in make(**INCREMENTAL)]

    assert engine == core
    assert len(core) == (2 if directive else 1)


async def frames(schema: strawberry.Schema, document: str) -> list[str]:
    result: Any = await schema.execute(document, context_value=Context())
    if not hasattr(result, "subsequent_results"):
        return [repr(result.data)]
    later = [frame.formatted async for frame in result.subsequent_results]
    return [repr(result.initial_result.formatted), *map(repr, later)]


async def test_each_event_of_a_subscription_is_executed():
    for schema in (CORE, ENGINE):
        events: Any = await schema.subscribe(
            "subscription { appeared { title count } }", context_value=Context()
        )

        assert [event.data["appeared"] async for event in events] == [
            {"title": f"Book {number}", "count": number} for number in range(3)
        ]


async def test_what_a_resolver_puts_into_the_context_is_there_for_those_below():
    for schema in (CORE, ENGINE):
        data, _, _ = await told(schema, "{ books(count: 1) { reader } }")

        assert data == {"books": [{"reader": "somebody"}]}


@pytest.mark.parametrize("depth", [20, 150])
async def test_deep_documents_say_the_same(depth):
    document = "{ books { " + "sequel { " * depth + "id" + " }" * depth + " } }"

    assert await told(ENGINE, document) == await told(CORE, document)


async def test_a_long_list_leaves_turns_to_others():
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    data, _, log = await told(ENGINE, "{ books(count: 20000) { id reader count } }")
    task.cancel()

    assert data["books"][-1] == {"id": 19_999, "reader": "somebody", "count": 19_999}
    assert [len(keys) for keys in log] == [20_000]
    assert turns > 20


async def test_requests_at_the_same_time_share_nothing():
    document = replayed("{ manyAlpha { intFirm getString manyBeta { about laterAlpha { int } } } }")

    async def of(schema: strawberry.Schema, seed: int) -> Said:
        return await answer(schema, document, TORTURE.world(seed, late=True))

    seeds = range(0, 40, 4)
    alone = [await of(TORTURE.core, seed) for seed in seeds]
    together = await asyncio.gather(*(of(TORTURE.engine, seed) for seed in seeds))

    assert [repr(said.data) for said in together] == [repr(said.data) for said in alone]


async def test_what_has_to_wait_is_refused_where_nobody_waits():
    before = asyncio.all_tasks()

    result: Any = ENGINE.execute_sync("{ books { title } }")

    assert result.data is None
    assert [error.message for error in result.errors] == [
        "GraphQL execution failed to complete synchronously."
    ]
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


def test_what_does_not_wait_needs_no_loop():
    result = ENGINE.execute_sync("{ books(count: 1) { id reader } }")

    assert result.data == {"books": [{"id": 0, "reader": "somebody"}]}
