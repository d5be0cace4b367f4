"""Requests that came before, to the letter, and go straight to the answer that is kept.

To read a request, to find its document and to work out the key of its answer takes longer than to
give it. So what strangers send is remembered with that key. It only leads to the response cache,
which knows whether the answer is still good.
"""

from starlette.types import Message, Receive

from graphql_blog.cache import Entry, Responses
from graphql_blog.cache.shared import Key
from graphql_blog.web.headers import Headers

MOST = 10_000
LONGEST = 4_000
"""Bytes of a body; what is longer is seldom sent twice."""
DECIDING = frozenset(
    {
        b"authorization",
        b"cache-control",
        b"content-encoding",
        b"cookie",
        b"graphql-cost",
        b"graphql-plan",
        b"x-compare",
        b"x-compare-rest",
    }
)
"""With one of these it takes a closer look."""

Sent = tuple[bytes, bytes | None, bytes | None, bytes]
"""All that the answer to a stranger depends on: body, `Accept`, `Content-Type`, query string."""


class Shortcuts:
    """What was sent, with the key that its answer is kept under; the latest so many."""

    def __init__(self) -> None:
        self._keys: dict[Sent, Key] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def entry(self, sent: Sent, responses: Responses) -> Entry | None:
        """The answer that is kept for exactly this."""
        key = self._keys.get(sent)
        return None if key is None else responses.get(key)

    def remember(self, sent: Sent, key: Key) -> None:
        if sent in self._keys:
            return
        if len(self._keys) >= MOST:
            del self._keys[next(iter(self._keys))]
        self._keys[sent] = key


def sent_by(message: Message, headers: Headers, query_string: bytes) -> Sent | None:
    """What a request is remembered by; None where that is too long, or comes in pieces."""
    if message["type"] != "http.request" or message.get("more_body"):
        return None
    body = message.get("body", b"")
    if len(body) > LONGEST:
        return None
    return body, headers.get(b"accept"), headers.get(b"content-type"), query_string


def again(message: Message, receive: Receive) -> Receive:
    """Receives once more what was received already."""
    waiting = [message]

    async def received() -> Message:
        return waiting.pop() if waiting else await receive()

    return received
