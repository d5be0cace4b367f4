"""How requests arrive at uvicorn: within bounds that it does not set by itself."""

import asyncio
import re
import sys
from contextlib import suppress
from enum import Enum, auto
from http import HTTPStatus
from typing import Any

from httptools import (
    HttpParserError,
    HttpParserInvalidMethodError,
    HttpParserUpgrade,
    HttpRequestParser,
)
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from graphql_blog.cli.departures import Departure

MAX_HEADER_BYTES = 64 * 1024
SLOWEST = 5_000
"""Bytes a second that a large body may be as slow as."""
TOO_LARGE = f"The address and the headers may have {MAX_HEADER_BYTES:,} bytes at most."
NO_SOCKET = "A WebSocket is asked for by GET, without a body."
OF_A_BODY = frozenset({b"content-length", b"transfer-encoding"})
TOO_SLOW = "The request took too long to arrive."
METHOD = re.compile(rb"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,40}(?= )")
NEVER_ANSWERED = b"TRACE"
"""A method that the parser knows, and nothing here is asked by."""

# Such as `h2c`, with which Java's client says that it would rather speak HTTP/2.
OFFER = re.compile(rb"\r\nupgrade:(?![^\r\n]*websocket)[^\r\n]*(?=\r\n|\Z)", re.IGNORECASE)


class _Trailers(list[Any]):
    """What comes behind the body, and is not kept.

    uvicorn would add it to the headers: a client could say there what proxies take out of them.
    """

    def append(self, _header: Any) -> None:
        pass


TRAILERS = _Trailers()


class Place(Enum):
    """Where in a request a connection is."""

    BETWEEN = auto()
    """Nothing of the next one has come."""
    HEAD = auto()
    BODY = auto()


class Arrivals(HttpToolsProtocol):
    """Waits so many seconds for a request, and a little longer the more of it has come.

    A client that sends a byte now and then would hold its connection for good, and one that sends
    headers without end would fill the memory. What arrives in one piece, as most requests do, costs
    no more than a look at it.
    """

    _timer: asyncio.TimerHandle | None = None
    _awaited: Any = None
    """The scope of the request that is not complete."""
    _began = 0.0
    _bytes = 0
    _place = Place.BETWEEN
    _head_bytes = 0
    """So much of a head has come that is not complete."""
    _head_end = b""
    """The last of it: what ends a head may come in two pieces."""
    _beginning = b""
    """What is being read just now, where it is the beginning of a request."""
    _cycle_before: Any = None
    _made_up = ""
    """The method of this request, where the parser does not know it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await(None)

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        self._forget()
        names = {name for name, _ in self.scope["headers"]}
        if self.scope["method"] != "GET" or not names.isdisjoint(OF_A_BODY):
            # Nobody would answer it, nor hang up.
            self._refuse(HTTPStatus.BAD_REQUEST, NO_SOCKET)
        else:
            super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        self._place = Place.HEAD
        super().on_message_begin()

    def on_message_complete(self) -> None:
        self._place = Place.BETWEEN
        super().on_message_complete()

    def on_headers_complete(self) -> None:
        self._place = Place.BODY
        super().on_headers_complete()
        if self._made_up:
            self.scope["method"], self._made_up = self._made_up, ""
        cycle = self.cycle
        if cycle is not None and cycle.scope is self.scope:
            self.headers = TRAILERS
            # uvicorn asks nobody which class it shall be; its task has not begun.
            cycle.__class__ = Departure

    def data_received(self, data: bytes) -> None:
        place = self._place
        if place is Place.BETWEEN:
            if b"pgrade:" in data or b"PGRADE:" in data:
                data = _without_offer(data)
            self._beginning = data
        if place is not Place.BODY and self._has_too_long_a_head(data):
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, TOO_LARGE)
            return
        self._cycle_before = self.cycle
        super().data_received(data)
        if self._place is Place.HEAD:
            self._note_head(data, place)
        self._beginning, self._cycle_before = b"", None
        cycle = self.cycle
        if cycle is not None and not cycle.more_body and cycle.scope is self.scope:
            if self._timer is not None:
                self._forget()
        elif not self.transport.is_closing() and self.transport.get_protocol() is self:
            self._go_on_waiting(len(data))

    def send_400_response(self, msg: str) -> None:
        """The parser gives up methods that it does not know: which there are, and that this is none
        of them, is for the application to say.
        """
        is_made_up = isinstance(sys.exc_info()[1], HttpParserInvalidMethodError)
        # Not where a request stands before it: that one is being answered.
        method = METHOD.match(self._beginning) if self.cycle is self._cycle_before else None
        if is_made_up and method is not None:
            rest = self._beginning[method.end() :]
            self._made_up = method[0].decode()
            self.parser = _parser_for(self)
            try:
                self.parser.feed_data(NEVER_ANSWERED + rest)
            except (HttpParserError, HttpParserUpgrade):
                self._made_up = ""
            else:
                return
        super().send_400_response(msg)

    def _has_too_long_a_head(self, data: bytes) -> bool:
        is_begun = self._place is Place.HEAD
        begun, end = (self._head_bytes, self._head_end) if is_begun else (0, b"")
        room = MAX_HEADER_BYTES - begun
        if len(data) <= room:
            return False  # Nobody has to look for its end.
        # Empty lines before a request are passed over (RFC 9112 §2.2), and do not end it.
        head = end + data if is_begun else data.lstrip(b"\r\n")
        return not 0 <= head.find(b"\r\n\r\n") <= room + len(end)

    def _note_head(self, data: bytes, place: Place) -> None:
        """Of a head that begins behind another request nobody knows where: it counts from here."""
        is_alone = self.cycle is self._cycle_before
        begun, end = (self._head_bytes, self._head_end) if place is Place.HEAD else (0, b"")
        self._head_bytes = begun + len(data) if is_alone and place is not Place.BODY else 0
        self._head_end = (end + data[-3:])[-3:]

    def _go_on_waiting(self, received: int) -> None:
        if self._timer is None or self._awaited is not self.scope:
            self._await(self.scope)
        self._bytes += received

    def _await(self, scope: Any) -> None:
        self._forget()
        self._awaited, self._bytes, self._began = scope, 0, self.loop.time()
        self._look_again_at(self._deadline())

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _deadline(self) -> float:
        seconds: float = self.app_state["client_timeout"]
        return self._began + seconds + self._bytes / SLOWEST

    def _look_again_at(self, instant: float) -> None:
        self._timer = self.loop.call_at(instant, self._look)

    def _look(self) -> None:
        if self.flow.read_paused:
            # It is the application that is slow.
            self._began = self.loop.time()
        if self.loop.time() < (deadline := self._deadline()):
            self._look_again_at(deadline)
        else:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, TOO_SLOW)

    def _refuse(self, status: HTTPStatus, words: str) -> None:
        """Said only where no other answer is on its way; the connection ends either way."""
        self._forget()
        cycle = self.cycle
        if cycle is None or (cycle.response_complete or not cycle.response_started):
            self.transport.write(_answer(status, words))
        self.transport.close()


def _parser_for(protocol: HttpToolsProtocol) -> HttpRequestParser:
    """One as uvicorn makes it."""
    parser = HttpRequestParser(protocol)
    with suppress(AttributeError):  # Of old versions.
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
    return parser


def _without_offer(data: bytes) -> bytes:
    """The beginning of a request without another protocol that the client would rather speak, which
    a server may pass over (RFC 9110 §7.8).

    The parser would take the offer for accepted, and the body for no HTTP.
    """
    head, end, body = data.partition(b"\r\n\r\n")
    return OFFER.sub(b"", head) + end + body


def _answer(status: HTTPStatus, words: str) -> bytes:
    head = (
        STATUS_LINE[status],
        b"content-type: text/plain; charset=utf-8\r\n",
        b"content-length: %d\r\n" % len(words),
        b"connection: close\r\n\r\n",
    )
    return b"".join(head) + words.encode()
