"""The text of safe HTML without its markup, and how much there is to read."""

import re
from html.parser import HTMLParser

_BLOCKS = frozenset(
    """
    address article aside blockquote br caption dd details div dl dt figcaption figure footer h1 h2
    h3 h4 h5 h6 header hr li main ol p pre section summary table tbody tfoot thead tr ul
    """.split()
)
_CELLS = frozenset({"td", "th"})
# Numbers and arrows that lead from a text to its footnotes and back mean nothing without links.
_FOOTNOTE_LINKS = {("sup", "footnote-ref"), ("a", "footnote-backref")}

# Kana and Chinese characters, which are written without spaces.
_IDEOGRAPH = re.compile(
    "[\u3041-\u3096\u30a1-\u30fa\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
_BETWEEN_WORDS = re.compile("[\\s\u2013\u2014/]+")


def of(html: str) -> str:
    """Blocks stand on lines of their own; code keeps its lines, an image is its description."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


def count(text: str) -> tuple[int, int]:
    """Words, and ideographs apart from them."""
    spaced, ideographs = _IDEOGRAPH.subn(" ", text)
    words = sum(any(map(str.isalnum, word)) for word in _BETWEEN_WORDS.split(spaced))
    return words, ideographs


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line: list[str] = []
        self._preformatted = 0
        self._skipped = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if (tag, given.get("class")) in _FOOTNOTE_LINKS:
            self._skipped = tag
        elif tag == "img":
            self.handle_data(f" {given.get('alt') or ''} ")
        elif tag in _CELLS:
            self._line.append(" ")
        elif tag in _BLOCKS:
            self._end_line()
            self._preformatted += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag == self._skipped:
            self._skipped = ""
        elif tag in _BLOCKS:
            self._end_line()
            self._preformatted -= tag == "pre"

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._line.append(data)

    def text(self) -> str:
        self._end_line()
        return "\n".join(self._lines)

    def _end_line(self) -> None:
        text = "".join(self._line)
        self._line.clear()
        if self._preformatted:
            self._lines.extend(line.rstrip() for line in text.strip("\n").split("\n"))
        elif words := text.split():
            self._lines.append(" ".join(words))
