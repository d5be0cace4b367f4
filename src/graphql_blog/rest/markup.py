"""XML as text: well-formed whatever was written, and read again as it was written."""

import re
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
# XML 1.0 has no way to write these, not even escaped.
_FORBIDDEN = re.compile("[^\\t\\n\\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Readers of XML take a carriage return that stands for itself to be a line feed.
_RETURN = {"\r": "&#13;"}


def element(name: str, *content: str, **attributes: str | None) -> str:
    """An element around markup; a name that ends in `_` or has `__` stands for `xml:lang` and such.

    An attribute that is None is left out.
    """
    said = "".join(
        f" {key.strip('_').replace('__', ':')}={quoteattr(allowed(value))}"
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(content)
    return f"<{name}{said}>{inside}</{name}>" if inside else f"<{name}{said}/>"


def text(name: str, value: str | None, **attributes: str | None) -> str:
    """An element around text; nothing when that is None."""
    return "" if value is None else element(name, escaped(value), **attributes)


def escaped(value: str) -> str:
    return escape(allowed(value), _RETURN)


def allowed(value: str) -> str:
    """The text with a mark in the place of each character that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", value)
