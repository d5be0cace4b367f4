"""Headers as they come from the wire: bytes, names in lower case."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from starlette.types import Scope

Headers: TypeAlias = Mapping[bytes, bytes]
HeaderList: TypeAlias = list[tuple[bytes, bytes]]
KNOWN = "graphql_blog.headers"
"""Where in a scope they are kept, once somebody asked."""


def headers_of(scope: Scope) -> Headers:
    """The headers of a request; of those that come several times the first."""
    known: Headers | None = scope.get(KNOWN)
    if known is None:
        known = scope[KNOWN] = dict(reversed(list(scope["headers"])))
    return known


def with_vary(headers: Iterable[tuple[bytes, bytes]], on: bytes) -> HeaderList:
    """The headers of an answer that depends on one more header of the request."""
    kept = [header for header in headers if header[0] != b"vary"]
    varied = [value for name, value in headers if name == b"vary"]
    named = {name.strip().lower() for value in varied for name in value.split(b",")}
    if on.lower() not in named and b"*" not in named:
        varied.append(on)
    return [*kept, (b"vary", b", ".join(varied))]
