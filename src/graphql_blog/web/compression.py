"""Answers made smaller for clients that can unpack them: Brotli or gzip, by `Accept-Encoding`.

Left alone is what is small, what is compressed already (images), what has to arrive piece by piece
(event streams, incremental answers), parts of files, and whatever was sent encoded.
"""

import asyncio
import re
import zlib
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from typing import NamedTuple, Protocol

import brotli
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_blog.rest.endpoint import weights
from graphql_blog.web.headers import HeaderList, headers_of, with_vary

MIN_BYTES = 1024
"""Below this a packet is a packet, and packing takes longer than sending."""
BYTES_FOR_A_THREAD = 128 * 1024
"""From here on packing takes milliseconds: others are served meanwhile."""
REMEMBERED = 128
ACCEPT_ENCODING, VARY = b"accept-encoding", b"Accept-Encoding"
COMPRESSIBLE = re.compile(
    rb"text/(?!event-stream)[\w.+-]+"
    rb"|application/(json|xml|javascript|wasm|[\w.-]+\+(json|xml))"
    rb"|image/svg\+xml"
)
WITHOUT_WHOLE_BODY = {204, 205, 206, 304}
UNTRUE_WHEN_PACKED = {b"content-length", b"accept-ranges"}


class Packer(Protocol):
    """Packs an answer piece by piece; each call gives what is ready to be sent."""

    def pack(self, piece: bytes) -> bytes: ...
    def end(self) -> bytes: ...


class Brotli:
    """Smaller than gzip in the same time, at this level."""

    def __init__(self) -> None:
        self._compressor = brotli.Compressor(quality=4)

    def pack(self, piece: bytes) -> bytes:
        packed: bytes = self._compressor.process(piece)
        return packed

    def end(self) -> bytes:
        packed: bytes = self._compressor.finish()
        return packed


class Gzip:
    """What every client knows."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(6, zlib.DEFLATED, 16 + zlib.MAX_WBITS)

    def pack(self, piece: bytes) -> bytes:
        return self._compressor.compress(piece)

    def end(self) -> bytes:
        return self._compressor.flush()


# In the order of our preference, which decides between codings that the client likes equally.
PACKERS: Mapping[str, Callable[[], Packer]] = {"br": Brotli, "gzip": Gzip}


class Wanted(NamedTuple):
    """What an `Accept-Encoding` header comes down to."""

    coding: str
    min_bytes: int


class Compression:
    """Packs what an application answers."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] == "http":
            wanted = wanted_by(headers_of(scope).get(ACCEPT_ENCODING, b""))
            if wanted is not None and scope["method"] != "HEAD":
                send = _Packing(send, wanted).send
            elif scope["method"] in {"GET", "HEAD"}:
                send = _varying(send)
        return self._app(scope, receive, send)


@lru_cache(REMEMBERED)
def wanted_by(accept_encoding: bytes) -> Wanted | None:
    """The coding that a client likes best (RFC 9110 §12.5.3); None for none at all.

    Whoever refuses plain answers and knows no coding of ours gets them all the same.
    """
    if not accept_encoding.strip():
        return None
    liked = weights(accept_encoding.decode("latin-1"))
    others = liked.get("*", 0.0)
    plain = liked.get("identity", liked.get("*", 1e-9))
    coding = max(PACKERS, key=lambda name: liked.get(name, others))
    liking = liked.get(coding, others)
    if liking <= 0 or liking < plain:
        return None
    return Wanted(coding, MIN_BYTES if plain > 0 else 0)


class _Packing:
    """One answer on its way out: held back until it is known whether it is worth packing."""

    __slots__ = ("_held", "_packer", "_send", "_wanted")

    def __init__(self, send: Send, wanted: Wanted) -> None:
        self._send = send
        self._wanted = wanted
        self._held: Message | None = None
        self._packer: Packer | None = None

    async def send(self, message: Message) -> None:
        kind = message["type"]
        if kind == "http.response.start" and _is_compressible(message):
            self._held = message
        elif kind == "http.response.body" and self._held is not None:
            await self._begin(self._held, message)
        elif kind == "http.response.body" and self._packer is not None:
            await self._continue(self._packer, message)
        else:
            await self._release()
            await self._send(_with_vary(message))

    async def _begin(self, start: Message, first: Message) -> None:
        body, more = first.get("body", b""), first.get("more_body", False)
        if not more and len(body) < self._wanted.min_bytes:
            await self._release()
            await self._send(first)
            return
        self._held = None
        headers = _packed_headers(start["headers"], self._wanted.coding)
        packer = PACKERS[self._wanted.coding]()
        if more:
            self._packer = packer
            await self._send({**start, "headers": headers})
            await self._continue(packer, first)
            return
        body = await _packed(packer, body)
        headers.append((b"content-length", b"%d" % len(body)))
        await self._send({**start, "headers": headers})
        await self._send({**first, "body": body})

    async def _continue(self, packer: Packer, message: Message) -> None:
        more = message.get("more_body", False)
        packed = packer.pack(message.get("body", b"")) + (b"" if more else packer.end())
        if packed or not more:
            await self._send({**message, "body": packed})

    async def _release(self) -> None:
        """What is held back goes out as it is."""
        if self._held is not None:
            start, self._held = self._held, None
            await self._send(_with_vary(start))


def _varying(send: Send) -> Send:
    """The same answers, with a word to caches that others get them packed."""

    async def varied(message: Message) -> None:
        await send(_with_vary(message))

    return varied


def _with_vary(message: Message) -> Message:
    if message["type"] != "http.response.start":
        return message
    if message["status"] != 304 and not _is_compressible(message):
        return message
    return {**message, "headers": with_vary(message["headers"], VARY)}


def _is_compressible(start: Message) -> bool:
    if start["status"] in WITHOUT_WHOLE_BODY:
        return False
    said = dict(start.get("headers", ()))
    return (
        _is_compressible_type(said.get(b"content-type", b""))
        and b"content-encoding" not in said
        and b"no-transform" not in said.get(b"cache-control", b"")
    )


@lru_cache(REMEMBERED)
def _is_compressible_type(content_type: bytes) -> bool:
    kind = content_type.partition(b";")[0].strip().lower()
    return COMPRESSIBLE.fullmatch(kind) is not None


def _packed_headers(headers: HeaderList, coding: str) -> HeaderList:
    kept = [header for header in headers if header[0] not in UNTRUE_WHEN_PACKED]
    # The ETag names the content; as bytes this is another answer, which is what weak means.
    weakened = [
        (name, b"W/" + value if name == b"etag" and value.startswith(b'"') else value)
        for name, value in with_vary(kept, VARY)
    ]
    return [*weakened, (b"content-encoding", coding.encode())]


async def _packed(packer: Packer, body: bytes) -> bytes:
    if len(body) < BYTES_FOR_A_THREAD:
        return packer.pack(body) + packer.end()
    return await asyncio.to_thread(lambda: packer.pack(body) + packer.end())
