"""A file that came along with a request, and the scalar by which a field takes one."""

from dataclasses import dataclass
from typing import IO, Any, NoReturn

import strawberry
from graphql import GraphQLError


@dataclass(frozen=True, slots=True, eq=False)
class Upload:
    """A file that a client sent: there as long as its request is answered, and not longer."""

    name: str | None
    """What the client calls it; nothing that a path may be made of."""
    media_type: str
    """What the client takes it for."""
    size: int
    file: IO[bytes]


def _given(value: Any) -> Upload:
    if not isinstance(value, Upload):
        raise GraphQLError("Files are sent as parts of multipart/form-data, named in `map`.")
    return value


def _never(_value: Any) -> NoReturn:
    raise GraphQLError("Files are taken, and never given.")


UPLOAD = strawberry.scalar(
    name="Upload",
    description="A file that is sent along, as the GraphQL multipart request specification has it.",
    specified_by_url="https://github.com/jaydenseric/graphql-multipart-request-spec",
    parse_value=_given,
    serialize=_never,
)
