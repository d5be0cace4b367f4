"""What a request asks for: who, which object, which body. Raises when that is unclear."""

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request

from graphql_blog.auth import Viewer
from graphql_blog.errors import BadRequest, NotFound, Unauthenticated
from graphql_blog.resources import Resources
from graphql_blog.services import users

# What both databases keep as an id: more digits name nothing.
LARGEST_ID = 2**31 - 1


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


def member_of(request: Request) -> Viewer:
    """Who asks, at an address that is for accounts alone."""
    viewer = viewer_of(request)
    if viewer.id is None:
        raise Unauthenticated
    return viewer


def id_in_path(request: Request, noun: str) -> int:
    """The id that the address names. Raises `NotFound` for what can be none."""
    given = request.path_params["id"]
    if given.isascii() and given.isdigit() and len(given) <= 10 and not given.startswith("0"):
        number = int(given)
        if number <= LARGEST_ID:
            return number
    raise NotFound(f"{noun} not found")


async def body_of(request: Request) -> dict[str, Any]:
    """The JSON object that was sent. Raises for everything else."""
    sent = await request.body()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json" and (kind or sent):
        raise HTTPException(415, "Send the body as JSON, with Content-Type: application/json.")
    if not sent:
        raise BadRequest("The body is empty: send a JSON object.")
    try:
        read = json.loads(sent.decode(), object_pairs_hook=_object, parse_constant=_refuse)
    except ValueError as error:
        raise BadRequest(f"The body is not valid JSON: {error}.") from None
    except RecursionError:
        raise BadRequest("The body is nested too deeply.") from None
    if not isinstance(read, dict):
        raise BadRequest("The body must be a JSON object.")
    return read


def whole_number(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    """A number from the query of the address. Raises `BadRequest` when it is none in bounds."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if given.isascii() and given.isdigit() and len(given) <= 19 and least <= int(given) <= most:
        return int(given)
    raise BadRequest(f"{name} must be a whole number from {least} to {most}.")


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        # Which of the two counts is guesswork, and readers on the way may guess differently.
        raise ValueError("an object names one key twice")
    return made


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is no number")
