"""JSON of so many values that making them would hold everybody up.

A megabyte of JSON is read in a millisecond where it is one text, and in a hundred where it is
nothing but brackets. No request has a use for that, so it is refused unread.
"""

MOST = 20_000
"""Values in one body, lists and objects among them."""
PIECE = 64 * 1024


def values_in(text: bytes) -> int:
    """How many values begin in it, where they are more than may be; else 0.

    It stops counting when they are too many.
    """
    if len(text) <= MOST:
        return 0
    if b"\\" in text:
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    count, in_a_text = 1, 0
    for start in range(0, len(text), PIECE):
        # What is within texts does not count: somebody may be writing about JSON.
        parts = text[start : start + PIECE].split(b'"')
        outside = b"".join(parts[in_a_text::2])
        # A comma stands before each value but the first one, which a bracket stands before.
        count += outside.count(b",") + outside.count(b"[") + outside.count(b"{")
        if count > MOST:
            return count
        in_a_text = (in_a_text + len(parts) - 1) % 2
    return 0
