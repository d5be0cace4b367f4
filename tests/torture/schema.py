"""The types of the torture schema, made of a table of their fields, and the objects behind them."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time  # noqa: F401  # the annotations are texts
from decimal import Decimal  # noqa: F401
from typing import Annotated, Any, NewType
from uuid import UUID  # noqa: F401

import strawberry
from strawberry.scalars import JSON  # noqa: F401
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from tests.torture.arguments import about, echo, extend
from tests.torture.chaos import RIGHT, Chaos, Kind  # noqa: F401
from tests.torture.ways import LATE_WAYS, WAYS, annotated, annotation

OBJECTS = ("Alpha", "Beta", "Gamma", "Node", "Named", "Thing")
LISTS = "[Int] [Int!]! [[Int!]]! [[Float]!] [String!] [Kind!]! [Odd] [[Odd!]!] [DateTime]! [JSON]"
LISTS_OF_LISTS = "[[Alpha!]]! [[Thing]!] [[Node!]!]! [[[Gamma!]]]"
TYPES = (
    *(leaf + firm for leaf in RIGHT for firm in ("", "!")),
    *LISTS.split(),
    *(shape.format(name) for name in OBJECTS for shape in ("{}", "{}!", "[{}]", "[{}!]!", "[{}!]")),
    *LISTS_OF_LISTS.split(),
)
"""Every object has, of each of these types, an attribute and a field with a resolver."""
LATE_TYPES = "Int String! [Int!]! Kind! Alpha Beta! Gamma [Alpha!]! [Thing] Node! Named".split()
"""And a field with an asynchronous resolver."""

Odd = NewType("Odd", int)


def odd(value: int) -> Any:
    """Refuses some values, and has no text for others."""
    return {1: "one", 2: None}[value] if value < 3 else 100 // (value - 3)


def name_of(type_: str) -> str:
    """`[Int!]!` is `many_int_firm_full`."""
    name = type_.replace("[", "many_").replace("]!", "_full").replace("]", "")
    return name.replace("!", "_firm").lower()


ATTRIBUTES = {name_of(type_): type_ for type_ in TYPES}

Key = tuple[int, int]
"""Which object it is: its depth, and a number for the rest of the way to it."""


class World(Chaos):
    """Objects of the schema's types, and now and then of others."""

    @property
    def root(self) -> Any:
        return made(Query)(self, (0, 0))

    def object(self, type_: str, *key: Any) -> Any:
        classes = ALL if self.happens(self.wrong, "class", *key) else POSSIBLE[type_]
        depth = key[0][0] + 1
        return self.pick(classes, "which", *key)(self, (depth, self.number(*key)))


class Wild:
    """Any object: its attributes are values chosen by hash, made anew whenever they are read."""

    def __getattr__(self, name: str) -> Any:
        if name not in ATTRIBUTES:
            raise AttributeError(f"There is no {name}.")
        return self.world.value(ATTRIBUTES[name], self.key, name)


def made(class_: type) -> Callable[[World, Key], Any]:
    """Makes objects of a class, without the values that its constructor would want."""

    def make(world: World, key: Key) -> Any:
        new = object.__new__(class_)
        new.__dict__.update(world=world, key=key)
        return new

    return make


def members() -> Iterator[tuple[str, Any]]:
    """What every object has; made anew for each type."""
    yield "__module__", __name__
    yield (
        "__annotations__",
        {
            **{name: annotation(type_) for name, type_ in ATTRIBUTES.items()},
            "plain": "int",
            "missing": "str | None",
        },
    )
    yield "plain", 3
    for number, (name, type_) in enumerate(ATTRIBUTES.items()):
        yield f"get_{name}", WAYS[number % len(WAYS)](type_, f"get_{name}")
    for number, type_ in enumerate(LATE_TYPES):
        name = f"later_{name_of(type_)}"
        yield name, LATE_WAYS[number % len(LATE_WAYS)](type_, name)
    yield (
        "version",
        strawberry.field(annotated(lambda info: len(info.context.log), "Int!", info=Info)),
    )
    for resolver in (about, echo, extend):
        yield resolver.__name__, strawberry.field(resolver)


class Resolved:
    """The rest of an interface that decides by itself which type an object has."""

    @classmethod
    def resolve_type(cls, obj: Any, info: Any, _abstract_type: Any) -> Any:
        world, key = info.context, getattr(obj, "key", 0)
        own = type(obj).__name__
        if not world.happens(world.wrong, "type", key):
            return own
        if world.happens(20, "no type", key):
            raise LookupError("It has no type.")
        names = (own, None, 42, "Nothing", "Node", "Gamma", "Int", "Alpha", "Beta")
        return world.maybe_soon(world.pick(names, "type", key), key)


class Recognised:
    """The rest of a type that decides by itself which objects are of it."""

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> Any:
        world, key = info.context, getattr(obj, "key", 0)
        if world.happens(world.wrong // 4, "unrecognisable", key):
            raise ValueError("Hard to say.")
        return world.maybe_soon(isinstance(obj, cls), key)


Node = strawberry.interface(type("Node", (Wild,), dict(members())))
Named = strawberry.interface(type("Named", (Resolved, Node), {"__module__": __name__}))
Alpha = strawberry.type(type("Alpha", (Node,), {"__module__": __name__}))
Beta = strawberry.type(type("Beta", (Recognised, Named), {"__module__": __name__}))
Gamma = strawberry.type(type("Gamma", (Wild,), dict(members())))
Thing = Annotated[Alpha | Beta | Gamma, strawberry.union("Thing")]
Query = strawberry.type(type("Query", (Wild,), dict(members())))


class Stranger(Wild):
    """An object of no GraphQL type, with the attributes of all of them."""


def cast_to_alpha(world: World, key: Key) -> Any:
    return strawberry.cast(Alpha, made(Stranger)(world, key))


POSSIBLE = {
    **{class_.__name__: (made(class_),) for class_ in (Alpha, Beta, Gamma)},
    "Node": (made(Alpha), made(Beta), cast_to_alpha),
    "Named": (made(Beta),),
    "Thing": (made(Alpha), made(Beta), made(Gamma), cast_to_alpha),
}
ALL = (made(Alpha), made(Beta), made(Gamma), made(Stranger), cast_to_alpha, lambda *_: "text")


def changing(type_: str) -> Any:
    """A field of the mutation, which notes that it was called."""

    def resolve(info: Info, by: int = 1) -> Any:
        info.context.log.append(f"{'.'.join(map(str, info.path.as_list()))} by {by}")
        return info.context.value(type_, (0, by), "change")

    return strawberry.field(annotated(resolve, type_, info=Info, by=int))


CHANGES = "Int Int! Alpha Alpha! Thing [Node!]! [Beta]".split()
Mutation = strawberry.type(
    type(
        "Mutation",
        (),
        {f"change_{name_of(type_)}": changing(type_) for type_ in CHANGES}
        | {"__module__": __name__, "__annotations__": {}},
    )
)

CONFIG = StrawberryConfig(
    scalar_map={Odd: strawberry.scalar(name="Odd", serialize=odd, parse_value=odd)}
)


def schema(**options: Any) -> strawberry.Schema:
    """The torture schema, to be executed by whatever the options say."""
    return strawberry.Schema(Query, Mutation, types=[Alpha, Beta, Gamma], config=CONFIG, **options)
