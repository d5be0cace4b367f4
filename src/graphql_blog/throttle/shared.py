"""The buckets of several processes, in Redis; where it is away each process counts for itself."""

import asyncio
import time
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from graphql_blog.throttle.buckets import LocalBuckets, Rate, Taken

log = structlog.get_logger("graphql_blog.throttle")

PATIENCE_SECONDS = 0.05
"""For one answer. Nobody waits longer for being counted."""
RETRY_SECONDS = 2.0
"""After which one request asks again whether Redis is back."""
PREFIX = "graphql-blog:bucket:"
MICROSECONDS = 1_000_000

# All times in microseconds, by the clock of Redis, so that no two processes have to agree on one.
TAKE = """
local now = tonumber(ARGV[1])
if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000000 + time[2]
end
local answers = {}
for i, key in ipairs(KEYS) do
    local cost, whole = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
    local before = math.max(now, tonumber(redis.call('GET', key) or now))
    local full_in, refused = before + cost - now, 0
    if full_in > whole and before > now then
        full_in, refused = before - now, 1
    elseif full_in > 0 then
        local full_at = string.format('%.0f', now + full_in)
        redis.call('SET', key, full_at, 'PX', math.ceil(full_in / 1000))
    else
        full_in = 0
        redis.call('DEL', key)
    end
    answers[2 * i - 1], answers[2 * i] = full_in, refused
end
return answers
"""

Answer: TypeAlias = tuple[float, bool]
"""The seconds until the bucket is full, and whether points were refused."""


class Question(NamedTuple):
    """What somebody wants to take, and where the answer is waited for."""

    key: str
    cost: int
    whole: int
    answer: "asyncio.Future[Answer | None]"


class SharedBuckets:
    """Buckets that every process with the same Redis takes from.

    Whoever asks while an answer is on its way is asked for next, together with all the others: so
    one connection is enough. What is learnt of a bucket is kept here too, which is where counting
    goes on when Redis is away.
    """

    def __init__(
        self, redis: Redis, local: LocalBuckets, *, clock: Callable[[], float] | None = None
    ) -> None:
        """By Redis' own clock unless there is another."""
        self._take = redis.register_script(TAKE)
        self._local = local
        self._clock = clock
        self._questions: list[Question] = []
        self._asking: asyncio.Task[None] | None = None
        self._away = False
        self._ask_again_at = 0.0

    async def take(self, key: str, points: int, rate: Rate) -> Taken:
        answer = await self._answer(key, points, rate) if self._may_ask() else None
        if answer is None:
            return await self._local.take(key, points, rate)
        full_in, refused = answer
        self._local.note(key, full_in)
        return full_in, rate.wait(full_in, points) if refused else 0.0

    def full_in(self, key: str) -> float:
        return self._local.full_in(key)

    def _may_ask(self) -> bool:
        if not self._away:
            return True
        if self._asking is not None or time.monotonic() < self._ask_again_at:
            return False
        # One asks: the others go on without.
        self._ask_again_at = time.monotonic() + RETRY_SECONDS
        return True

    async def _answer(self, key: str, points: int, rate: Rate) -> Answer | None:
        """What Redis says; None when it does not."""
        cost = round(points / rate.per_second * MICROSECONDS)
        answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()
        self._questions.append(Question(key, cost, round(rate.seconds * MICROSECONDS), answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        began = time.monotonic()
        await asyncio.wait({answer}, timeout=PATIENCE_SECONDS)
        if not answer.done() and time.monotonic() - began > 2 * PATIENCE_SECONDS:
            # It was this process that was busy elsewhere: the answer may be here already.
            await asyncio.wait({answer}, timeout=PATIENCE_SECONDS)
        if answer.done():
            return answer.result()
        self._is_away(f"no answer in {PATIENCE_SECONDS * 1000:g} ms")
        return None

    async def _ask(self) -> None:
        """Asks as long as there are questions.

        Nobody stops it when it takes long: an answer that comes late says that Redis is back.
        """
        try:
            while self._questions:
                questions, self._questions = self._questions, []
                answers = await self._answers(questions)
                for question, answer in zip(questions, answers, strict=True):
                    if not question.answer.done():
                        question.answer.set_result(answer)
        finally:
            self._asking = None

    async def _answers(self, questions: list[Question]) -> list[Answer] | list[None]:
        now = round(self._clock() * MICROSECONDS) if self._clock else ""
        numbers = [number for question in questions for number in (question.cost, question.whole)]
        keys = [PREFIX + question.key for question in questions]
        try:
            said = await self._take(keys=keys, args=[now, *numbers])
        except (RedisError, OSError, TimeoutError) as error:
            self._is_away(f"{type(error).__name__}: {error}")
            return [None] * len(questions)
        self._is_back()
        pairs = zip(said[::2], said[1::2], strict=True)
        return [(full_in / MICROSECONDS, refused == 1) for full_in, refused in pairs]

    def _is_away(self, reason: str) -> None:
        self._ask_again_at = time.monotonic() + RETRY_SECONDS
        if not self._away:
            self._away = True
            log.warning("Redis is away: rate limits count in each process", error=reason)

    def _is_back(self) -> None:
        if self._away:
            self._away = False
            log.warning("Redis is back: rate limits count across processes")
