"""Values for fields, right and wrong, chosen by the hash of (seed, object, field)."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import partial
from hashlib import blake2b
from inspect import isawaitable
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from graphql import GraphQLError, Undefined

T = TypeVar("T")


class Kind(Enum):
    RED = "red"
    GREEN = 2
    BLUE = "blue"


class Whole(int):
    """A number of a type that no table of types foresees."""


class Word(str):
    """The same for a text."""

    __slots__ = ()


class Strange:
    """No GraphQL type knows what to do with it."""

    def __repr__(self) -> str:
        return "<Strange>"


class Unreadable(Strange):
    """Not even a text can be made of it."""

    def __str__(self) -> NoReturn:
        raise ValueError("It has no text.")

    def __repr__(self) -> str:
        return "<Unreadable>"


class Denied(Exception):
    """Permission denied."""

    extensions = {"code": "DENIED"}  # noqa: RUF012  # GraphQL errors read it from the object


ERRORS: tuple[Callable[[], Exception], ...] = (
    lambda: ValueError("It is broken."),
    LookupError,
    lambda: KeyError("missing"),
    lambda: AttributeError("no such attribute"),
    lambda: StopIteration("stopped"),
    lambda: RecursionError("too deep"),
    lambda: TimeoutError("late"),
    lambda: Denied("Not you."),
    lambda: GraphQLError("Refused.", extensions={"code": "REFUSED", "list": [1]}),
    lambda: GraphQLError("Elsewhere.", path=["some", "where", 3]),
    lambda: GraphQLError("Wrapped.", original_error=ValueError("the cause")),
)
STRANGE: tuple[Any, ...] = (
    *(None, None, None, Undefined, "", "text", "12", Word("word"), b"bytes", Whole(3)),
    *(True, 0, 2**31, -(2**31) - 1, 10**30, 1.0, 1.5, -0.0, 1e300, math.nan, math.inf),
    *((), (1,), {}, {"a": 1}, {"__typename": "Alpha"}, Strange(), Unreadable(), Strange),
    *(Decimal("1.5"), Kind.RED, date(2020, 2, 29), datetime(2020, 2, 29, 1, tzinfo=UTC), len),
)
RIGHT: dict[str, tuple[Any, ...]] = {
    "Int": (0, 1, -7, 2**31 - 1, -(2**31), True, 3.0, Whole(8)),
    "Float": (0.0, 1.5, 3, -2.25, True, 1e300),
    "String": ("", "text", "ä ☃ \U0001f600", 5, 1.5, True, Word("word")),
    "Boolean": (True, False, 1, 0, 2.0),
    "ID": ("id", "", 4, Whole(4)),
    "Kind": (*Kind, "red", 2, "blue"),
    "Odd": (*range(1, 5), *range(40, 100)),
    "DateTime": (datetime(2020, 2, 29, 23, 59, 59, 999999, UTC), datetime(1, 1, 1)),  # noqa: DTZ001
    "Date": (date(2020, 2, 29), datetime(2021, 1, 1, tzinfo=UTC)),
    "Time": (time(1, 2, 3), time(0, tzinfo=UTC)),
    "Decimal": (Decimal("1.50"), Decimal("NaN"), 3),
    "UUID": (UUID(int=1), UUID(int=2**127), "not even one"),
    "JSON": ({"a": [1, {"b": None}]}, [1, "x"], "text", 1, 1.0, True),
}
"""What each leaf type takes, of the very Python type and of others that it takes too."""

CONTAINERS: dict[int, Callable[[list[Any]], Any]] = {
    0: iter,
    1: tuple,
    2: lambda items: (item for item in items),
    3: deque,
    4: lambda items: dict(enumerate(items)).values(),
}
BELOW = (6, 5, 3, 2, 3, 2)
"""Lists are shorter than this, by their depth: together they are not to be endless."""
SHARES_OF_WRONG = (0, 2, 5, 15)


class Chaos:
    """One world of objects: `seed` says which; with `late`, some values come some turns later."""

    def __init__(self, seed: int, *, late: bool = False) -> None:
        self.seed, self.late = seed, late
        self.wrong = SHARES_OF_WRONG[seed % 4]
        self.log: list[str] = []

    def number(self, *key: Any) -> int:
        return int.from_bytes(blake2b(repr((self.seed, key)).encode(), digest_size=6).digest())

    def pick(self, options: Sequence[T], *key: Any) -> T:
        return options[self.number(*key) % len(options)]

    def happens(self, percent: int, *key: Any) -> bool:
        return self.number("happens", *key) % 100 < percent

    def value(self, type_: str, *key: Any) -> Any:
        """What a resolver of a field of this GraphQL type gives, or raises."""
        return self.maybe_later(partial(self._given, type_, *key), *key)

    def _given(self, type_: str, *key: Any) -> Any:
        if self.happens(self.wrong // 2, "raises", *key):
            raise self.pick(ERRORS, *key)()
        return self.made(type_, *key)

    def made(self, type_: str, *key: Any) -> Any:
        if self.happens(self.wrong, "wrong", *key):
            return self._mishap(*key)
        named = type_.removesuffix("!")
        if named.startswith("["):
            return self._list(named[1:-1], *key)
        return self.pick(RIGHT[named], *key) if named in RIGHT else self.object(named, *key)

    def object(self, type_: str, *key: Any) -> Any:
        """An object of an object type or of an abstract one; the schema knows their classes."""
        raise NotImplementedError

    def _mishap(self, *key: Any) -> Any:
        strange = self.number("strange", *key) % (len(STRANGE) + len(ERRORS))
        return STRANGE[strange] if strange < len(STRANGE) else ERRORS[strange - len(STRANGE)]()

    # -------------------------------------------------------------------------------- lists

    def _list(self, item: str, *key: Any) -> Any:
        (depth, _), _, *nested = key
        below = BELOW[min(depth + len(nested), len(BELOW) - 1)]
        length = self.number(*key, "length") % below
        items = [partial(self.made, item, *key, i) for i in range(length)]
        kind = self.number(*key, "container") % 12
        if self.late and kind == 0:
            return _trickle(items)
        made = [self.maybe_later(item, *key, i) for i, item in enumerate(items)]
        if kind == 1 and self.happens(self.wrong, "breaks", *key):
            return _breaking(made)
        return CONTAINERS.get(kind, list)(made)

    # ---------------------------------------------------------------------------- later values

    def maybe_later(self, make: Callable[[], Any], *key: Any) -> Any:
        """What `make` gives, at once or as an awaitable that makes it some turns later."""
        if self.late and self.happens(35, "late", *key):
            return _later(make, self._turns(*key))
        return make()

    def maybe_soon(self, value: Any, *key: Any) -> Any:
        """The same for a value that somebody may look at without awaiting it."""
        if self.late and self.happens(35, "soon", *key):
            return Soon(value, self._turns(*key))
        return value

    async def settled(self, value: Any, *key: Any) -> Any:
        """What an asynchronous function returns; as late as the hash says."""
        result = await value if isawaitable(value) else value
        return await Soon(result, self._turns(*key)) if self.late else result

    def _turns(self, *key: Any) -> int:
        return self.number("turns", *key) % 4


class Soon:
    """An awaitable that does not mind being asked for its truth at once, as unions do."""

    def __init__(self, value: Any, turns: int) -> None:
        self.value, self.turns = value, turns

    def __bool__(self) -> bool:
        return bool(self.value)

    def __await__(self) -> Iterator[Any]:
        for _ in range(self.turns):
            yield
        return self.value


async def _later(make: Callable[[], Any], turns: int) -> Any:
    for _ in range(turns):
        await asyncio.sleep(0)
    try:
        return make()
    except StopIteration as error:  # which no coroutine may raise
        return error


def _breaking(items: list[Any]) -> Iterator[Any]:
    yield from items
    raise ValueError("The list breaks off.")


async def _trickle(items: Sequence[Callable[[], Any]]) -> AsyncIterator[Any]:
    for item in items:
        await asyncio.sleep(0)
        yield item()
