"""JSON as XML: an element for each key, `item` for each of a list, nothing for null."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.rest import answers
from graphql_blog.rest.markup import DECLARATION, element, text
from graphql_blog.rest.representations.forms import XML


def fresh(request: Request, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    """What was read, as JSON or as XML: the endpoint knows which."""
    if request.state.media_type != XML:
        return answers.fresh(request, content, headers)
    said = {**answers.OF_READERS, **(headers or {})}
    return answers.fresh_bytes(request, as_xml("post", content), XML, said)


def as_xml(name: str, content: Any) -> bytes:
    # Through JSON, so that numbers and instants are written as they are there.
    written = "".join(_elements(name, orjson.loads(answers.encoded(content))))
    return f"{DECLARATION}{written}\n".encode()


def _elements(name: str, value: Any) -> Iterator[str]:
    match value:
        case None:
            return
        case dict():
            yield element(name, *(part for key in value for part in _elements(key, value[key])))
        case list():
            yield element(name, *(part for item in value for part in _elements("item", item)))
        case bool():
            yield text(name, str(value).lower())
        case _:
            yield text(name, str(value))
