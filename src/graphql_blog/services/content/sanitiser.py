"""The only HTML that leaves the house: an allow-list of elements, attributes and addresses."""

import re
from functools import cache

import nh3
from pygments.token import STANDARD_TYPES

from graphql_blog.services.content.markdown import LANGUAGES

TAGS = frozenset(
    """
    a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup dd
    del details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins
    kbd li main mark ol p picture pre q rp rt ruby s samp section small source span strike strong
    sub summary sup table tbody td tfoot th thead time tr tt u ul var video wbr
    """.split()
)

_DIRECTED = {"lang", "dir"}
# Not `cite`: the library does not look at the scheme of its address.
ATTRIBUTES = {
    "a": {"href", "hreflang", "id", "title"},
    "abbr": {"title"},
    "audio": {"controls", "src"},
    "blockquote": _DIRECTED,
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"datetime"},
    "details": {"open"},
    "dfn": {"title"},
    "div": _DIRECTED,
    "img": {"alt", "height", "src", "title", "width"},
    "ins": {"datetime"},
    "li": {"id", "value"} | _DIRECTED,
    "ol": {"reversed", "start"},
    "p": _DIRECTED,
    "source": {"src", "type"},
    "span": _DIRECTED,
    "sup": {"id"},
    "td": {"colspan", "rowspan"},
    "th": {"abbr", "colspan", "rowspan"},
    "time": {"datetime"},
    "video": {"controls", "height", "poster", "src", "width"},
}

_ALIGNED = {"align": {"left", "center", "right"}}
ATTRIBUTE_VALUES = {
    "ol": {"type": {"1", "a", "A", "i", "I"}},
    "td": _ALIGNED,
    "th": _ALIGNED | {"scope": {"row", "col", "rowgroup", "colgroup"}},
}

CLASSES = {
    "a": {"footnote-backref"},
    "code": {f"language-{name}" for name in LANGUAGES | {"math", "mermaid", "text"}},
    "hr": {"footnotes-sep"},
    "li": {"footnote-item"},
    "ol": {"footnotes-list"},
    "pre": {"highlight"},
    "section": {"footnotes"},
    "span": {name for name in STANDARD_TYPES.values() if name},
    "sup": {"footnote-ref"},
}

URL_SCHEMES = frozenset({"http", "https", "mailto", "tel"})

# Elements whose content is not for readers, or is read by other rules than HTML's: what is text
# in one parser's eyes could be markup in another's.
_DROPPED_WHOLE = frozenset(
    """
    iframe math noembed noframes noscript script select style svg template textarea title
    """.split()
)

# Only footnotes may be pointed at; any other name could shadow one that a page's script uses.
FOOTNOTE_ID = re.compile(r"fn(?:ref)?[:-]?\d{1,6}(?:[:-]\d{1,6})?")

# HTML reopens every formatting element left open in each block that follows: 35 kB became 38 MB.
# It reopens three that are alike at most, so they are few once they have no attributes.
_FORMATTING = re.compile(
    r"<(b|big|code|em|font|i|s|small|strike|strong|tt|u)[\s/][^>]*(?:>|$)", re.I
)
_MOST_REOPENED = 500_000
# 20,000 elements within each other take half a second, and the time grows with the square.
_MOST_TAGS = 20_000


class TooManyTags(Exception):
    """No reader's browser would like this HTML either."""


def clean(html: str) -> str:
    """Well-formed HTML with nothing in it that could run, submit, restyle or call elsewhere."""
    tags = html.count("<")
    if tags > _MOST_TAGS:
        raise TooManyTags
    if tags * len(_FORMATTING.findall(html)) > _MOST_REOPENED:
        html = _FORMATTING.sub(r"<\1>", html)
    return _cleaner().clean(html)


@cache
def _cleaner() -> nh3.Cleaner:
    attributes = {tag: set(names) for tag, names in ATTRIBUTES.items()}
    for tag in CLASSES:
        attributes.setdefault(tag, set()).add("class")
    return nh3.Cleaner(
        tags=TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=attributes,
        tag_attribute_values=ATTRIBUTE_VALUES,
        attribute_filter=_filtered,
        url_schemes=URL_SCHEMES,
        link_rel="noopener noreferrer",
    )


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    """Asked about elements that are not allowed, too; must not raise."""
    if attribute == "id":
        return value if FOOTNOTE_ID.fullmatch(value) else None
    if attribute == "class":
        return " ".join(name for name in value.split() if name in CLASSES.get(tag, ())) or None
    return value
