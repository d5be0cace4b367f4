"""Where values stand: the objects and the columns of values that execution goes through.

Execution makes `Objects` (all objects of one type at one place of the plan) and, for each of their
fields, a `Column` (its values, one for each object). A list becomes a column of its items. Each
knows what it was made from, so the path of a value is worked out when an error or a resolver asks
for it, and costs nothing otherwise.
"""

from bisect import bisect_right
from collections.abc import Sequence, Set
from itertools import accumulate
from typing import Any, NamedTuple, Union

from graphql.pyutils import Path

from graphql_blog.engine.plan import FieldPlan, Selection, Shape

NOTHING: Set[Any] = frozenset()


class Step(NamedTuple):
    """One part of a path, and its place among its siblings in the order of the document."""

    ordinal: int
    key: str | int
    type_name: str | None


class Objects:
    """All objects of one type at one place of the plan."""

    __slots__ = ("at", "columns", "kinds", "origin", "results", "selection", "values")

    def __init__(
        self,
        selection: Selection,
        values: list[Any],
        kinds: Set[type],
        origin: "Column | None" = None,
        at: Sequence[int] | None = None,
    ) -> None:
        self.selection = selection
        self.values = values
        self.kinds = kinds
        self.origin = origin
        """The column whose values these are; none for the root."""
        self.at = at
        """The position of each object in that column; none where they are all of it."""
        self.columns: list[Column] = []
        self.results: list[Any] = []

    def open(self) -> "list[Column]":
        """A column for each field that is asked of these objects."""
        self.columns = [Column(field, field.shape, self) for field in self.selection.fields]
        return self.columns

    def let_go(self) -> None:
        """Forgets what is below, which knows what is above: no two hold each other any more."""
        for column in self.columns:
            below: Column | None = column
            while below is not None:
                below.groups, below.items, below = (), None, below.items
        self.columns = []

    def place_in_origin(self, i: int) -> int:
        return i if self.at is None else self.at[i]


class Column:
    """The values of one field for all objects of a level, or of the items of its lists."""

    values: list[Any]
    kinds: Set[type] = NOTHING
    """The exact classes of the values."""
    outputs: list[Any]
    """What becomes of leaves."""
    items: "Column | None" = None
    """What becomes of lists: the items of all of them in one column."""
    listed: Sequence[tuple[int, int]] = ()
    """Of which positions the items are, and how many of each."""
    groups: Sequence[Objects] = ()
    """What becomes of objects: those of one type together."""
    types: dict[int, Any] | None = None
    """The type of each object, its reason to have none, or an awaitable of it."""
    failed: set[int] | None = None
    """Positions of values that had an error, if any had."""
    _ends: list[int] | None = None

    def __init__(self, field: FieldPlan, shape: Shape, source: Union[Objects, "Column"]) -> None:
        self.field = field
        self.shape = shape
        self.source = source
        self.values = []

    def owner(self, i: int) -> tuple[int, int]:
        """The position of the list that item `i` is in, and its index there."""
        assert isinstance(self.source, Column)
        if self._ends is None:
            self._ends = list(accumulate(length for _, length in self.source.listed))
        place = bisect_right(self._ends, i)
        position, length = self.source.listed[place]
        return position, i - (self._ends[place] - length)


def steps_to(column: Column, i: int) -> list[Step]:
    """The way from the root to value `i` of the column."""
    steps = []
    while True:
        source = column.source
        if isinstance(source, Column):
            i, index = column.owner(i)
            steps.append(Step(index, index, None))
            column = source
            continue
        field = column.field
        steps.append(Step(field.ordinal, field.key, field.parent_type.name))
        if source.origin is None:
            return steps[::-1]
        i, column = source.place_in_origin(i), source.origin


def steps_nulled(column: Column, i: int, steps: int) -> int | None:
    """How many of the steps to value `i` lead to what an error there makes null.

    None where it is the whole of the data (GraphQL §6.4.4).
    """
    while column.shape.non_null:
        source = column.source
        steps -= 1
        if isinstance(source, Column):
            i, column = column.owner(i)[0], source
        elif source.origin is None:
            return None
        else:
            i, column = source.place_in_origin(i), source.origin
    return steps


class LazyPath:
    """graphql-core's `Path` to a value, made when somebody looks at it."""

    __slots__ = ("_column", "_i")

    def __init__(self, column: Column, i: int) -> None:
        self._column = column
        self._i = i

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made(), name)

    def __eq__(self, other: object) -> bool:
        return self._made() == (other._made() if isinstance(other, LazyPath) else other)

    def __hash__(self) -> int:
        return hash(self._made())

    def _made(self) -> Path:
        path: Path | None = None
        for step in steps_to(self._column, self._i):
            path = Path(path, step.key, step.type_name)
        assert path is not None
        return path
