"""What an operation costs: at most, for any variables; and really, by what came back.

An operation is priced once: each of its fields, in each object type it may be asked of. Where no
size hangs on a variable, its cost is then one number; elsewhere it is a sum over a few fields, and
kept for the sizes that were asked for last.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql_blog.graph.connections import MAX_PAGE
from graphql_blog.graph.cost import Cost
from graphql_blog.graph.limits.outline import Definition, Field, Outline, Spread, Variable
from graphql_blog.graph.limits.shape import INTROSPECTION
from graphql_blog.graph.limits.weights import FieldWeight, Slicing, Weights

INTROSPECTION_COST = {"__schema": 200, "__type": 20}
"""Asking for the whole schema takes as long as reading pages of posts with all about them."""
DEAREST = 3
MAX_SIZES_KEPT = 100

Values = Mapping[str, Any]


class Size(NamedTuple):
    """How many there may be, where that hangs on variables."""

    variables: tuple[str, ...]
    at_least: int | None
    """What is said beside them."""
    otherwise: int

    def of(self, values: Values) -> int:
        sizes = [] if self.at_least is None else [self.at_least]
        for name in self.variables:
            value = values.get(name)
            if isinstance(value, list):
                sizes.append(len(value))
            elif type(value) is int:
                sizes.append(value)
        return _bounded(max(sizes) if sizes else self.otherwise)


@dataclass(slots=True)
class Priced:
    """One response key in the objects of one type."""

    key: str
    start: int
    once: int = 0
    """For each time it is resolved."""
    each: int = 0
    """For each object that it returns."""
    size: int | Size = 1
    returns_objects: bool = False
    characters: int = 0
    """Of a long text, for each time."""
    below: "Mapping[str, Sequence[Priced]]" = field(default_factory=dict)
    """By the types that its objects can be of."""


class OperationCost:
    """What one operation costs."""

    def __init__(self, weights: Weights, outline: Outline, operation: Definition) -> None:
        pricing = _Pricing(weights, outline)
        root = weights.roots.get(operation.kind, "")
        self._priced = pricing.priced([operation.selections], root, _NOTHING)
        self._depth = _depth(self._priced)
        self._variables = [(name, operation.defaults.get(name)) for name in pricing.variables]
        """With their defaults."""
        self._kept: dict[tuple[Any, ...], Cost] = {}
        self.fixed = None if self._variables else self._at_most({})
        """What it costs, whatever the variables."""

    def of(self, variables: Values) -> Cost:
        """What it can cost at most."""
        if self.fixed is not None:
            return self.fixed
        sizes = tuple([variables.get(name, default) for name, default in self._variables])
        for size in sizes:
            if type(size) is not int and size is not None:
                return self._at_most(variables)
        cost = self._kept.get(sizes)
        if cost is None:
            if len(self._kept) >= MAX_SIZES_KEPT:
                self._kept.clear()
            cost = self._kept[sizes] = self._at_most(variables)
        return cost

    def actual(self, data: Mapping[str, Any] | None) -> int:
        """What it really cost, by the lists that came back."""
        return sum(_actual(field, data) for field in self._priced) if data else 0

    def dearest(self, variables: Values) -> list[dict[str, Any]]:
        """The fields that cost most, with what each of them costs alone."""
        values = self._values(variables)
        found = sorted(_alone(self._priced, values), key=lambda one: -one[1])
        return [{"path": list(path), "cost": cost} for path, cost, _ in found[:DEAREST] if cost]

    def start(self, variables: Values) -> int:
        """Where in the document the dearest field stands."""
        found = list(_alone(self._priced, self._values(variables)))
        return max(found, key=lambda one: one[1])[2] if found else 0

    def _values(self, variables: Values) -> Values:
        return {name: variables.get(name, default) for name, default in self._variables}

    def _at_most(self, variables: Values) -> Cost:
        points, nodes, characters = _summed(self._priced, self._values(variables))
        return Cost(points, nodes, self._depth, characters)


_NOTHING: Mapping[str, int | Size] = {}
Selections = list[Any]


class _Pricing:
    """Prices the selections of one operation."""

    def __init__(self, weights: Weights, outline: Outline) -> None:
        self._weights = weights
        self._fragments = outline.fragments
        self.variables: dict[str, None] = {}

    def priced(
        self, sets: Sequence[Selections], type_: str, sized: Mapping[str, int | Size]
    ) -> list[Priced]:
        """`sized` are the fields that the field above has said the size of."""
        known = self._weights.fields.get(type_, {})
        found = []
        for key, fields in self._collected(sets, type_).items():
            first = fields[0]
            if first.name in INTROSPECTION:
                cost = INTROSPECTION_COST[first.name]
                found.append(Priced(key, first.start, once=cost))
            elif (weight := known.get(first.name)) is not None:
                found.append(self._field(key, fields, weight, sized.get(first.name)))
            elif first.name == "__typename":
                found.append(Priced(key, first.start))
        return found

    def _field(
        self, key: str, fields: list[Field], weight: FieldWeight, size: int | Size | None
    ) -> Priced:
        sized = _NOTHING
        if weight.slicing and weight.slicing.sized_fields:
            sized = dict.fromkeys(weight.slicing.sized_fields, self._size(fields, weight.slicing))
        if not weight.is_list:
            size = 1
        elif size is None:
            size = self._size(fields, weight.slicing) if weight.slicing else 1
        sets = [field.selections for field in fields if field.selections]
        below = {type_: self.priced(sets, type_, sized) for type_ in weight.types} if sets else {}
        first, of_objects = fields[0], bool(weight.types)
        once, each, characters = weight.once, weight.each, weight.characters
        return Priced(key, first.start, once, each, size, of_objects, characters, below)

    def _collected(self, sets: Sequence[Selections], type_: str) -> dict[str, list[Field]]:
        """The fields that an object of this type is asked for, as execution collects them."""
        found: dict[str, list[Field]] = {}
        spread: set[str] = set()
        waiting: list[Any] = [one for selections in reversed(sets) for one in reversed(selections)]
        while waiting:
            one = waiting.pop()
            if isinstance(one, Field):
                found.setdefault(one.key, []).append(one)
                continue
            if isinstance(one, Spread):
                fragment = self._fragments.get(one.name)
                if fragment is None or one.name in spread:
                    continue
                spread.add(one.name)
                one = fragment
            if one.condition is None or type_ in self._weights.possible.get(one.condition, ()):
                waiting += reversed(one.selections)
        return found

    def _size(self, fields: list[Field], slicing: Slicing) -> int | Size:
        names: list[str] = []
        sizes: list[int] = []
        for argument in slicing.arguments:
            value = fields[0].arguments.get(argument)
            if isinstance(value, Variable):
                names.append(value.name)
            elif value is not None:
                sizes.append(value)
        at_least = max(sizes) if sizes else None
        if not names:
            return _bounded(slicing.otherwise if at_least is None else at_least)
        self.variables |= dict.fromkeys(names)
        return Size(tuple(names), at_least, slicing.otherwise)


def _bounded(size: int) -> int:
    # More, or fewer, is refused by `pages`, with better words.
    return min(max(size, 0), MAX_PAGE)


def _summed(priced: Iterable[Priced], values: Values) -> tuple[int, int, int]:
    """Points, objects, and characters of long texts."""
    cost = nodes = characters = 0
    for one in priced:
        count = one.size if isinstance(one.size, int) else one.size.of(values)
        inner = [_summed(below, values) for below in one.below.values()]
        each, objects, texts = (max(most) for most in zip((0, 0, 0), *inner, strict=True))
        cost += one.once + count * (one.each + each)
        nodes += count * (one.returns_objects + objects)
        characters += count * (one.characters + texts)
    return cost, nodes, characters


def _alone(
    priced: Iterable[Priced], values: Values, times: int = 1, above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], int, int]]:
    """Each field with its path, what it costs without what is below it, and where it stands."""
    for one in priced:
        path = (*above, one.key)
        count = one.size if isinstance(one.size, int) else one.size.of(values)
        yield path, times * (one.once + count * one.each), one.start
        for below in one.below.values():
            yield from _alone(below, values, times * count, path)


def _depth(priced: Iterable[Priced]) -> int:
    return max(
        (1 + max((_depth(below) for below in one.below.values()), default=0) for one in priced),
        default=0,
    )


def _actual(field: Priced, data: Mapping[str, Any]) -> int:
    if field.key not in data:
        return 0  # Left out by a directive.
    value = data[field.key]
    if not field.returns_objects or value is None:
        return field.once
    objects = value if isinstance(value, list) else [value]
    return field.once + sum(
        field.each + _actual_below(field, one) for one in objects if one is not None
    )


def _actual_below(field: Priced, data: Mapping[str, Any]) -> int:
    """Of the types that it can be, it is the one whose fields it has; the dearest of several."""
    return max(
        (
            sum(_actual(below, data) for below in fields)
            for fields in field.below.values()
            if len(field.below) == 1 or data.keys() <= {below.key for below in fields}
        ),
        default=0,
    )
