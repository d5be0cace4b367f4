"""How a Strawberry type declares where its fields come from.

Each helper makes an ordinary `strawberry.field`, whose resolver works on graphql-core as it is;
what is declared beside it is for the engine.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import strawberry
from strawberry.types import Info
from strawberry.types.unset import UNSET

from graphql_blog.engine.arguments import with_value
from graphql_blog.engine.asked import Asked, asked_by
from graphql_blog.engine.declared import METADATA, Batch, Declared

Resolver = Callable[..., Any]
Directives = Sequence[object]
"""What the schema says about the field beside its type."""


def column(name: str, *, description: str) -> Any:
    """A field that is the column `name` of its object's row."""
    return strawberry.field(
        resolver=lambda root: getattr(root, name),
        description=description,
        metadata={METADATA: Declared(columns=(name,), column=name)},
    )


def computed(
    *columns: str, description: str, directives: Directives = ()
) -> Callable[[Resolver], Any]:
    """Decorates a resolver that reads these columns of its object's row."""

    def decorate(resolver: Resolver) -> Any:
        return strawberry.field(
            resolver=resolver,
            description=description,
            directives=directives,
            metadata={METADATA: Declared(columns=columns)},
        )

    return decorate


def part(resolver: Any = None, *, description: str) -> Any:
    """A field whose object, or objects, are made of the rows of this very level."""
    return strawberry.field(
        resolver=resolver, description=description, metadata={METADATA: Declared(is_part=True)}
    )


def relation(batch: Batch, *, key: str, description: str, directives: Directives = ()) -> Any:
    """A field whose object `batch` finds by the value in the column `key`; null where that is."""
    return batch_field(batch, key=key, description=description, directives=directives)


def batch_field(
    batch: Batch, *, key: str = "id", description: str, directives: Directives = ()
) -> Any:
    """A field that `batch` answers for all parents at once, by the values of their column `key`.

    The arguments of the field are those of `batch` after its first two. They belong to all who ask
    the same: `batch` must leave them as they are.
    """

    def resolve(root: Any, info: Info, **arguments: Any) -> Awaitable[Any] | None:
        value = getattr(root, key)
        return None if value is None else asked(info).load(batch, value, **with_value(arguments))

    return strawberry.field(
        resolver=_with_arguments(resolve, batch, skip=2),
        description=description,
        directives=directives,
        metadata={METADATA: Declared(columns=(key,), batch=batch, key=key)},
    )


def lookup(
    batch: Batch, *, key: Callable[..., Any], description: str, directives: Directives = ()
) -> Any:
    """A field of the query whose object `batch` finds by what `key` makes of the arguments.

    Null where that is. Several such fields in one query are one batch, too.
    """

    def resolve(root: Any, info: Info, **arguments: Any) -> Awaitable[Any] | None:
        value = key(**with_value(arguments))
        return None if value is None else asked(info).load(batch, value)

    return strawberry.field(
        resolver=_with_arguments(resolve, key, skip=0),
        description=description,
        directives=directives,
        metadata={METADATA: Declared(batch=batch, key=key)},
    )


def root_rows(
    load: Callable[..., Awaitable[Any]], *, description: str, directives: Directives = ()
) -> Any:
    """A field of the query that `load` answers: `async (asked, **arguments)`."""

    async def resolve(root: Any, info: Info, **arguments: Any) -> Any:
        return await load(asked(info), **with_value(arguments))

    return strawberry.field(
        resolver=_with_arguments(resolve, load, skip=1),
        description=description,
        directives=directives,
        metadata={METADATA: Declared(load=load)},
    )


def asked(info: Info) -> Asked:
    """What the document asks for below the field of a resolver."""
    return asked_by(info._raw_info)


def _with_arguments(resolve: Resolver, source: Callable[..., Any], *, skip: int) -> Resolver:
    """`resolve` with the arguments of `source`, for Strawberry to read."""
    own = list(inspect.signature(resolve).parameters.values())[:2]
    wanted: Sequence[inspect.Parameter] = [
        parameter.replace(
            kind=inspect.Parameter.KEYWORD_ONLY,
            # None is how Python says "no default"; in GraphQL null would be one.
            default=UNSET if parameter.default is None else parameter.default,
        )
        for parameter in list(inspect.signature(source).parameters.values())[skip:]
    ]
    resolve.__signature__ = inspect.Signature([*own, *wanted])  # type: ignore[attr-defined]
    resolve.__annotations__ = {p.name: p.annotation for p in (*own, *wanted)}
    resolve.__module__ = source.__module__
    return resolve
