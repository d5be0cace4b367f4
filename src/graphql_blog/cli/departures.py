"""How answers leave uvicorn: head and body in one piece, with headers that were checked before."""

from collections.abc import Iterable
from typing import Any, TypeAlias

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

Header: TypeAlias = tuple[bytes, bytes]

MOST_LINES = 1_000
DIFFERENT_EACH_TIME = frozenset(
    {
        b"content-length",
        b"etag",
        b"link",
        b"location",
        b"surrogate-key",
        b"x-compare-trace",
        b"x-request-id",
    }
)
OF_THE_CONNECTION = frozenset({b"connection", b"transfer-encoding"})

_lines: dict[Header, bytes] = {}
"""Headers as they are written: most answers have the same ones."""


class Departure(RequestResponseCycle):
    """An answer that is there as a whole goes out with one system call.

    uvicorn writes its head and its body one after the other, and searches each header with two
    regular expressions: that takes longer than making many an answer. Whatever else there is, what
    comes in pieces above all, goes uvicorn's way.
    """

    _head: bytes | None = None
    """What is held back until the body is there."""

    async def send(self, message: Any) -> None:
        if self.flow.write_paused:
            await self.flow.drain()
        if self.transport.is_closing():
            # uvicorn tells the latest request of a connection alone, and others may have waited.
            self.disconnected = True
            return
        head = self._head
        if head is not None:
            self._head = None
            if self._is_whole_body(message):
                self._end(head + message["body"])
                return
            self.transport.write(head)
        elif not self.response_started and self._is_usual(message):
            self._head = self._begin(message["status"], message["headers"])
            if self._head is not None:
                return
        await super().send(message)

    def _is_usual(self, message: Any) -> bool:
        return (
            message["type"] == "http.response.start"
            and self.keep_alive
            and self.scope["method"] != "HEAD"
            and not self.access_log
        )

    def _is_whole_body(self, message: Any) -> bool:
        return (
            message["type"] == "http.response.body"
            and not message.get("more_body")
            and len(message.get("body", b"")) == self.expected_content_length > 0
        )

    def _begin(self, status: int, headers: Iterable[Header]) -> bytes | None:
        """The head of an answer of known length; None for any other."""
        length = None
        given = [*self.default_headers, *headers]
        lines = list(map(_lines.get, given))
        while None in lines:
            place = lines.index(None)
            name, value = given[place]
            if name in OF_THE_CONNECTION:
                return None
            if name == b"content-length":
                length = int(value)
            lines[place] = _line(name, value)
        if length is None:
            return None
        self.response_started = True
        self.waiting_for_100_continue = False
        self.chunked_encoding = False
        self.expected_content_length = length
        return b"".join([STATUS_LINE[status], *lines, b"\r\n"])  # type: ignore[list-item]

    def _end(self, written: bytes) -> None:
        self.transport.write(written)
        self.expected_content_length = 0
        self.response_complete = True
        self.message_event.set()
        self.on_response()


def _line(name: bytes, value: bytes) -> bytes:
    """Raises `RuntimeError` for what would end the line, and begin one that nobody meant."""
    if not value.isalnum() and HEADER_VALUE_RE.search(value):
        raise RuntimeError(f"This cannot be a header: {name!r}: {value!r}")
    line = b"%b: %b\r\n" % (name, value)
    if name in DIFFERENT_EACH_TIME:
        return line
    if HEADER_RE.search(name):
        raise RuntimeError(f"This cannot be a header: {name!r}")
    if len(_lines) >= MOST_LINES:
        _lines.clear()
    _lines[name, value] = line
    return line
