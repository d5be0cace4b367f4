"""One content, rendered: the steps from what was written to what is shown."""

import math
import re
from dataclasses import dataclass
from html import escape

from graphql_blog.db.columns import ContentFormat
from graphql_blog.services.content import excerpts, markdown, plain_text, sanitiser, wordpress

# The space before further words is bounded so that no text makes the search quadratic.
_MORE = re.compile(r"<!--\s{0,9}more(?:\s[^<>]{0,200})?-->")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Rendered:
    html: str
    plain_text: str
    opening: str
    """The plain text before `<!--more-->`; all of it where the author set no such mark."""
    word_count: int
    reading_time_minutes: int

    def excerpt(self, max_length: int = 160) -> str:
        """The opening, cut at a word; never longer than asked, the ellipsis included."""
        return excerpts.cut(self.opening, max_length)


def render(content: str, content_format: ContentFormat) -> Rendered:
    """Never raises and never hangs, whatever the text."""
    # Half a surrogate pair cannot be encoded, so it could not be sent.
    content = _SURROGATE.sub("\ufffd", content)
    html = _safe_html(content, content_format)
    text = plain_text.of(html)
    more = _MORE.search(content)
    opening = plain_text.of(_safe_html(content[: more.start()], content_format)) if more else text
    words, ideographs = plain_text.count(text)
    return Rendered(
        html=html,
        plain_text=text,
        opening=opening,
        word_count=words + ideographs,
        # 230 words or 500 ideographs are read in a minute.
        reading_time_minutes=max(1, math.ceil(words / 230 + ideographs / 500)),
    )


def _safe_html(content: str, content_format: ContentFormat) -> str:
    to_html = {ContentFormat.MARKDOWN: markdown.to_html, ContentFormat.HTML: wordpress.to_html}
    try:
        return sanitiser.clean(to_html[content_format](content))
    except sanitiser.TooManyTags:
        return f"<pre>{escape(content, quote=False)}</pre>"
