"""Everything the blog can refuse to do.

    BlogError
    ├── Unauthenticated   nobody is logged in, or the token is bad
    ├── BadCredentials    the name or the password is wrong
    ├── LockedOut         the password was wrong too often
    ├── RateLimited       the points for a while are spent
    ├── Forbidden         the viewer may see it but not do this
    ├── NotFound          no such thing, or none the viewer may see
    ├── BadRequest        the question itself is wrong: a page size, a cursor, an id
    ├── Invalid           the input breaks rules; says all of them, with their fields
    ├── Taken             somebody else has that name already; suggests a free one
    ├── Stale             it was changed since the viewer read it
    └── WrongState        it cannot do that from the state it is in

Services raise these. `graph.errors` and `rest.problems` each hold one table that says how they
look on the wire; nothing else translates them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

TokenReason: TypeAlias = Literal["TOKEN_MISSING", "TOKEN_EXPIRED", "TOKEN_INVALID"]


class BlogError(Exception):
    """The blog refused."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)

    @property
    def message(self) -> str:
        return str(self)


class Unauthenticated(BlogError):
    """Log in first: send the header `Authorization: Bearer <token>`."""

    def __init__(
        self, message: str | None = None, *, reason: TokenReason = "TOKEN_MISSING"
    ) -> None:
        super().__init__(message)
        self.reason = reason


class BadCredentials(BlogError):
    """Invalid credentials"""


class LockedOut(BlogError):
    """Too many wrong passwords: try again later."""

    def __init__(self, message: str | None = None, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds."""


class RateLimited(BlogError):
    """You asked for too much: wait, or ask for less."""

    def __init__(self, message: str | None = None, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        """Seconds."""


class Forbidden(BlogError):
    """You may not do this."""

    def __init__(self, message: str | None = None, *, requires: str | None = None) -> None:
        super().__init__(message)
        self.requires = requires


class NotFound(BlogError):
    """There is no such thing here."""

    def __init__(self, message: str | None = None, *, field: str = "id") -> None:
        super().__init__(message)
        self.field = field


class BadRequest(BlogError):
    """The request makes no sense."""


ProblemCode: TypeAlias = Literal["INVALID", "REQUIRED", "TOO_SHORT", "TOO_LONG"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: a sentence, the input field it is about, and the bound when there is one."""

    field: str
    message: str
    code: ProblemCode = "INVALID"
    limit: int | None = None


class Invalid(BlogError):
    """The input is not valid."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems[0].message)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Clash:
    """A value that is taken, in which input field, and a free one close to it."""

    field: str
    message: str
    suggestion: str | None = None


class Taken(BlogError):
    """That is taken already."""

    def __init__(self, clashes: Sequence[Clash]) -> None:
        super().__init__(clashes[0].message)
        self.clashes = tuple(clashes)


class Stale(BlogError):
    """Somebody changed it since you read it: read it again, then repeat your change."""

    def __init__(self, *, current_version: int) -> None:
        super().__init__()
        self.current_version = current_version


class WrongState(BlogError):
    """It cannot do that from the state it is in."""
