"""Texts that clients registered by their SHA-256: in this process, and shared through Redis.

Both are bounded, and both may forget: a client that is told so sends the text again.
"""

import re
import time

import structlog
from cachetools import LRUCache
from redis.asyncio import Redis
from redis.exceptions import RedisError

from graphql_blog.engine.documents import MAX_KEPT_LENGTH
from graphql_blog.graph.persisted.manifests import digest

log = structlog.get_logger("graphql_blog.graph.persisted")

SHA256 = re.compile("[0-9a-f]{64}")
MAX_CHARACTERS = 4_000_000
OVERHEAD = 250
"""What an entry takes beside its text, so that many short ones are no more than few long ones."""

SHARED_TEXTS = 2_000
KEPT_SECONDS = 7 * 24 * 3600
SECONDS_BETWEEN_TRIES = 5.0
# In one hash slot, for Redis Cluster.
TEXTS, LAST_USED = "graphql-blog:{operations}:texts", "graphql-blog:{operations}:last-used"

REGISTER = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1])
local gone = redis.call('ZRANGE', KEYS[2], 0, -1 - ARGV[4])
if #gone > 0 then
    redis.call('ZREM', KEYS[2], unpack(gone))
    redis.call('HDEL', KEYS[1], unpack(gone))
end
redis.call('EXPIRE', KEYS[1], ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[5])
"""


class Registered:
    """What was registered and is still remembered."""

    def __init__(self) -> None:
        self._texts: LRUCache[str, str] = LRUCache(MAX_CHARACTERS, getsizeof=_size)
        self._shared = _Shared()

    def __len__(self) -> int:
        return len(self._texts)

    async def text(self, sha256: str, redis: Redis | None) -> str | None:
        found = self._texts.get(sha256)
        if found is None and redis is not None and SHA256.fullmatch(sha256):
            found = await self._shared.text(sha256, redis)
            if found is not None:
                self._texts[sha256] = found
        return found

    async def add(self, sha256: str, text: str, redis: Redis | None) -> None:
        """Remembers a text under its hash, unless it is longer than any that is kept parsed."""
        if len(text) > MAX_KEPT_LENGTH:
            return
        self._texts[sha256] = text
        if redis is not None:
            await self._shared.add(sha256, text, redis)


def _size(text: str) -> int:
    return len(text) + OVERHEAD


class _Shared:
    """The texts in Redis. While it is away each process has its own, and nobody waits for it."""

    def __init__(self) -> None:
        self._away = False
        self._next_try = 0.0

    async def text(self, sha256: str, redis: Redis) -> str | None:
        if self._is_left_alone():
            return None
        try:
            async with redis.pipeline(transaction=False) as both:
                both.hget(TEXTS, sha256)
                both.zadd(LAST_USED, {sha256: time.time()}, xx=True)
                found, _ = await both.execute()
        except (RedisError, OSError) as error:
            self._is_away(error)
            return None
        self._is_there()
        text = (found or b"").decode(errors="replace")
        # Whoever else writes to this Redis does not decide what a hash stands for.
        return text if digest(text) == sha256 else None

    async def add(self, sha256: str, text: str, redis: Redis) -> None:
        if self._is_left_alone():
            return
        values = (sha256, text, str(time.time()), str(SHARED_TEXTS), str(KEPT_SECONDS))
        try:
            await redis.eval(REGISTER, 2, TEXTS, LAST_USED, *values)
        except (RedisError, OSError) as error:
            self._is_away(error)
        else:
            self._is_there()

    def _is_left_alone(self) -> bool:
        return self._away and time.monotonic() < self._next_try

    def _is_away(self, error: Exception) -> None:
        self._next_try = time.monotonic() + SECONDS_BETWEEN_TRIES
        if not self._away:
            self._away = True
            words = "each process keeps persisted queries for itself"
            log.warning("Redis is away", meanwhile=words, error=f"{type(error).__name__}: {error}")

    def _is_there(self) -> None:
        if self._away:
            self._away = False
            log.info("Redis is back", now="persisted queries are shared again")
