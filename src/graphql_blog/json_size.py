"""JSON of so many values that making them would hold everybody up.

A megabyte of JSON is read in a millisecond where it is one text, and in a hundred where it is
nothing but brackets. No request has a use for that, so it is refused unread.
"""

MOST_VALUES = 20_000
"""In one body, lists and objects among them."""
PIECE = 64 * 1024
BLANKS = b" \t\r\n"


def values_in(text: bytes) -> int:
    """How many values begin in it, where they are more than may be; else 0.

    It stops counting when they are too many.
    """
    if len(text) <= MOST_VALUES:
        return 0
    count, in_a_text, is_escaped, before = 1, 0, False, b""
    for start in range(0, len(text), PIECE):
        piece = text[start + is_escaped : start + PIECE]
        is_escaped = False
        if b"\\" in piece:
            piece = piece.replace(b"\\\\", b"").replace(b'\\"', b"")
            is_escaped = piece.endswith(b"\\")
        # What is within texts does not count: somebody may be writing about JSON.
        parts = piece.split(b'"')
        outside = b'"'.join(parts[in_a_text::2]).translate(None, BLANKS)
        # A comma stands before each value but the first in a list or an object, and a bracket
        # before that: unless it is followed by the closing one, perhaps in the next piece.
        count += outside.count(b",") + outside.count(b"[") + outside.count(b"{")
        outside = before + (b'"' if in_a_text else b"") + outside
        count -= outside.count(b"[]") + outside.count(b"{}")
        in_a_text = (in_a_text + len(parts) - 1) % 2
        before = b"" if in_a_text else outside[-1:]
        if count > MOST_VALUES:
            return count
    return 0
