"""What can be done at an address: the function that does it, and what clients are told of it.

    @operation(answers=schemas.Post, refuses=(NotFound,))
    async def shown(request): ...

The first line of the function's docstring is the summary. `rest.endpoint` keeps to what is declared
here, `rest.openapi` publishes it, and the tests hold every answer against it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import getdoc
from typing import Any, Literal, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from graphql_blog.errors import BlogError
from graphql_blog.rest.requests import Parameter
from graphql_blog.services.validation import Input

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
HeaderName: TypeAlias = Literal["ETag", "Link", "Location", "X-Total-Count"]


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What clients may rely on; a decorator for the function that keeps it."""

    status: int = 200
    answers: Any = None
    """The type of the body; None when there is none."""
    media_types: tuple[str, ...] = ("application/json",)
    """The forms of the body, the usual one first. JSON is always one of them."""
    headers: tuple[HeaderName, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    body: type[Input] | None = None
    body_is_optional: bool = False
    whole: tuple[str, ...] = ()
    """What else of the body has to be there, for a replacement."""
    refuses: tuple[type[BlogError], ...] = ()
    members_only: bool = False
    if_match: bool = False
    moves: bool = False
    """Whether it may be at another address now."""

    def __call__(self, handle: Handler) -> "Operation":
        return Operation(handle, self)


operation = Declared


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    handle: Handler
    declared: Declared

    @property
    def noun(self) -> str:
        """What it is about: the module it stands in."""
        return self.handle.__module__.rpartition(".")[2]

    @property
    def name(self) -> str:
        return f"{self.noun}_{self.handle.__name__}"

    @property
    def summary(self) -> str:
        return (getdoc(self.handle) or "").partition("\n")[0]

    @property
    def description(self) -> str:
        return (getdoc(self.handle) or "").partition("\n")[2].strip()
