"""JSON of so many lists and objects that making them would hold everybody up.

A megabyte of JSON is read in three milliseconds, unless it is nothing but brackets: then it takes a
hundred. No request has a use for that, so it is refused unread.
"""

import re

MOST = 20_000
"""Lists and objects in one body."""
STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


def containers_in(text: bytes) -> int:
    """How many lists and objects begin in it, where they are more than may be; else 0."""
    if len(text) <= MOST or _brackets(text) <= MOST:
        return 0
    # Those within texts do not count: somebody may be writing about JSON.
    count = _brackets(STRING.sub(b"", text))
    return count if count > MOST else 0


def _brackets(text: bytes) -> int:
    return text.count(b"[") + text.count(b"{")
