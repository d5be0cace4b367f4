"""Requests over real HTTP, on a few connections at once, as a browser sends them."""

import asyncio
import gzip
import http.client
from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import orjson

from graphql_blog.compare.running import Answer, Sent

AT_ONCE = 6
"""Connections that browsers open to one server."""
SECONDS = 30
HEADERS = {"Accept": "application/json", "Accept-Encoding": "gzip", "User-Agent": "graphql-blog"}


class Away(Exception):
    """The server cannot be reached, or does not compare."""


class Connections:
    """To one server; what is sent there says that it is to be traced."""

    def __init__(self, url: str, token: str | None = None) -> None:
        parts = urlsplit(url)
        self._class = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._place = parts.netloc
        self._prefix = parts.path.rstrip("/")
        self._headers = {"X-Compare": "1", **HEADERS}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._idle: list[http.client.HTTPConnection] = []

    async def send(self, sent: Sent) -> Answer:
        """Raises `Away`."""
        async with self._turns:
            try:
                return await asyncio.to_thread(self._answer, sent)
            except (OSError, http.client.HTTPException) as error:
                words = f"{type(error).__name__}: {error}"
                raise Away(f"{self._place} does not answer ({words}).") from None

    async def json(self, path: str, body: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        """Status and content of what is asked beside the measuring. Raises `Away`."""
        method, sent = ("GET", b"") if body is None else ("POST", orjson.dumps(body))
        answer = await self.send(Sent(method, path, sent))
        try:
            return answer.status, orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            raise Away(f"{self._place} is no graphql-blog: {path} is not JSON there.") from None

    def close(self) -> None:
        for connection in self._idle:
            connection.close()

    def _answer(self, sent: Sent) -> Answer:
        said = {**self._headers}
        if sent.body:
            said["Content-Type"] = "application/json"
        if sent.etag:
            said["If-None-Match"] = sent.etag
        connection = self._taken()
        try:
            connection.request(sent.method, self._prefix + sent.path, sent.body or None, said)
            response = connection.getresponse()
            received = response.read()
        except BaseException:
            connection.close()
            raise
        self._idle.append(connection)
        told = {name.lower(): value for name, value in response.getheaders()}
        is_packed = told.get("content-encoding") == "gzip" and bool(received)
        body = gzip.decompress(received) if is_packed else received
        return Answer(response.status, told, body, len(received))

    def _taken(self) -> http.client.HTTPConnection:
        with suppress(IndexError):
            return self._idle.pop()
        return self._class(self._place, timeout=SECONDS)
