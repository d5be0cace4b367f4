"""The children of an export's channel, one by one. A malformed one is lost, those after it are not.

Expat is used directly: it says in which line it stands, and it hands over a DOCTYPE before it reads
a single entity of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import TypeAlias
from xml.parsers import expat

from graphql_blog.errors import BadRequest
from graphql_blog.imports.records import Failure
from graphql_blog.imports.wordpress.decoding import CleanText

NAMESPACES = (
    (re.compile(r"^https?://(www\.)?wordpress\.org/export/[\d.]+/excerpt/?$"), "excerpt"),
    (re.compile(r"^https?://(www\.)?wordpress\.org/export/[\d.]+/?$"), "wp"),
    (re.compile(r"^https?://purl\.org/rss/1\.0/modules/content/?$"), "content"),
    (re.compile(r"^https?://purl\.org/dc/elements/1\.1/?$"), "dc"),
)
NEXT_ITEM = re.compile(rb"(?=<item[\s>])")
ITEM_AFTER_ITEM = re.compile(rb"</item>\s*(?=<item[\s>])")
OVERLAP_BYTES = 1024
ROOT_DEPTH, CHANNEL_DEPTH = 0, 1


@dataclass(slots=True)
class Element:
    name: str
    """With the usual prefix: `wp:post_id`, whatever prefix the file has chosen."""
    line: int
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    remarks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def first(self, name: str) -> str:
        """The text of the first child of this name; empty when there is none."""
        return next((child.text for child in self.children if child.name == name), "")

    def all(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)


Found: TypeAlias = Element | Failure


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
        self._parser: _Parser | None = _Parser(text, self._prefixes)
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
                continue
            failed_at = self._parser.feed(data)
            yield from self._parser.taken()
            if failed_at is None:
                self._line += data.count(b"\n")
                return
            yield self._failure()
            self._next = ITEM_AFTER_ITEM if self._parser.is_in_item else NEXT_ITEM
            self._line += data.count(b"\n", 0, failed_at)
            self._parser, data = None, data[failed_at:]

    def end(self) -> Iterator[Found]:
        if self._parser is None:
            return
        failed = self._parser.feed(b"", final=True) is not None
        yield from self._parser.taken()
        if failed:
            yield self._failure()

    def _without_preamble(self, data: bytes) -> bytes:
        """Blank lines and PHP's warnings often stand before the XML, where nothing may stand."""
        start = data.find(b"<?xml")
        if start <= 0 or b"<rss" in data[:start]:
            return data
        self._line += data.count(b"\n", 0, start)
        self._parser = _Parser(self._text, self._prefixes, first_line=self._line)
        return data[start:]

    def _failure(self) -> Failure:
        assert self._parser is not None
        if not self._prefixes:
            raise BadRequest(f"it is no XML: {self._parser.error}")
        return Failure(self._parser.lost, self._parser.error, self._parser.error_line)

    def _resumed(self, data: bytes) -> bytes:
        """What is left after the next item's beginning has been found; empty when it has not."""
        data = self._skipped + data
        found = self._next.search(data)
        start = found.end() if found else max(0, len(data) - OVERLAP_BYTES)
        self._line += data.count(b"\n", 0, start)
        self._skipped = b"" if found else data[start:]
        if found is None:
            return b""
        self._parser = _Parser(self._text, self._prefixes, first_line=self._line)
        self._parser.feed(b"<rss><channel>")
        return data[start:]


class _Parser:
    """One expat parser, and the elements it has completed."""

    def __init__(self, text: CleanText, prefixes: dict[str, str], first_line: int = 1) -> None:
        self._text = text
        self._prefixes = prefixes
        self._lines_before = first_line - 1
        self._open: list[Element] = []
        self._done: list[Found] = []
        self._entities: dict[str, None] = {}
        self._names: dict[str, str] = {}
        self._fed = 0
        self.error = ""
        self.error_line = 0
        self._expat = expat.ParserCreate(encoding="utf-8")
        self._expat.buffer_text = True
        # Then an entity nobody defined, as `&nbsp;`, is told instead of being an error.
        self._expat.UseForeignDTD(True)  # noqa: FBT003 - takes no name
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters
        self._expat.SkippedEntityHandler = self._entity

    @property
    def is_in_item(self) -> bool:
        return any(element.name == "item" for element in self._open)

    @property
    def lost(self) -> str:
        """What was being read when it failed."""
        if len(self._open) <= CHANNEL_DEPTH + 1:
            return "the export"
        element = self._open[CHANNEL_DEPTH + 1]
        title = element.first("title")
        return f'{element.name} "{title}"' if title else element.name

    def feed(self, data: bytes, *, final: bool = False) -> int | None:
        """None, or where in `data` it is malformed."""
        fed_before, self._fed = self._fed, self._fed + len(data)
        try:
            self._expat.Parse(data, final)
        except expat.ExpatError as error:
            self.error_line = self._lines_before + error.lineno
            reason = f"malformed XML: {expat.ErrorString(error.code)}"
            self.error = "the file ends in the middle of it" if final else reason
            return max(0, self._expat.ErrorByteIndex - fed_before)
        return None

    def taken(self) -> list[Found]:
        done, self._done = self._done, []
        return done

    def _line(self) -> int:
        return self._lines_before + self._expat.CurrentLineNumber

    def _refuse_doctype(self, name: str, *_: object) -> None:
        if name.lower() == "html":
            raise BadRequest("it is a web page, not a WordPress export")
        raise BadRequest(
            f"line {self._line()}: it has a DOCTYPE, which no WordPress export has and which can"
            " define entities that fill the memory"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._open and not self._prefixes:
            self._learn_prefixes(name, attributes)
        usual = self._names.get(name) or self._usual(name)
        element = Element(usual, self._line(), attributes)
        # The channel does not collect its children: that would be the whole file.
        if len(self._open) > CHANNEL_DEPTH + 1:
            self._open[-1].children.append(element)
        self._open.append(element)

    def _learn_prefixes(self, name: str, attributes: dict[str, str]) -> None:
        if name != "rss":
            raise BadRequest(f"it is no WordPress export: its root element is <{name}>, not <rss>")
        for attribute, uri in attributes.items():
            for pattern, usual in NAMESPACES:
                if attribute.startswith("xmlns:") and pattern.match(uri):
                    self._prefixes[attribute.removeprefix("xmlns:")] = usual
        if "wp" not in self._prefixes.values():
            raise BadRequest("it is a feed, but no WordPress export: nothing in it is WordPress's")

    def _usual(self, name: str) -> str:
        prefix, colon, local = name.rpartition(":")
        self._names[name] = f"{self._prefixes.get(prefix, prefix)}{colon}{local}"
        return self._names[name]

    def _end(self, name: str) -> None:
        element = self._open.pop()
        if len(self._open) != CHANNEL_DEPTH + 1:
            return
        entities = tuple(_entity_remark(entity) for entity in self._entities)
        self._entities.clear()
        element.remarks = entities + self._text.repairs_until(self._line())
        self._done.append(element)

    def _characters(self, data: str) -> None:
        if len(self._open) > CHANNEL_DEPTH + 1:
            self._open[-1].parts.append(data)

    def _entity(self, name: str, is_parameter: bool) -> None:
        self._entities[name] = None
        self._characters(html5.get(f"{name};", f"&{name};"))


def _entity_remark(name: str) -> str:
    known = html5.get(f"{name};")
    read_as = f'read as "{known}"' if known else "kept as it is written"
    return f"the entity &{name}; means nothing in XML: {read_as}"
