"""How a Strawberry type declares where its fields come from."""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry
from graphql import GraphQLResolveInfo
from strawberry.types import Info
from strawberry.types.unset import UNSET

from graphql_blog.engine.asked import COLUMNS, PART, Asked, Batch

Resolver = Callable[..., Any]


def column(name: str, *, description: str) -> Any:
    """A field that is the column `name` of its object's row."""
    return strawberry.field(
        resolver=lambda root: getattr(root, name),
        description=description,
        metadata={COLUMNS: (name,)},
    )


def computed(*columns: str, description: str) -> Callable[[Resolver], Any]:
    """Decorates a resolver that reads these columns of its object's row."""

    def decorate(resolver: Resolver) -> Any:
        return strawberry.field(
            resolver=resolver, description=description, metadata={COLUMNS: columns}
        )

    return decorate


def part(resolver: Any = None, *, description: str) -> Any:
    """A field whose object, or objects, are made of the rows of this very level."""
    return strawberry.field(resolver=resolver, description=description, metadata={PART: True})


def relation(batch: Batch, *, key: str, description: str) -> Any:
    """A field whose object `batch` finds by the value in the column `key`; null where that is."""
    return batch_field(batch, key=key, description=description)


def batch_field(batch: Batch, *, key: str = "id", description: str) -> Any:
    """A field that `batch` answers for all parents at once, by the values of their column `key`.

    The arguments of the field are those of `batch` after its first two.
    """

    def resolve(root: Any, info: Info, **arguments: Any) -> Awaitable[Any] | None:
        value = getattr(root, key)
        return None if value is None else asked(info).load(batch, value, **_given(arguments))

    return strawberry.field(
        resolver=_with_arguments(resolve, batch, skip=2),
        description=description,
        metadata={COLUMNS: (key,)},
    )


def root_rows(load: Callable[..., Awaitable[Any]], *, description: str) -> Any:
    """A field of the query that `load` answers: `async (asked, **arguments)`."""

    async def resolve(root: Any, info: Info, **arguments: Any) -> Any:
        return await load(asked(info), **_given(arguments))

    return strawberry.field(
        resolver=_with_arguments(resolve, load, skip=1), description=description
    )


def asked(info: Info) -> Asked:
    """What the document asks for below this field; read once for all objects of a level."""
    raw: GraphQLResolveInfo[Any] = info._raw_info
    known: dict[Any, Asked] = raw.context.asked
    # Several nodes where the document names the same field more than once.
    name = tuple(id(node) for node in raw.field_nodes)
    if name not in known:
        known[name] = Asked(raw)
    return known[name]


def _given(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if value is not UNSET}


def _with_arguments(resolve: Resolver, source: Callable[..., Any], *, skip: int) -> Resolver:
    """`resolve` with the arguments of `source`, for Strawberry to read."""
    own = list(inspect.signature(resolve).parameters.values())[:2]
    given: Sequence[inspect.Parameter] = [
        parameter.replace(
            kind=inspect.Parameter.KEYWORD_ONLY,
            # None is how Python says "no default"; in GraphQL null would be one.
            default=UNSET if parameter.default is None else parameter.default,
        )
        for parameter in list(inspect.signature(source).parameters.values())[skip:]
    ]
    resolve.__signature__ = inspect.Signature([*own, *given])  # type: ignore[attr-defined]
    resolve.__annotations__ = {p.name: p.annotation for p in (*own, *given)}
    resolve.__module__ = source.__module__
    return resolve
