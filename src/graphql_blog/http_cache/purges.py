"""What commits changed, on its way to the CDN: in the background, in as few requests as it takes.

Nothing is lost: while the CDN does not answer, names wait, and when there are too many they become
those of their kinds, by which more is purged. Each is sent a second time some seconds later: a CDN
may have fetched an answer before the commit, and put it away after the purge.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Protocol

import structlog

from graphql_blog.http_cache.purge_requests import NotPurged
from graphql_blog.http_cache.surrogate_keys import kind_of, purged_by

log = structlog.get_logger("graphql_blog.purges")

MAX_NAMES = 100
"""In a request: Cloudflare takes no more, Fastly 256."""
MAX_WAITING = 1_000
AGAIN_SECONDS = 3.0
REST_SECONDS = 0.5
LONGEST_REST_SECONDS = 30.0
FLUSH_SECONDS = 5.0
"""How long a process that ends waits for its last purges."""


class Requests(Protocol):
    async def send(self, names: Sequence[str]) -> None:
        """Returns when they are purged. Raises `NotPurged`."""


class Purges:
    """`add` what changed; while `running` it is sent."""

    def __init__(
        self,
        requests: Requests,
        *,
        again_seconds: float = AGAIN_SECONDS,
        rest_seconds: float = REST_SECONDS,
        flush_seconds: float = FLUSH_SECONDS,
    ) -> None:
        self._requests = requests
        self._again_seconds = again_seconds
        self._rest_seconds = rest_seconds
        self._flush_seconds = flush_seconds
        self._waiting: dict[str, bool] = {}
        """Names to be sent, and whether once more later."""
        self._later: dict[str, float] = {}
        """Names that were sent, and when they are sent once more."""
        self._added = asyncio.Event()
        self._failures = 0

    def add(self, tags: Iterable[str]) -> None:
        """To be called after each commit. Never waits, never fails."""
        self._wait(dict.fromkeys(purged_by(tags), True))
        self._added.set()

    @asynccontextmanager
    async def running(self, *, finish: bool = False) -> AsyncIterator[None]:
        """Sends while the block runs; what is left then is sent at its end, if that goes fast.

        `finish` waits for what is sent once more: who serves has made sure, when it says what has
        changed, that nobody gives the old answer any more; a command that writes has not.
        """
        task = asyncio.create_task(self._stay())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await self._end(finish=finish)

    async def _stay(self) -> None:
        while True:
            await self._something_due()
            try:
                await self._send_some()
            except NotPurged as error:
                self._failures += 1
                if self._failures == 1:
                    effect = "they may be out of date; it is tried again until it works"
                    log.warning("Caches are not purged", error=str(error), effect=effect)
                rest = self._rest_seconds * 2 ** min(self._failures - 1, 10)
                await asyncio.sleep(min(rest, LONGEST_REST_SECONDS))
            else:
                if self._failures:
                    log.warning("Caches are purged again")
                self._failures = 0

    async def _something_due(self) -> None:
        clock = asyncio.get_running_loop().time
        while not self._waiting:
            self._added.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout_at(min(self._later.values(), default=None)):
                    await self._added.wait()
            due = [name for name, at in self._later.items() if at <= clock()]
            for name in due:
                del self._later[name]
                self._waiting.setdefault(name, False)

    async def _send_some(self) -> None:
        some = dict(list(self._waiting.items())[:MAX_NAMES])
        for name in some:
            del self._waiting[name]
        is_sent = False
        try:
            await self._requests.send(sorted(some))
            is_sent = True
        finally:
            if not is_sent:
                self._wait(some)
        at = asyncio.get_running_loop().time() + self._again_seconds
        self._later |= {name: at for name, again in some.items() if again}
        if len(self._later) > MAX_WAITING:
            self._later = {kind_of(name): at for name in self._later}

    def _wait(self, names: Mapping[str, bool]) -> None:
        for name, again in names.items():
            self._waiting[name] = again or self._waiting.get(name, False)
        if len(self._waiting) > MAX_WAITING:
            self._waiting = dict.fromkeys(map(kind_of, self._waiting), True)

    async def _end(self, *, finish: bool) -> None:
        if finish:
            if not await self._flushed():
                return
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(max(self._later.values(), default=now) - now)
        self._waiting |= dict.fromkeys(self._later, False)
        await self._flushed()

    async def _flushed(self) -> bool:
        """Sends what waits, without trying again."""
        try:
            async with asyncio.timeout(self._flush_seconds):
                while self._waiting:
                    await self._send_some()
        except (NotPurged, TimeoutError) as error:
            why = str(error) or f"not done within {self._flush_seconds:g} seconds"
            log.warning("Caches are left unpurged", error=why, names=len(self._waiting))
            return False
        return True
