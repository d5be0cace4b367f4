"""Headers as they come from the wire: bytes, names in lower case."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from starlette.types import Scope

Headers: TypeAlias = Mapping[bytes, bytes]
HeaderList: TypeAlias = list[tuple[bytes, bytes]]
KNOWN = "graphql_blog.headers"
"""Where in a scope they are kept, once somebody asked."""

WANTED = frozenset({b"1", b"true", b"on"})
"""What a header that switches something on may say."""

# There are only so many answers: what was made of the `Vary` of one is kept.
REMEMBERED = 128


def headers_of(scope: Scope) -> Headers:
    """The headers of a request; of those that come several times the first."""
    known: Headers | None = scope.get(KNOWN)
    if known is None:
        known = scope[KNOWN] = dict(reversed(list(scope["headers"])))
    return known


def with_vary(headers: Iterable[tuple[bytes, bytes]], on: bytes) -> HeaderList:
    """The headers of an answer that depends on one more header of the request."""
    kept: HeaderList = []
    varied: HeaderList = []
    for header in headers:
        (varied if header[0] == b"vary" else kept).append(header)
    kept.append((b"vary", _with_name(b", ".join([value for _, value in varied]), on)))
    return kept


@lru_cache(REMEMBERED)
def _with_name(varied: bytes, on: bytes) -> bytes:
    names = {name.strip().lower() for name in varied.split(b",")}
    if names & {on.lower(), b"*"}:
        return varied
    return b", ".join(filter(None, [varied, on]))
