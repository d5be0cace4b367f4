"""One expat parser, and the children of the channel that it has completed.

Expat is used directly: it says in which line it stands, and it hands over a DOCTYPE before it reads
a single entity of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from unicodedata import name as name_of
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from graphql_blog.errors import BadRequest
from graphql_blog.imports.text import A_PAGE, cut, plain
from graphql_blog.imports.wordpress.decoding import CleanText
from graphql_blog.services.validation import MAX_CONTENT

NAMESPACES = (
    (re.compile(r"^https?://(www\.)?wordpress\.org/export/[\d.]+/excerpt/?$"), "excerpt"),
    (re.compile(r"^https?://(www\.)?wordpress\.org/export/[\d.]+/?$"), "wp"),
    (re.compile(r"^https?://purl\.org/rss/1\.0/modules/content/?$"), "content"),
    (re.compile(r"^https?://purl\.org/dc/elements/1\.1/?$"), "dc"),
)
WITH_FIELDS = {
    "item",
    "wp:author",
    "wp:category",
    "wp:comment",
    "wp:commentmeta",
    "wp:postmeta",
    "wp:tag",
    "wp:term",
    "wp:termmeta",
}
"""All others hold text: an element inside one of those is markup that lacks its CDATA."""
ENDLESS = {"area", "br", "col", "embed", "hr", "img", "input", "source", "track", "wbr"}
"""Elements of HTML for which it knows no end."""
CDATA = "<![CDATA["
CHANNEL_DEPTH = 1
AFTER_THE_END = {
    expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT],
    expat.errors.codes[expat.errors.XML_ERROR_MISPLACED_XML_PI],
}


@dataclass(slots=True)
class Element:
    name: str
    """With the usual prefix: `wp:post_id`, whatever prefix the file has chosen."""
    line: int
    attributes: dict[str, str]
    children: list["Element"] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    length: int = 0
    remarks: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Up to the longest that can be stored, and one character more when there is more."""
        return "".join(self.parts)

    def first(self, name: str) -> str:
        """The text of the first child of this name; empty when there is none."""
        return next((child.text for child in self.children if child.name == name), "")

    def all(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)

    def append(self, text: str) -> None:
        if self.length <= MAX_CONTENT:
            self.parts.append(text[: MAX_CONTENT + 1 - self.length])
        self.length += len(text)


class NestedItem(Exception):
    """An item begins inside another, at this byte."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at


class Parser:
    """Completes elements until something is malformed; then it says what, and where."""

    def __init__(self, text: CleanText, prefixes: dict[str, str], first_line: int = 1) -> None:
        self._text = text
        self._prefixes = prefixes
        self._lines_before = first_line - 1
        self._open: list[Element] = []
        self._markup: list[str] = []
        self._done: list[Element] = []
        self._remarks: dict[str, None] = {}
        self._names: dict[str, str] = {}
        self._cdata_line = 0
        self._fed = 0
        self.error = ""
        self.error_line = 0
        self.is_over = False
        """Whether the error is that something stands after the end."""
        self.is_nested = False
        """Whether the error is an item in an item."""
        self._expat = expat.ParserCreate(encoding="utf-8")
        self._expat.buffer_text = True
        # Then an entity nobody defined, as `&nbsp;`, is told instead of being an error.
        self._expat.UseForeignDTD(True)  # noqa: FBT003 - takes no name
        self._expat.StartDoctypeDeclHandler = self._refuse_doctype
        self._expat.StartElementHandler = self._start
        self._expat.EndElementHandler = self._end
        self._expat.CharacterDataHandler = self._characters
        self._expat.StartCdataSectionHandler = self._cdata
        # Its being there makes expat hand over the text before it looks at what comes after.
        self._expat.EndCdataSectionHandler = lambda: None
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
        title = cut(plain(element.first("title")[:A_PAGE]), 60)
        return f'{element.name} "{title}"' if title else element.name

    def feed(self, data: bytes, *, final: bool = False) -> int | None:
        """None, or where in `data` it is malformed."""
        fed_before, self._fed = self._fed, self._fed + len(data)
        try:
            self._expat.Parse(data, final)
        except NestedItem as nested:
            self.is_nested = True
            self.error = "its end is missing: another item begins inside it"
            self.error_line = self._line()
            return max(0, nested.at - fed_before)
        except expat.ExpatError as error:
            failed_at = max(0, self._expat.ErrorByteIndex - fed_before)
            self.is_over = error.code in AFTER_THE_END and not self._open
            self.error = self._reason(error.code, data[failed_at:], final=final)
            self.error_line = self._lines_before + error.lineno
            return failed_at
        return None

    def taken(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _line(self) -> int:
        return self._lines_before + self._expat.CurrentLineNumber

    def _reason(self, code: int, rest: bytes, *, final: bool) -> str:
        text = self._open[-1].text if self._open else ""
        unclosed = expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION]
        if CDATA in text or code == unclosed:
            items = len(re.findall(r"<item[\s>]", text))
            swallowed = f", with the beginning of {items} item(s)," if items else ""
            return (
                f"the CDATA section of line {self._cdata_line} has no end of its own:"
                f" what follows{swallowed} was read as its text"
            )
        if rest.startswith(b"DOCTYPE"):
            return "a DOCTYPE stands inside the document"
        if final:
            return "the file ends in the middle of it"
        return f"malformed XML: {expat.ErrorString(code)}"

    def _refuse_doctype(self, name: str, *_: object) -> None:
        if name.lower() == "html":
            raise BadRequest("it is a web page, not a WordPress export")
        raise BadRequest(
            f"line {self._line()}: it has a DOCTYPE, which no WordPress export has and which can"
            " define entities that fill the memory"
        )

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "item" and self.is_in_item:
            raise NestedItem(self._expat.CurrentByteIndex)
        if self._is_in_text:
            self._start_markup(name, attributes)
            return
        if not self._open and (attributes or not self._prefixes):
            self._learn_prefixes(name, attributes)
        usual = self._names.get(name) or self._usual(name)
        element = Element(usual, self._line(), attributes)
        # The channel does not collect its children: that would be the whole file.
        if len(self._open) > CHANNEL_DEPTH + 1:
            self._open[-1].children.append(element)
        self._open.append(element)

    @property
    def _is_in_text(self) -> bool:
        return len(self._open) > CHANNEL_DEPTH + 1 and self._open[-1].name not in WITH_FIELDS

    def _start_markup(self, name: str, attributes: dict[str, str]) -> None:
        leaf = self._open[-1]
        self._remarks[f"<{leaf.name}> has markup outside of CDATA: kept as text"] = None
        given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
        leaf.append(f"<{name}{given}>")
        self._markup.append(name)

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
        if self._markup:
            if self._markup.pop() not in ENDLESS:
                self._open[-1].append(f"</{name}>")
            return
        element = self._open.pop()
        if CDATA in (text := element.text) and "<item>" in text:
            self._remarks[
                f"<{element.name}> holds the beginning of another item:"
                " its CDATA section may lack its end"
            ] = None
        if len(self._open) == CHANNEL_DEPTH + 1:
            element.remarks = (*self._remarks, *self._text.repairs_until(self._line()))
            self._remarks.clear()
            self._done.append(element)

    def _characters(self, data: str) -> None:
        if len(self._open) > CHANNEL_DEPTH + 1:
            self._open[-1].append(escape(data) if self._markup else data)

    def _cdata(self) -> None:
        self._cdata_line = self._line()

    def _entity(self, name: str, is_parameter: bool) -> None:
        self._remarks[_entity_remark(name)] = None
        if len(self._open) > CHANNEL_DEPTH + 1:
            self._open[-1].append(html5.get(f"{name};", f"&{name};"))


def _entity_remark(name: str) -> str:
    known = html5.get(f"{name};", "")
    read_as = f'read as "{known}"' if known.isprintable() else f"read as {_in_words(known)}"
    return (
        f"the entity &{name}; means nothing in XML: {read_as if known else 'kept as it is written'}"
    )


def _in_words(characters: str) -> str:
    return " and ".join(f"a {name_of(each, 'control character').lower()}" for each in characters)
