"""Reads HTML as a browser would, and says what in it is not plainly harmless."""

import re
from html.parser import HTMLParser

from pygments.token import STANDARD_TYPES

# Written out here, so that a hole in the sanitiser's own lists shows.
_ELEMENTS = set(
    """
    a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd
    del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins
    kbd li main mark ol p picture pre q rp rt ruby s samp section small source span strike strong
    sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr
    """.split()
)
_ATTRIBUTES = set(
    """
    abbr align alt class colspan controls datetime dir height href hreflang id lang open
    poster rel reversed rowspan scope span src start title type value width
    """.split()
)
_ADDRESSES = {"href", "poster", "src"}
_SCHEMES = {"", "http", "https", "mailto", "tel"}
_CLASS = re.compile(r"highlight|language-[\w+#-]+|footnotes?(-ref|-backref|-item|s-sep|s-list)?")


def faults(html: str) -> list[str]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.faults


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _ELEMENTS:
            self.faults.append(f"<{tag}>")
        self.faults += [
            f"{tag} {name}={value!r}" for name, value in attrs if _bad(name, value or "")
        ]
        if tag == "a" and ("rel", "noopener noreferrer") not in attrs:
            self.faults.append("a without rel")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"<!{decl}>")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"<![{data}]>")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"<?{data}>")


def _bad(name: str, value: str) -> bool:
    if name in _ADDRESSES:
        return _scheme(value) not in _SCHEMES
    if name == "class":
        return not all(map(_is_ours, value.split()))
    if name == "id":
        return re.fullmatch(r"fn(ref)?[:-]?\d+([:-]\d+)?", value) is None
    return name not in _ATTRIBUTES


def _is_ours(name: str) -> bool:
    return name in STANDARD_TYPES.values() or _CLASS.fullmatch(name) is not None


def _scheme(address: str) -> str:
    # As the URL standard reads it: controls around are dropped, tabs and line ends everywhere.
    controls = "".join(map(chr, range(0x21)))
    seen = re.sub(r"[\t\n\r]", "", address.strip(controls))
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", seen, re.IGNORECASE)
    return scheme[1].lower() if scheme else ""
