"""What the outline of a document alone tells: how deep it is, and how much there is of everything.

Fragments are spread out on the way, and the way ends where there are too many fields: so it is
never long, though fragments could double at every step.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from graphql_blog.graph.limits.bounds import Limits, Place, TooMuch, refusal
from graphql_blog.graph.limits.outline import Definition, Field, Outline, Selection, Spread

INTROSPECTION = frozenset({"__schema", "__type"})
INTROSPECTED_LISTS = frozenset({"types", "fields", "interfaces", "possibleTypes", "inputFields"})
MAX_NESTING = 64
"""Brackets, fields of introspection, or fragments within each other: deeper goes no client, nor
could Python follow."""


@dataclass(slots=True, eq=False)
class Group:
    """All fields of one response key in one place: what has to be merged."""

    key: str
    above: "Group | None"
    count: int = 0
    spreads: int = 0
    """Fragments that stand in it."""
    below: "dict[str, Group]" = field(default_factory=dict)

    def path(self) -> list[str]:
        found: list[str] = []
        group: Group | None = self
        while group is not None and group.above is not None:
            found.append(group.key)
            group = group.above
        return found[::-1]


@dataclass(slots=True)
class _Open:
    """A selection set, or a fragment in it, that is being gone through."""

    left: Iterator[Selection]
    group: Group
    depth: int
    """Of the fields in it."""
    introspected: int
    """Fields of introspection around it, and its lists among them."""
    lists: int
    fragment: str | None = None


def check_shape(outline: Outline, limits: Limits) -> bool:
    """Whether a fragment stands in itself, which has no size. Raises `TooMuch`."""
    walk = _Walk(outline, limits)
    for operation in outline.operations:
        walk.go_through(operation)
    for name, fragment in outline.fragments.items():
        if name not in walk.reached:
            # Nobody asks for it; validation looks at it all the same.
            walk.go_through(fragment)
    return walk.circular


class _Walk:
    """Goes through everything, each field as often as it is asked for."""

    def __init__(self, outline: Outline, limits: Limits) -> None:
        self._outline = outline
        self._limits = limits
        self._steps = 0
        self._pairs = 0
        self._aliases = 0
        self._fragments: dict[str, None] = {}
        """Those that are open."""
        self.reached: set[str] = set()
        self.circular = False

    def go_through(self, definition: Definition) -> None:
        self._aliases = 0
        if definition.kind == "fragment":
            self.reached.add(definition.name)
            self._fragments = {definition.name: None}
        root = Group("", None)
        open_ = [_Open(iter(definition.selections), root, 1, 0, 0)]
        while open_:
            top = open_[-1]
            selection = next(top.left, None)
            if selection is None:
                open_.pop()
                if top.fragment is not None:
                    del self._fragments[top.fragment]
            elif isinstance(selection, Field):
                below = self._field(selection, top)
                if selection.selections:
                    open_.append(below)
            elif isinstance(selection, Spread):
                self._spread(selection, top, open_)
            else:
                inner = iter(selection.selections)
                open_.append(_Open(inner, top.group, top.depth, top.introspected, top.lists))
        self._fragments = {}

    def _step(self, start: int, group: Group) -> None:
        self._steps += 1
        if self._steps > self._limits.fields:
            raise self._too_much(
                "TOO_MANY_FIELDS",
                "A document may have {limit} fields, its fragments spread out, not more.",
                self._steps,
                self._limits.fields,
                (start, group.path()),
            )

    def _compare(self, others: int, start: int, group: Group) -> None:
        """Notes what has to be compared with so many others in the same place."""
        self._pairs += others
        if self._pairs > self._limits.merged_fields:
            raise self._too_much(
                "TOO_MANY_FIELDS",
                "{limit} pairs of fields or fragments in the same place are the most that are"
                " compared: ask for each field once.",
                self._pairs,
                self._limits.merged_fields,
                (start, group.path()),
            )

    def _field(self, found: Field, top: _Open) -> _Open:
        key = found.key
        group = top.group.below.get(key)
        if group is None:
            group = top.group.below[key] = Group(key, top.group)
        self._step(found.start, group)
        self._compare(group.count, found.start, group)
        group.count += 1
        if key != found.name:
            self._alias(found, group)
        if not top.introspected and found.name not in INTROSPECTION:
            if top.depth > self._limits.depth:
                self._refuse_depth(found, top, group)
            return _Open(iter(found.selections), group, top.depth + 1, 0, 0)
        lists = top.lists + (found.name in INTROSPECTED_LISTS)
        self._check_introspection(found, group, top.introspected + 1, lists)
        return _Open(iter(found.selections), group, top.depth, top.introspected + 1, lists)

    def _spread(self, spread: Spread, top: _Open, open_: list[_Open]) -> None:
        self._step(spread.start, top.group)
        self._compare(top.group.spreads, spread.start, top.group)
        top.group.spreads += 1
        fragment = self._outline.fragments.get(spread.name)
        # One that is not there, or that stands in itself, is refused by validation.
        if spread.name in self._fragments:
            self.circular = True
            return
        if fragment is None:
            return
        self.reached.add(spread.name)
        self._fragments[spread.name] = None
        if len(self._fragments) > MAX_NESTING:
            words = "Fragments may stand in each other {limit} deep, not more."
            place = spread.start, top.group.path()
            raise self._too_much("QUERY_TOO_DEEP", words, len(self._fragments), MAX_NESTING, place)
        inner = iter(fragment.selections)
        depth, introspected, lists = top.depth, top.introspected, top.lists
        open_.append(_Open(inner, top.group, depth, introspected, lists, spread.name))

    def _alias(self, found: Field, group: Group) -> None:
        self._aliases += 1
        if self._aliases > self._limits.aliases:
            raise self._too_much(
                "TOO_MANY_ALIASES",
                "An operation may have {limit} aliases, not more: ask in several requests.",
                self._aliases,
                self._limits.aliases,
                (found.start, group.path()),
            )

    def _check_introspection(
        self, found: Field, group: Group, introspected: int, lists: int
    ) -> None:
        limit = self._limits.introspection_depth
        words = "Introspection may ask for lists within lists {limit} deep, not more."
        value = lists
        if introspected > MAX_NESTING:
            value, limit = introspected, MAX_NESTING
            words = "Introspection may ask {limit} levels deep, not more."
        if value > limit:
            place = found.start, group.path()
            raise self._too_much("INTROSPECTION_TOO_DEEP", words, value, limit, place)

    def _refuse_depth(self, found: Field, top: _Open, group: Group) -> None:
        words = "Fields may stand {limit} levels deep, not more: ask for what is below by its id."
        place = found.start, group.path()
        raise self._too_much("QUERY_TOO_DEEP", words, top.depth, self._limits.depth, place)

    def _too_much(
        self, code: str, words: str, value: int, limit: int, place: tuple[int, list[str]]
    ) -> TooMuch:
        message = words.format(limit=f"{limit:,}")
        where = Place(self._outline.text, *place)
        return TooMuch(refusal(code, message, value, limit, where))
