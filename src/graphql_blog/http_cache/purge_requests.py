"""One request that purges names, in a form that Fastly, Cloudflare and our VCL for Varnish take.

    POST /service/…/purge HTTP/1.1
    Surrogate-Key: Post:1 Post.list
    Fastly-Key: …

    {"tags":["Post:1","Post.list"]}

Where it goes is the operator's word alone: redirects are not followed.
"""

import asyncio
import ssl
from collections.abc import Sequence
from urllib.parse import urlsplit

import orjson

SECONDS = 5.0


class NotPurged(Exception):
    """It was not done, or nobody knows whether it was."""


class PurgeRequests:
    """To one address, each on a connection of its own."""

    def __init__(
        self, url: str, *, method: str = "POST", header: str = "", seconds: float = SECONDS
    ) -> None:
        parts = urlsplit(url)
        is_tls = parts.scheme == "https"
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if is_tls else 80)
        self._tls = ssl.create_default_context() if is_tls else None
        self._seconds = seconds
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "Connection: close"]
        lines += [header] if header else []
        self._head = "\r\n".join([*lines, "Content-Type: application/json", ""])

    async def send(self, names: Sequence[str]) -> None:
        """Returns when they are purged. Raises `NotPurged`."""
        try:
            async with asyncio.timeout(self._seconds):
                said = await self._first_line(self._request(names))
        except TimeoutError:
            raise NotPurged(f"No answer within {self._seconds:g} seconds") from None
        except (OSError, ValueError) as error:
            raise NotPurged(f"{type(error).__name__}: {error}") from None
        status = said.split()[1:2]
        if not status or not status[0].startswith(b"2"):
            raise NotPurged(said.decode("latin-1").strip() or "It hung up")

    def _request(self, names: Sequence[str]) -> bytes:
        body = orjson.dumps({"tags": names})
        keys = f"Surrogate-Key: {' '.join(names)}"
        return f"{self._head}{keys}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    async def _first_line(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port, ssl=self._tls)
        try:
            writer.write(request)
            await writer.drain()
            return await reader.readline()
        finally:
            writer.transport.abort()
