"""Rendered contents kept in memory, each made once and beside the event loop."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from hashlib import sha256
from sys import getsizeof
from threading import Lock

from cachetools import LRUCache

from graphql_blog.db.columns import ContentFormat
from graphql_blog.services.content.rendering import Rendered, render

LONG = 100_000
_Key = tuple[ContentFormat, bytes]


async def rendered(content: str, content_format: ContentFormat) -> Rendered:
    """`render`, remembered for the life of the process."""
    return await _memory().rendered(content, content_format)


@cache
def _memory() -> "Memory":
    return Memory()


class Memory:
    """Keeps what was asked for last, up to a size in bytes."""

    def __init__(self, max_bytes: int = 64 * 2**20) -> None:
        self._kept: LRUCache[_Key, Rendered] = LRUCache(max_bytes, getsizeof=_size)
        self._under_way: dict[_Key, Future[Rendered]] = {}
        self._lock = Lock()
        # Two, so that one very long text holds up nobody; more would only compete with the
        # event loop for the interpreter.
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="content")

    async def rendered(self, content: str, content_format: ContentFormat) -> Rendered:
        if len(content) > LONG:
            # Only to know it again takes a millisecond: others have their turns meanwhile.
            await asyncio.sleep(0)
        key = (content_format, sha256(content.encode("utf-8", "surrogatepass")).digest())
        with self._lock:
            if kept := self._kept.get(key):
                return kept
            future = self._under_way.get(key)
            if future is None:
                future = self._threads.submit(self._render, key, content)
                self._under_way[key] = future
        # Somebody who no longer waits must not take the answer from those who do.
        return await asyncio.shield(asyncio.wrap_future(future))

    def _render(self, key: _Key, content: str) -> Rendered:
        try:
            result = render(content, key[0])
            with self._lock:
                # The cache raises for what could never fit.
                if _size(result) <= self._kept.maxsize:
                    self._kept[key] = result
            return result
        finally:
            with self._lock:
                del self._under_way[key]


def _size(result: Rendered) -> int:
    # A set, because the opening often is the plain text itself.
    texts = {result.html, result.plain_text, result.opening}
    return getsizeof(result) + sum(map(getsizeof, texts))
