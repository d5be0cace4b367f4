"""What is asked of rows, for `engine.straight`: their leaves, and the links to other rows."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import Any

from graphql import GraphQLError, GraphQLObjectType

from graphql_blog.engine.declared import declared
from graphql_blog.engine.plan import FieldPlan, Selection, Shape
from graphql_blog.engine.rows import Row

MOST_CLASSES = 4
"""Of rows at one place; more come only when classes of rows are forgotten and made anew."""
MOST_FIELDS = 1_000
"""Plans with more than these are not looked through."""


class NotStraight(Exception):
    """Something is not as the straight way has it."""


class NeverStraight(NotStraight):
    """And never will be: what is asked for takes the long way."""


class Link:
    """A field that is found by a key: a row, a list of rows, or leaves."""

    def __init__(self, field: FieldPlan, place: int | None = None) -> None:
        self.field = field
        self.ordinal = field.ordinal
        self.key = None if place is None else itemgetter(place)
        self.is_list = field.shape.kind == "list"
        self.non_null = field.shape.non_null
        inner = field.shape.inner or field.shape
        self.inner = inner
        self._below: dict[type, Straight] = {}
        if inner.kind not in {"leaf", "object"} or (self.is_list and inner.inner):
            raise NeverStraight

    def below(self, class_: type) -> "Straight":
        """What is asked of rows of this class."""
        found = self._below.get(class_)
        if found is None:
            if len(self._below) >= MOST_CLASSES:
                self._below.clear()
            found = self._below[class_] = self._made_below(class_)
        return found

    def _made_below(self, class_: type) -> "Straight":
        type_ = self.inner.type
        assert isinstance(type_, GraphQLObjectType)
        if issubclass(class_, Exception):
            raise NotStraight
        if not issubclass(class_, Row):
            raise NeverStraight
        if class_.graphql_type != type_.name:
            raise NotStraight
        return Straight(self.field.below(type_), class_)


class Straight:
    """What is asked of rows of one class, or of the query."""

    def __init__(self, selection: Selection, class_: type[Row] | None) -> None:
        self.make = selection.make
        self.width = len(selection.fields)
        self.names: list[tuple[int, str]] = []
        self.leaves: list[tuple[int, Callable[[Any], Any], Shape]] = []
        self.links: list[Link] = []
        for field in selection.fields:
            self._add(field, class_.places if class_ else {})

    def _add(self, field: FieldPlan, places: Mapping[Any, int]) -> None:
        kind, name, key = field.source.kind, field.source.name, field.declared.key
        if kind == "type name":
            self.names.append((field.ordinal, field.parent_type.name))
        elif kind == "attribute" and field.shape.kind == "leaf" and name in places:
            self.leaves.append((field.ordinal, itemgetter(places[name]), field.shape))
        elif kind == "batch" and key in places:
            self.links.append(Link(field, places[key]))
        elif kind == "rows" or (kind == "batch" and callable(key)):
            self.links.append(Link(field))
        else:
            raise NeverStraight


def straight_of_query(query: Selection) -> Straight:
    """What is asked of the query itself: kept with the plan, and all below with it.

    Raises `NeverStraight`.
    """
    if query.straight is None:
        query.straight = Straight(query, None)
    found: Straight = query.straight
    return found


def may_be_straight(selection: Selection) -> bool:
    """Whether nothing in it or below keeps it from being, so that nothing is read to find out."""
    return all(map(_may_be_straight, selection.fields))


def _may_be_straight(field: FieldPlan) -> bool:
    shape, kind = field.shape, field.source.kind
    if kind == "attribute":
        return shape.kind == "leaf" and field.declared.column is not None
    inner = shape.inner or shape
    if kind not in {"batch", "rows"} or inner.kind != "object":
        return kind == "type name" or (kind in {"batch", "rows"} and inner.kind == "leaf")
    # Looking at it opens every level, and one that is not reached is not worth much.
    if field.selection.plan.size > MOST_FIELDS or not _is_of_rows(field.returns):
        return False
    try:
        below = field.below(field.returns)
    except GraphQLError:
        return False
    return may_be_straight(below)


def _is_of_rows(type_: GraphQLObjectType) -> bool:
    """Whether the objects of a type are rows: then some of its fields are made of columns."""
    return any(declared(field).columns for field in type_.fields.values())
