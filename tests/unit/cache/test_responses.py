"""One execution for all who ask the same at once, and none that is of before a change."""

import asyncio

import pytest

from graphql_blog.cache import Entry, Made, Memory, Outcome, Responses

KEY = ("{ posts { id } }", None, b"", None, "application/json")


class Watching:
    """Says whether others changed something, as a test wants it."""

    def __init__(self):
        self.watching = self.unchanged = True

    def is_watching(self):
        return self.watching

    def is_unchanged(self):
        return self.unchanged


@pytest.fixture
def watch():
    return Watching()


@pytest.fixture
def responses(watch):
    return Responses(Memory(max_bytes=1_000_000, max_entries=100), watch)


class Execution:
    """Answers with a number that grows each time, once it may."""

    def __init__(self, *, is_for_all=True):
        self.count = 0
        self.is_for_all = is_for_all
        self.may_end = asyncio.Event()

    async def __call__(self):
        self.count += 1
        number = self.count
        await self.may_end.wait()
        entry = Entry(b"%d" % number, 200, "", frozenset({"Post.list"}), float("inf"))
        return Made(number, entry if self.is_for_all else None)


async def begun(*coroutines):
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    await asyncio.sleep(0.01)
    return tasks


def shown(answered):
    return [
        (int(answer.body) if isinstance(answer, Entry) else answer, outcome)
        for answer, outcome in answered
    ]


async def test_fifty_who_ask_at_once_are_one_execution(responses):
    execution = Execution()
    asking = await begun(*[responses.through(KEY, execution) for _ in range(50)])
    execution.may_end.set()

    answered = shown(await asyncio.gather(*asking))

    assert answered == [(1, Outcome.MISS), *[(1, Outcome.HIT)] * 49]
    assert execution.count == 1


async def test_what_is_good_for_one_alone_is_executed_by_each(responses):
    execution = Execution(is_for_all=False)
    execution.may_end.set()
    asking = [responses.through(KEY, execution) for _ in range(5)]

    assert shown(await asyncio.gather(*asking)) == [(n, Outcome.MISS) for n in range(1, 6)]
    assert responses.get(KEY) is None


async def test_who_asks_after_a_change_waits_for_no_execution_of_before(responses):
    execution = Execution()
    before = await begun(responses.through(KEY, execution))
    responses.memory.drop({"Tag:1"})
    after = await begun(*[responses.through(KEY, execution) for _ in range(2)])
    execution.may_end.set()

    assert shown(await asyncio.gather(*before, *after)) == [
        (1, Outcome.MISS),
        (2, Outcome.MISS),
        (2, Outcome.HIT),
    ]


async def test_an_answer_of_before_a_change_is_not_kept(responses):
    execution = Execution()
    asking = await begun(responses.through(KEY, execution))
    responses.memory.drop({"Post.list"})
    execution.may_end.set()
    await asyncio.gather(*asking)

    assert responses.get(KEY) is None
    assert shown([await responses.through(KEY, execution)]) == [(2, Outcome.MISS)]


async def test_when_the_one_who_executes_is_cancelled_another_does(responses):
    execution = Execution()
    first, second, third = await begun(*[responses.through(KEY, execution) for _ in range(3)])
    first.cancel()
    await asyncio.sleep(0.01)
    execution.may_end.set()

    assert shown([await second, await third]) == [(2, Outcome.MISS), (2, Outcome.HIT)]


async def test_one_who_waits_may_leave(responses):
    execution = Execution()
    first, second, third = await begun(*[responses.through(KEY, execution) for _ in range(3)])
    second.cancel()
    execution.may_end.set()

    assert shown([await first, await third]) == [(1, Outcome.MISS), (1, Outcome.HIT)]


async def test_an_execution_that_fails_fails_for_itself_alone(responses):
    async def fail():
        nonlocal failed
        failed += 1
        await asyncio.sleep(0.01)
        raise ValueError

    failed = 0
    answered = await asyncio.gather(
        *[responses.through(KEY, fail) for _ in range(3)], return_exceptions=True
    )

    assert [type(error) for error in answered] == [ValueError] * 3
    assert failed == 3


async def test_nothing_is_kept_or_given_while_nobody_tells_of_changes(responses, watch):
    execution = Execution()
    execution.may_end.set()
    await responses.through(KEY, execution)
    watch.watching = watch.unchanged = False

    assert responses.get(KEY) is None
    assert shown([await responses.through(KEY, execution)]) == [(2, Outcome.BYPASS)]


async def test_what_others_changed_is_not_given(responses, watch):
    execution = Execution()
    execution.may_end.set()
    await responses.through(KEY, execution)
    assert responses.get(KEY) is not None
    watch.unchanged = False

    assert responses.get(KEY) is None


async def test_who_waits_gets_no_answer_whose_time_is_over_when_it_comes(watch):
    """A post that was scheduled has become visible while the answer was made."""
    now = 1000.0
    responses = Responses(Memory(max_bytes=10**6, max_entries=9, clock=lambda: now), watch)

    async def execute():
        nonlocal now
        executed.append(now)
        await may_end.wait()
        now = max(now, 1001.0)
        until = 1001.0 if len(executed) == 1 else 2000.0
        return Made(len(executed), Entry(b"%d" % len(executed), 200, "", frozenset(), until))

    executed, may_end = [], asyncio.Event()
    asking = await begun(*[responses.through(KEY, execute) for _ in range(3)])
    may_end.set()

    assert shown(await asyncio.gather(*asking)) == [
        (1, Outcome.MISS),
        (2, Outcome.MISS),
        (2, Outcome.HIT),
    ]
