"""Headers as they come from the wire: bytes, names in lower case."""

from collections.abc import Mapping
from typing import TypeAlias

from starlette.types import Scope

Headers: TypeAlias = Mapping[bytes, bytes]


def headers_of(scope: Scope) -> Headers:
    """The headers of a request; of those that come several times the first."""
    return dict(reversed(list(scope["headers"])))
