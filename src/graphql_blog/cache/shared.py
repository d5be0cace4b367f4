"""Answers kept in Redis, for all processes.

An entry carries the number of the last change that was known before anything of it was read; each
tag has the number of its own last change. An entry is good while none of its tags has a larger one.
So an answer that was read before a change, and comes to be kept after it, is never given to
anybody. All numbers belong to an epoch: whoever may have missed a change begins another one, and
nothing that was kept before is good any more.

    {blog}:changes     epoch, number, and `t:TAG` for each tag that changed
    {blog}:DIGEST      one entry; it goes when its time is over, or when Redis needs the room

The life of an entry ends at an instant by the clocks of those who use it, which is also what they
tell by whether a scheduled post is to be seen.
"""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeAlias

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from graphql_blog.cache.entries import EVERYTHING, Entry

log = structlog.get_logger("graphql_blog.cache")

Key: TypeAlias = tuple[str | bytes | None, ...]
"""All that an answer depends on."""

PATIENCE_SECONDS = 0.25
REST_SECONDS = 2.0
"""How long Redis is left alone when it did not answer."""
DAY = 86_400
MAX_TAGS = 50_000
"""When so many have changed, another epoch costs less than to remember them."""

CHANGED_SINCE = """
local function changed_since(tags, number)
  local seen = {}
  for tag in string.gmatch(tags, '[^\\n]+') do
    for _, name in ipairs({tag, string.match(tag, '^[^:]+')}) do
      if not seen[name] then
        seen[name] = true
        local at = redis.call('HGET', KEYS[1], 't:' .. name)
        if at and tonumber(at) > tonumber(number) then return true end
      end
    end
  end
  return false
end
"""
GET = (
    CHANGED_SINCE
    + """
local now = redis.call('HMGET', KEYS[1], 'epoch', 'number')
if not now[1] then
  now = {ARGV[1], '0'}
  redis.call('HSET', KEYS[1], 'epoch', now[1], 'number', now[2])
  redis.call('EXPIRE', KEYS[1], ARGV[2])
end
local found = redis.call('HMGET', KEYS[2],
  'epoch', 'number', 'tags', 'until', 'status', 'type', 'body')
if found[1] ~= now[1] or changed_since(found[3], found[2]) then return now end
return {now[1], now[2], found[4], found[3], found[5], found[6], found[7]}
"""
)
PUT = (
    CHANGED_SINCE
    + """
if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
if changed_since(ARGV[5], ARGV[2]) then return 0 end
redis.call('HSET', KEYS[2], 'epoch', ARGV[1], 'number', ARGV[2], 'until', ARGV[3],
  'tags', ARGV[5], 'status', ARGV[6], 'type', ARGV[7], 'body', ARGV[8])
redis.call('PEXPIRE', KEYS[2], ARGV[4])
return 1
"""
)
DROP = """
if redis.call('HLEN', KEYS[1]) + #ARGV > tonumber(ARGV[3]) or ARGV[4] == '*' then
  redis.call('DEL', KEYS[1])
  redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'number', '0')
else
  local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
  for i = 4, #ARGV do redis.call('HSET', KEYS[1], 't:' .. ARGV[i], number) end
end
redis.call('EXPIRE', KEYS[1], ARGV[2])
"""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What was known of changes before an answer was made."""

    epoch: bytes
    number: bytes


class Shared:
    """The entries of one blog in Redis. When Redis is away there are none, and nothing is kept."""

    def __init__(
        self,
        redis: Redis,
        blog: str,
        *,
        patience_seconds: float = PATIENCE_SECONDS,
        rest_seconds: float = REST_SECONDS,
    ) -> None:
        # Braces put all keys of a blog on one node of a cluster.
        self._prefix = f"{{graphql-blog:{sha256(blog.encode()).hexdigest()[:16]}}}"
        self._changes = f"{self._prefix}:changes"
        self._get, self._put, self._drop = map(redis.register_script, (GET, PUT, DROP))
        self._patience = patience_seconds
        self._rest = rest_seconds
        self._rests_until = 0.0
        self._is_away = False
        self._doubts = 1
        """How often changes may have been missed since this process last began an epoch."""

    def doubt(self) -> None:
        """Changes may have been missed: what is kept so far is good for nothing."""
        self._doubts += 1

    async def get(self, key: Key, clock: Callable[[], float]) -> tuple[Entry | None, Stamp | None]:
        """The entry, and what to say to `put` when there is none and one is made now."""
        arguments: list[Any] = [secrets.token_hex(8), DAY]
        found = await self._asked(self._get, [self._changes, self._place(key)], arguments)
        if found is None:
            return None, None
        epoch, number, *rest = found
        if not rest:
            return None, Stamp(epoch, number)
        until, tags, status, media_type, body = rest
        expires_at = float(until)
        if expires_at <= clock():
            return None, Stamp(epoch, number)
        entry = Entry(
            body=body,
            status=int(status),
            media_type=media_type.decode(),
            tags=frozenset(tags.decode().split("\n")) if tags else frozenset(),
            expires_at=expires_at,
        )
        return entry, Stamp(epoch, number)

    async def put(self, key: Key, entry: Entry, stamp: Stamp, clock: Callable[[], float]) -> None:
        """Keeps the entry, unless something of it has changed since the stamp was given."""
        seconds = entry.expires_at - clock()
        if seconds <= 0:
            return
        # Redis counts from when this arrives there: too late to tell by when it is over.
        arguments: list[Any] = [stamp.epoch, stamp.number, repr(entry.expires_at)]
        arguments += [int(seconds * 1000) + 1, "\n".join(entry.tags)]
        arguments += [entry.status, entry.media_type, entry.body]
        await self._asked(self._put, [self._changes, self._place(key)], arguments)

    async def drop(self, tags: Iterable[str]) -> None:
        """Nothing made of any of these is good any more, once this returns."""
        names = set(tags)
        if EVERYTHING in names:
            names = {EVERYTHING}
        arguments: list[Any] = [secrets.token_hex(8), DAY, MAX_TAGS, *names]
        if names and await self._asked(self._drop, [self._changes], arguments) is None:
            self.doubt()

    def _place(self, key: Key) -> str:
        digest = sha256()
        for part in key:
            text = part.encode() if isinstance(part, str) else part
            digest.update(b"-" if text is None else b"%d:%b" % (len(text), text))
        return f"{self._prefix}:{digest.hexdigest()}"

    async def _asked(self, script: Any, keys: list[str], arguments: list[Any]) -> Any:
        """What Redis answers; None when it does not."""
        if time.monotonic() < self._rests_until:
            return None
        try:
            async with asyncio.timeout(self._patience):
                if doubts := self._doubts:
                    start: list[Any] = [secrets.token_hex(8), DAY, MAX_TAGS, EVERYTHING]
                    await self._drop(keys=[self._changes], args=start)
                    self._doubts -= doubts
                answer = await script(keys=keys, args=arguments)
        except (RedisError, OSError, TimeoutError) as error:
            self._goes_away(error)
            return None
        if self._is_away:
            self._is_away = False
            log.warning("Redis is back: responses are kept there again")
        return answer or True

    def _goes_away(self, error: Exception) -> None:
        self.doubt()
        self._rests_until = time.monotonic() + self._rest
        if not self._is_away:
            self._is_away = True
            why = f"{type(error).__name__}: {error}".rstrip(": ")
            log.warning("Redis is away: each process keeps responses by itself", error=why)
