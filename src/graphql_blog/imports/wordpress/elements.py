"""The children of an export's channel, one by one: past a malformed one to those after it."""

import re
from collections.abc import Iterator
from typing import TypeAlias

from graphql_blog.errors import BadRequest
from graphql_blog.imports.records import Failure, Notice
from graphql_blog.imports.wordpress.decoding import CleanText
from graphql_blog.imports.wordpress.parser import Element, Parser

NEXT_ITEM = re.compile(rb"(?=<item[\s>])")
ITEM_AFTER_ITEM = re.compile(rb"</item>\s*(?=<item[\s>])")
NEXT_DOCUMENT = re.compile(rb"(?=<rss[\s>])")
OVERLAP_BYTES = 1024

Found: TypeAlias = Element | Notice


def elements(text: CleanText) -> Iterator[Found]:
    """Every child of the channel, with a failure in the place of what is malformed."""
    reading = _Reading(text)
    for chunk in text:
        yield from reading.take(chunk.encode())
    yield from reading.end()


class _Reading:
    """Feeds one parser until something is malformed, then another from the next item on."""

    def __init__(self, text: CleanText) -> None:
        self._text = text
        self._prefixes: dict[str, str] = {}
        self._parser: Parser | None = Parser(text, self._prefixes)
        self._skipped = b""
        self._next = NEXT_ITEM
        self._line = 1
        self._is_first = True

    def take(self, data: bytes) -> Iterator[Found]:
        if self._is_first:
            self._is_first = False
            data = self._without_preamble(data)
        while data:
            if self._parser is None:
                data = self._resumed(data)
                if data and self._next is NEXT_DOCUMENT:
                    message = "a second document begins here: it is read as well"
                    yield Notice("the export", message, self._line)
                continue
            failed_at = self._parser.feed(data)
            yield from self._parser.taken()
            if failed_at is None:
                self._line += data.count(b"\n")
                return
            self._line += data.count(b"\n", 0, failed_at)
            yield from self._failed(self._parser)
            self._parser, data = None, data[failed_at:]

    def end(self) -> Iterator[Found]:
        if self._parser is not None:
            failed = self._parser.feed(b"", final=True) is not None
            yield from self._parser.taken()
            if failed:
                yield from self._failed(self._parser)
        elif self._next is NEXT_DOCUMENT:
            message = "something stands after its end that is no export: left out"
            yield Notice("the export", message, self._line)

    def _without_preamble(self, data: bytes) -> bytes:
        """Blank lines and PHP's warnings often stand before the XML, where nothing may stand."""
        start = data.find(b"<?xml")
        if start <= 0 or b"<rss" in data[:start]:
            return data
        self._line += data.count(b"\n", 0, start)
        self._parser = Parser(self._text, self._prefixes, first_line=self._line)
        return data[start:]

    def _failed(self, parser: Parser) -> Iterator[Failure]:
        """What is lost; and where to go on."""
        if not self._prefixes:
            raise BadRequest(f"it is no XML: {parser.error}")
        if parser.is_over:
            self._next = NEXT_DOCUMENT
            return
        is_lost_to_its_end = parser.is_in_item and not parser.is_nested
        self._next = ITEM_AFTER_ITEM if is_lost_to_its_end else NEXT_ITEM
        yield Failure(parser.lost, parser.error, parser.error_line)

    def _resumed(self, data: bytes) -> bytes:
        """What is left after the next beginning has been found; empty when it has not."""
        data = self._skipped + data
        found = self._next.search(data)
        start = found.end() if found else max(0, len(data) - OVERLAP_BYTES)
        self._line += data.count(b"\n", 0, start)
        self._skipped = b"" if found else data[start:]
        if found is None:
            return b""
        self._parser = Parser(self._text, self._prefixes, first_line=self._line)
        if self._next is not NEXT_DOCUMENT:
            self._parser.feed(b"<rss><channel>")
        return data[start:]
