"""Ways for a field to come to its value: resolvers of all kinds, permissions and extensions."""

from collections.abc import Awaitable, Callable
from typing import Any

import strawberry
from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission, PermissionExtension
from strawberry.types import Info

from tests.torture.chaos import Denied, Strange

TYPES = "tests.torture.schema"
"""The module whose names the annotations speak of."""
IN_PYTHON = {
    "Int": "int",
    "Float": "float",
    "String": "str",
    "Boolean": "bool",
    "ID": "strawberry.ID",
    "DateTime": "datetime",
    "Date": "date",
    "Time": "time",
}


def annotation(type_: str) -> str:
    """`[Int!]!` is `list[int]`."""
    if not type_.endswith("!"):
        return f"{annotation(f'{type_}!')} | None"
    named = type_[:-1]
    return f"list[{annotation(named[1:-1])}]" if named[0] == "[" else IN_PYTHON.get(named, named)


class Allowed(BasePermission):
    message = "You may not."
    error_extensions = {"code": "FORBIDDEN"}  # noqa: RUF012  # as Strawberry wants it

    def has_permission(self, source: Any, info: Info, **kwargs: Any) -> Any:
        world, key = info.context, getattr(source, "key", 0)
        if world.happens(world.wrong // 3, "refuses", key):
            raise Denied(info.field_name)
        return 1 if world.happens(2, "no boolean", key) else not world.happens(world.wrong, key)


class AllowedLater(BasePermission):
    message = "You may not, after all."

    async def has_permission(self, source: Any, info: Info, **kwargs: Any) -> Any:
        wrong = info.context.wrong
        allowed = not info.context.happens(wrong, "later", getattr(source, "key", 0))
        return await info.context.settled(allowed, getattr(source, "key", 0))


class Twist(FieldExtension):
    """Fails before the resolver, or answers in its place, or lets it answer."""

    def resolve(self, next_: Callable[..., Any], source: Any, info: Info, **kwargs: Any) -> Any:
        return self._instead(source, info) or next_(source, info, **kwargs)

    async def resolve_async(
        self, next_: Callable[..., Awaitable[Any]], source: Any, info: Info, **kwargs: Any
    ) -> Any:
        return self._instead(source, info) or await next_(source, info, **kwargs)

    def _instead(self, source: Any, info: Info) -> Any:
        world, key = info.context, getattr(source, "key", 0)
        if world.happens(world.wrong // 3, "twists", key):
            raise LookupError(f"Twisted at {info.path.as_list()}.")
        return Strange() if world.happens(world.wrong // 5, "replaces", key) else None


def by_self(type_: str, name: str) -> Any:
    def resolve(self: Any) -> Any:
        return self.world.value(type_, self.key, name)

    return strawberry.field(annotated(resolve, type_))


def by_parent(type_: str, name: str) -> Any:
    def resolve(root: Any, info: Info) -> Any:
        return info.context.value(type_, root.key, name)

    return strawberry.field(annotated(resolve, type_, info=Info))


def by_argument(type_: str, name: str) -> Any:
    def resolve(self: Any, n: int = 0) -> Any:
        return self.world.value(type_, self.key, name, n)

    return strawberry.field(annotated(resolve, type_, n=int))


def permitted(type_: str, name: str) -> Any:
    def resolve(self: Any) -> Any:
        return self.world.value(type_, self.key, name)

    silent = not type_.endswith("!") or type_.startswith("[")
    return strawberry.field(
        annotated(resolve, type_),
        extensions=[PermissionExtension([Allowed()], fail_silently=silent)],
    )


def forbidden(type_: str, name: str) -> Any:
    def resolve(self: Any) -> Any:
        return self.world.value(type_, self.key, name)

    return strawberry.field(annotated(resolve, type_), permission_classes=[Allowed])


def twisted(type_: str, name: str) -> Any:
    def resolve(self: Any) -> Any:
        return self.world.value(type_, self.key, name)

    return strawberry.field(annotated(resolve, type_), extensions=[Twist()])


def asynchronous(type_: str, name: str) -> Any:
    async def resolve(self: Any, info: Info) -> Any:
        value = self.world.value(type_, self.key, name)
        return await info.context.settled(value, self.key)

    return strawberry.field(annotated(resolve, type_, info=Info))


def guarded(type_: str, name: str) -> Any:
    async def resolve(self: Any) -> Any:
        value = self.world.value(type_, self.key, name)
        return await self.world.settled(value, self.key)

    return strawberry.field(
        annotated(resolve, type_), permission_classes=[AllowedLater], extensions=[Twist()]
    )


def annotated(resolve: Any, type_: str, **arguments: type) -> Any:
    resolve.__module__ = TYPES
    resolve.__annotations__ = {**arguments, "return": annotation(type_)}
    return resolve


WAYS = (by_self, by_parent, by_argument, permitted, forbidden, twisted)
LATE_WAYS = (asynchronous, guarded)
