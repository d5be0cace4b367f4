"""So many at once, the others in the order in which they came, and none is lost."""

import asyncio
import random

import pytest

from graphql_blog.engine.slots import Slots


async def turn():
    for _ in range(3):
        await asyncio.sleep(0)


async def test_so_many_are_taken_at_once_and_the_next_waits_for_one():
    slots = Slots(2)
    assert (slots.take(), slots.take(), slots.take()) == (True, True, False)
    waits = [asyncio.create_task(slots.wait()) for _ in range(2)]
    await turn()
    assert [wait.done() for wait in waits] == [False, False]

    slots.give_back()
    await turn()

    assert [wait.done() for wait in waits] == [True, False]
    assert not slots.take()
    slots.give_back()
    await waits[1]


async def test_one_who_leaves_while_waiting_takes_none():
    slots = Slots(1)
    assert slots.take()
    leaves, stays = (asyncio.create_task(slots.wait()) for _ in range(2))
    await turn()

    leaves.cancel()
    slots.give_back()
    await stays

    slots.give_back()
    assert slots.take()


async def test_one_who_leaves_with_a_slot_passes_it_on():
    slots = Slots(1)
    assert slots.take()
    leaves, stays = (asyncio.create_task(slots.wait()) for _ in range(2))
    await turn()

    slots.give_back()
    leaves.cancel()  # It was given the slot, and has not run since.
    await stays

    with pytest.raises(asyncio.CancelledError):
        await leaves
    slots.give_back()
    assert slots.take()


async def test_never_more_at_once_and_all_come_to_their_turn():
    slots, inside, most, done = Slots(3), 0, 0, 0
    rng = random.Random(7)

    async def work() -> None:
        nonlocal inside, most, done
        if not slots.take():
            await slots.wait()
        try:
            inside += 1
            most = max(most, inside)
            for _ in range(rng.randrange(4)):
                await asyncio.sleep(0)
            done += 1
        finally:
            inside -= 1
            slots.give_back()

    tasks = [asyncio.create_task(work()) for _ in range(200)]
    await turn()
    for task in rng.sample(tasks, 50):
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert (most, inside) == (3, 0)
    assert done == sum(not task.cancelled() for task in tasks) >= 150
    assert [slots.take() for _ in range(4)] == [True, True, True, False]
