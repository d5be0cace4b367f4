"""What a client takes and what it sends, by headers that hardly ever change from call to call."""

from functools import lru_cache
from typing import NamedTuple

from python_multipart.multipart import parse_options_header

from graphql_blog.rest.endpoint import takes_json, weights

RESPONSE = "application/graphql-response+json"
JSON = "application/json"
EVENTS = "text/event-stream"

# A client sends the same header with each request: what was read of it is kept.
REMEMBERED = 128
UTF_8 = frozenset({"utf-8", "utf8"})


class Accepted(NamedTuple):
    """What an `Accept` header comes down to at /graphql."""

    media_type: str | None
    """What to answer with; None when the client takes nothing that there is."""
    page_first: bool
    """Browsers name HTML before anything else; programs that take it too do not."""
    refusal_type: str
    events: bool
    """Whether it would rather have the answer as Server-Sent Events than as JSON."""


@lru_cache(REMEMBERED)
def accepted(accept: bytes | None) -> Accepted:
    text = None if accept is None else accept.decode("latin-1")
    wanted = weights(text)
    as_json = max((weight for name, weight in wanted.items() if "json" in name), default=0.0)
    return Accepted(
        _media_type(text, wanted),
        wanted.get("text/html", 0.0) > as_json,
        RESPONSE if wanted.get(RESPONSE) else JSON,
        wanted.get(EVENTS, 0.0) > as_json,
    )


def _media_type(accept: str | None, wanted: dict[str, float]) -> str | None:
    if wanted.get(RESPONSE, 0.0) > 0 and wanted[RESPONSE] >= wanted.get(JSON, 0.0):
        return RESPONSE
    return JSON if takes_json(accept) else None


@lru_cache(REMEMBERED)
def is_json(content_type: bytes) -> bool:
    """JSON in UTF-8, which is what JSON is in when nothing is said."""
    media_type, options = parse_options_header(content_type)
    return media_type == JSON.encode() and charset_of(options) in UTF_8


def charset_of(options: dict[bytes, bytes]) -> str:
    return options.get(b"charset", b"utf-8").decode("latin-1").lower()
