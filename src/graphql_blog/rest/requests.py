"""What a request asks for: who, which object, which body. Raises when that is unclear."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.exceptions import HTTPException
from starlette.requests import Request

from graphql_blog.auth import LARGEST_ID, Viewer
from graphql_blog.errors import BadRequest, NotFound, Unauthenticated
from graphql_blog.json_size import MOST_VALUES, values_in
from graphql_blog.resources import Resources
from graphql_blog.services import users


@dataclass(frozen=True)
class WholeNumber:
    """A number in the query of an address."""

    name: str
    description: str
    default: int
    least: int
    most: int

    def of(self, request: Request) -> int:
        """Raises `BadRequest` when it is no number, or out of bounds."""
        given = request.query_params.get(self.name)
        if given is None:
            return self.default
        is_number = given.isascii() and given.isdigit() and len(given) <= 19
        if is_number and self.least <= int(given) <= self.most:
            return int(given)
        raise BadRequest(f"{self.name} must be a whole number from {self.least} to {self.most}.")

    @property
    def schema(self) -> dict[str, Any]:
        bounds = {"minimum": self.least, "maximum": self.most}
        return {"type": "integer", **bounds, "default": self.default}


@dataclass(frozen=True)
class Text:
    """A text in the query of an address."""

    name: str
    description: str

    def of(self, request: Request) -> str | None:
        return request.query_params.get(self.name)

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "string"}


@dataclass(frozen=True)
class Name(Text):
    """One that something stored has."""

    def of(self, request: Request) -> str | None:
        """Raises `BadRequest` for what nothing can have."""
        given = super().of(request)
        if given is not None and not is_storable(given):
            raise BadRequest(f"{self.name} must not contain NUL or half characters.")
        return given


@dataclass(frozen=True)
class Id:
    """The id of something, in the query of an address."""

    name: str
    description: str

    def of(self, request: Request) -> int | None:
        """Raises `BadRequest` for what can be none."""
        given = request.query_params.get(self.name)
        if given is None:
            return None
        number = _id(given)
        if number is None:
            raise BadRequest(f"{self.name} must be an id, as in {self.name}=1.")
        return number

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}


@dataclass(frozen=True)
class Choice:
    """One of a few words, in the query of an address."""

    name: str
    description: str
    words: Sequence[str]
    default: str | None = None

    def of(self, request: Request) -> str | None:
        """Raises `BadRequest` for any other word."""
        given = request.query_params.get(self.name, self.default)
        if given is not None and given not in self.words:
            raise BadRequest(f"{self.name} must be one of {', '.join(self.words)}.")
        return given

    @property
    def schema(self) -> dict[str, Any]:
        usual = {} if self.default is None else {"default": self.default}
        return {"type": "string", "enum": [*self.words], **usual}


Parameter: TypeAlias = WholeNumber | Text | Id | Choice


def resources_of(request: Request) -> Resources:
    held: Resources = request.state.resources
    return held


def address_of(request: Request) -> str:
    """Where the request comes from."""
    return request.client.host if request.client else ""


async def viewer_from_header(request: Request) -> Viewer:
    """Who asks; a stranger without a token, never with a bad one."""
    return await users.viewer_from(resources_of(request), request.headers.get("authorization"))


def viewer_of(request: Request) -> Viewer:
    """Who asks, as `rest.endpoint` found out for every address."""
    viewer: Viewer = request.state.viewer
    return viewer


def require_member(request: Request) -> None:
    """Refuses strangers, at an address that is for accounts alone."""
    if viewer_of(request).id is None:
        raise Unauthenticated


def id_in_path(request: Request, noun: str) -> int:
    """The id that the address names. Raises `NotFound` for what can be none."""
    number = _id(request.path_params["id"])
    if number is None:
        raise NotFound(f"{noun} not found")
    return number


def _id(given: str) -> int | None:
    if given.isascii() and given.isdigit() and len(given) <= 10 and not given.startswith("0"):
        number = int(given)
        if number <= LARGEST_ID:
            return number
    return None


def name_in_path(request: Request, parameter: str, noun: str) -> str:
    """The slug or username that the address names. Raises `NotFound` for what can be none."""
    given: str = request.path_params[parameter]
    if not is_storable(given):
        raise NotFound(f"{noun} not found")
    return given


def is_storable(text: str) -> bool:
    """PostgreSQL keeps no NUL, and half of a surrogate pair is no text at all."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


async def body_of(request: Request, *, is_optional: bool = False) -> dict[str, Any]:
    """The JSON object that was sent. Raises for everything else."""
    sent = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and (kind or sent):
        raise HTTPException(415, "Send the body as JSON, with Content-Type: application/json.")
    if not sent:
        if is_optional:
            return {}
        raise BadRequest("The body is empty: send a JSON object.")
    if values_in(sent):
        raise BadRequest(f"The body may have {MOST_VALUES:,} values, not more.")
    try:
        read = json.loads(sent.decode(), object_pairs_hook=_object, parse_constant=_refuse)
    except ValueError as error:
        raise BadRequest(f"The body is not valid JSON: {error}.") from None
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    if not isinstance(read, dict):
        raise BadRequest("The body must be a JSON object.")
    return read


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        # Which of the two counts is guesswork, and readers on the way may guess differently.
        raise ValueError("an object names one key twice")
    return made


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
