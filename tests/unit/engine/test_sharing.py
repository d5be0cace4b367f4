"""Requests that read the same at a moment share a statement; only the database notices."""

import asyncio
from typing import Any

import pytest

from graphql_blog.engine.sharing import MOST_KEYS, MOST_TURNS, SharedReads
from graphql_blog.engine.statements import Statement

BY_KEY = Statement(
    sql="SELECT id, title WHERE id = ANY(:keys) AND visible",
    parameters=(),
    names=("id", "title"),
    conversions=(),
    row=tuple,
    shared=("viewer_id",),
    has_keys=True,
)
NEWEST = Statement(
    sql="SELECT id LIMIT :limit",
    parameters=(),
    names=("id",),
    conversions=(),
    row=tuple,
    shared=("limit",),
)


class Database:
    """Answers when it is told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.answers: list[asyncio.Future[None]] = []
        self.cancelled = 0

    async def read(self, statement: Statement, values: Any) -> list[Any]:
        self.asked.append(dict(values))
        self.answers.append(asyncio.get_running_loop().create_future())
        try:
            await self.answers[-1]
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        if statement is NEWEST:
            return [(n,) for n in range(values["limit"])]
        return [(key, f"Post {key}") for key in values["keys"] if key > 0 for _ in range(2)]

    async def answer(self, error: Exception | None = None) -> None:
        """Answers what was asked last."""
        answer = self.answers[-1]
        answer.set_exception(error) if error else answer.set_result(None)
        await turn()


async def turn():
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def database():
    return Database()


@pytest.fixture
def shared(database):
    """Patient, however slow this machine is."""
    return SharedReads(database.read, patience_seconds=3600)


async def begin(shared, keys, *, now=1, viewer_id=None, found_by: str | None = "id"):
    values = {"keys": keys, "now": now, "viewer_id": viewer_id}
    task = asyncio.create_task(shared.rows(BY_KEY, values, found_by))
    await turn()
    return task


def rows(*keys):
    return [(key, f"Post {key}") for key in keys for _ in range(2)]


async def test_one_that_is_alone_goes_at_once_as_it_is(shared, database):
    alone = await begin(shared, [3, 1])

    assert database.asked == [{"keys": [3, 1], "now": 1, "viewer_id": None}]
    await database.answer()
    assert await alone == rows(3, 1)


async def test_those_that_come_meanwhile_go_together_and_each_gets_its_own(shared, database):
    first = await begin(shared, [1])
    others = [await begin(shared, [2, 3], now=5), await begin(shared, [3, -1, 4], now=4)]
    assert len(database.asked) == 1

    await database.answer()
    assert database.asked[1:] == [{"keys": [2, 3, -1, 4], "now": 5, "viewer_id": None}]
    await database.answer()

    assert await first == rows(1)
    assert await others[0] == rows(2, 3)
    assert await others[1] == rows(3, 4)


async def test_viewers_never_share(shared, database):
    tasks = [await begin(shared, [1], viewer_id=viewer) for viewer in (None, 1, 2)]

    assert [values["viewer_id"] for values in database.asked] == [None, 1, 2]
    for answer in database.answers:
        answer.set_result(None)
    assert await asyncio.gather(*tasks) == [rows(1)] * 3


async def test_keys_that_rows_do_not_tell_have_to_be_the_same(shared, database):
    tasks = [await begin(shared, keys, found_by=None) for keys in ([1], [2], [1], [1])]

    assert [values["keys"] for values in database.asked] == [[1], [2]]
    database.answers[0].set_result(None)
    database.answers[1].set_result(None)
    await turn()
    assert [values["keys"] for values in database.asked] == [[1], [2], [1]]
    await database.answer()
    assert await asyncio.gather(*tasks) == [rows(1), rows(2), rows(1), rows(1)]


async def test_lists_are_shared_and_nobody_gets_the_list_of_another(shared, database):
    tasks = [asyncio.create_task(shared.rows(NEWEST, {"limit": 2}, None)) for _ in range(3)]
    await turn()
    await database.answer()
    await database.answer()

    first, second, third = await asyncio.gather(*tasks)

    assert len(database.asked) == 2
    assert first == second == third == [(0,), (1,)]
    assert second is not third


async def test_so_many_keys_are_asked_for_at_once_and_no_more(shared, database):
    first = await begin(shared, [1])
    half = list(range(1, MOST_KEYS // 2 + 2))
    tasks = [await begin(shared, half), await begin(shared, half)]

    await database.answer()

    assert [len(values["keys"]) for values in database.asked] == [1, len(half), len(half)]
    for answer in database.answers[1:]:
        answer.set_result(None)
    assert await first == rows(1)
    assert await asyncio.gather(*tasks) == [rows(*half)] * 2


async def test_an_error_reaches_all_who_share_and_the_next_is_read_anew(shared, database):
    first = await begin(shared, [1])
    others = [await begin(shared, [2]), await begin(shared, [3])]
    await database.answer()
    await database.answer(OSError("away"))

    told = await asyncio.gather(first, *others, return_exceptions=True)

    assert told[0] == rows(1)
    assert [str(error) for error in told[1:]] == ["away", "away"]
    again = await begin(shared, [2])
    await database.answer()
    assert await again == rows(2)


async def test_one_who_leaves_does_not_end_what_others_wait_for(shared, database):
    first = await begin(shared, [1])
    leaves, stays = await begin(shared, [2]), await begin(shared, [3])
    await database.answer()

    leaves.cancel()
    await turn()
    await database.answer()

    assert database.cancelled == 0
    assert (await first, await stays) == (rows(1), rows(3))


async def test_a_statement_that_nobody_waits_for_is_ended(shared, database):
    first = await begin(shared, [1])
    tasks = [await begin(shared, [2]), await begin(shared, [3])]
    await database.answer()

    for task in tasks:
        task.cancel()
    await turn()

    assert database.cancelled == 1
    assert await first == rows(1)
    assert not shared._kinds
    assert not shared._tasks


async def test_those_who_left_while_they_waited_are_not_asked_for(shared, database):
    first = await begin(shared, [1])
    left = await begin(shared, [2])
    left.cancel()
    await turn()
    await database.answer()

    assert await first == rows(1)
    assert len(database.asked) == 1
    assert not shared._kinds


async def test_the_first_who_leaves_makes_room_for_those_who_wait(shared, database):
    first = await begin(shared, [1])
    waits = await begin(shared, [2])

    first.cancel()
    await turn()
    await database.answer()

    assert database.cancelled == 1
    assert await waits == rows(2)


async def test_a_slow_statement_holds_nobody_up_for_long(database):
    shared = SharedReads(database.read, patience_seconds=0.02)
    slow = await begin(shared, [1])
    tasks = [await begin(shared, [2]), await begin(shared, [3])]

    await asyncio.sleep(0.2)

    assert database.asked[1]["keys"] == [2, 3]
    await database.answer()
    assert await asyncio.gather(*tasks) == [rows(2), rows(3)]
    database.answers[0].set_result(None)
    assert await slow == rows(1)
    assert not shared._kinds


async def test_what_is_missing_or_cannot_be_compared_is_not_shared(shared, database):
    odd = [{"keys": [1], "viewer_id": None}, {"keys": [2], "viewer_id": []}, {"keys": [3]}]
    tasks = [asyncio.create_task(shared.rows(BY_KEY, values, "id")) for values in odd]
    await turn()

    assert [values["keys"] for values in database.asked] == [[1], [2], [3]]
    for answer in database.answers:
        answer.set_result(None)
    assert await asyncio.gather(*tasks) == [rows(1), rows(2), rows(3)]
    assert not shared._kinds


async def busy(shared, database):
    """Two ask at the same time, so that a third is worth waiting for."""
    tasks = [await begin(shared, [1]), await begin(shared, [2])]
    await database.answer()
    await database.answer()
    await asyncio.gather(*tasks)
    database.asked.clear()


def at_once(shared, *keys):
    values = [{"keys": [key], "now": 1, "viewer_id": None} for key in keys]
    return [asyncio.create_task(shared.rows(BY_KEY, each, "id")) for each in values]


async def test_on_a_busy_server_those_of_one_moment_go_together(shared, database):
    await busy(shared, database)

    tasks = at_once(shared, 1, 2, 3)
    await turn()

    assert [sorted(values["keys"]) for values in database.asked] == [[1, 2, 3]]
    await database.answer()
    assert await asyncio.gather(*tasks) == [rows(1), rows(2), rows(3)]
    assert not shared._kinds


async def test_where_nobody_came_along_the_next_goes_at_once(shared, database):
    await busy(shared, database)
    alone = await begin(shared, [1])
    await database.answer()
    assert await alone == rows(1)

    task = at_once(shared, 2)[0]
    await asyncio.sleep(0)

    assert [values["keys"] for values in database.asked] == [[1], [2]]
    await turn()
    await database.answer()
    assert await task == rows(2)


async def test_it_waits_a_few_turns_for_others_and_no_longer(shared, database):
    await busy(shared, database)
    tasks = []
    while not database.asked:
        tasks += at_once(shared, len(tasks) + 1)
        await asyncio.sleep(0)
    await turn()

    assert len(database.asked[0]["keys"]) == MOST_TURNS + 1
    while database.answers and not all(task.done() for task in tasks):
        if not database.answers[-1].done():
            await database.answer()
        await turn()
    assert await asyncio.gather(*tasks) == [rows(n + 1) for n in range(len(tasks))]


async def test_one_who_leaves_before_it_goes_leaves_the_others_theirs(shared, database):
    await busy(shared, database)
    first, second = at_once(shared, 1, 2)
    await asyncio.sleep(0)

    first.cancel()
    await turn()

    assert [values["keys"] for values in database.asked] == [[2]]
    await database.answer()
    assert await second == rows(2)
    assert first.cancelled()
    assert not shared._kinds


async def test_closing_leaves_nobody_waiting(shared, database):
    first = await begin(shared, [1])
    others = [await begin(shared, [2]), await begin(shared, [3])]
    database.answers[-1].set_result(None)
    while not shared._tasks:  # noqa: ASYNC110 - what it waits for is the state of one turn
        await asyncio.sleep(0)

    shared.close()  # Before what was just begun has taken its first step.

    told = await asyncio.wait_for(asyncio.gather(*others, return_exceptions=True), 5)
    assert [type(error) for error in told] == [asyncio.CancelledError] * 2
    assert await first == rows(1)
    assert not shared._kinds
    assert not shared._tasks
