"""A large answer gives others their turn while it is made, in slices of a bounded size."""

import asyncio
from collections.abc import Awaitable

import pytest
import strawberry

from graphql_blog.engine.executor import SLICE, TURN, BreadthFirstExecutor


@strawberry.type
class Thing:
    number: int

    @strawberry.field
    def half(self) -> float:
        return self.number / 2


@strawberry.type
class Query:
    @strawberry.field
    def things(self, count: int) -> list[Thing]:
        return [Thing(number=number) for number in range(count)]

    @strawberry.field
    async def later(self, count: int) -> list[Thing]:
        await asyncio.sleep(0)
        return [Thing(number=number) for number in range(count)]


schema = strawberry.Schema(Query, execution_context_class=BreadthFirstExecutor)


async def turns_during(operation: Awaitable[object]) -> int:
    """How often somebody else had their turn."""
    turns, done = 0, asyncio.Event()

    async def somebody_else() -> None:
        nonlocal turns
        while not done.is_set():
            turns += 1
            await asyncio.sleep(0)

    waiting = asyncio.create_task(somebody_else())
    await asyncio.sleep(0)
    before = turns
    await operation
    done.set()
    await waiting
    return turns - before


async def test_a_small_answer_is_made_in_one_turn():
    assert await turns_during(schema.execute("{ things(count: 100) { number half } }")) == 0


@pytest.mark.parametrize("field", ["things", "later"])
async def test_while_resolvers_are_called_for_many_objects_others_have_their_turns(field):
    query = f"{{ {field}(count: {20 * SLICE}) {{ half }} }}"

    assert await turns_during(schema.execute(query)) >= 19


async def test_while_many_values_pass_others_have_their_turns():
    fields = " ".join(f"n{n}: number" for n in range(10))
    query = f"{{ things(count: {TURN}) {{ {fields} }} }}"

    assert await turns_during(schema.execute(query)) >= 10


async def test_what_gives_others_their_turn_can_still_be_done_at_once():
    result = schema.execute_sync(f"{{ things(count: {3 * SLICE}) {{ half }} }}")

    assert result.errors is None
    assert result.data is not None
    assert result.data["things"][-1] == {"half": (3 * SLICE - 1) / 2}
