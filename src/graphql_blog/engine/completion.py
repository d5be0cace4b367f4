"""From the values of a column to what the response holds (GraphQL §6.4.3), a column at a time.

Going down, `complete` turns leaves into outputs, lists into a column of their items, and objects
into groups for the next level. Going up, when all levels are done, `assemble` makes the objects of
the response from their columns.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from graphql import GraphQLError, GraphQLObjectType, Undefined
from graphql.execution import Executor
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import is_iterable

from graphql_blog.engine.errors import Errors
from graphql_blog.engine.positions import Column, Objects
from graphql_blog.engine.resolvers import Resolution
from graphql_blog.engine.rows import Row

NULL = type(None)
FAILED: Any = object()
"""Stands for a value that must not be null and has an error: what holds it becomes null."""


class Interrupted(list[Any]):
    """The items that came before an error put an end to them."""

    def __init__(self, items: list[Any], error: Exception) -> None:
        super().__init__(items)
        self.error = error


class Completion:
    """Completes columns of one operation; remembers the objects for the next level."""

    def __init__(self, executor: "Executor[Any]", resolution: Resolution, errors: Errors) -> None:
        self._executor = executor
        self._resolution = resolution
        self._errors = errors
        self.next_level: list[Objects] = []

    def complete(self, column: Column) -> Column | None:
        """Completes the column. One that is to follow comes back: the items of its lists, or the
        column itself when the types of its objects are still to be awaited.
        """
        match column.shape.kind:
            case "leaf":
                self._complete_leaves(column)
            case "list":
                return self._complete_lists(column)
            case _:
                return self._complete_objects(column)
        return None

    # ------------------------------------------------------------ what all have in common

    def _present(self, column: Column) -> Iterator[tuple[int, Any]]:
        """The values there are, with their positions; errors and forbidden nulls are noted."""
        for i, value in enumerate(column.values):
            if isinstance(value, Exception):
                self._errors.add(column, i, value)
            elif value is not None and value is not Undefined:
                yield i, value
            elif column.shape.non_null:
                self._errors.add(column, i, _null_error(column))

    # ------------------------------------------------------------ leaves

    def complete_plain(self, column: Column) -> bool:
        """Completes a column of leaves, if the quick way is right for all of them."""
        complete, kinds = column.shape.complete, column.kinds
        if complete is None or (column.shape.non_null and NULL in kinds):
            return False
        outputs = complete(column.values, kinds)
        if outputs is None:
            return False
        column.outputs = outputs
        return True

    def _complete_leaves(self, column: Column) -> None:
        if self.complete_plain(column):
            return
        column.outputs = [FAILED if column.shape.non_null else None] * len(column.values)
        for i, value in self._present(column):
            try:
                column.outputs[i] = self._executor.complete_leaf_value(column.shape.type, value)
            except Exception as error:
                self._errors.add(column, i, error)

    # ------------------------------------------------------------ lists

    def _complete_lists(self, column: Column) -> Column:
        inner = column.shape.inner
        assert inner is not None
        column.items = items = Column(column.field, inner, column)
        if column.kinds == {list}:
            items.values = list(chain.from_iterable(column.values))
            column.listed = [(i, len(value)) for i, value in enumerate(column.values)]
            return items
        column.listed = listed = []
        for i, value in self._present(column):
            own = self._items(column, i, value)
            listed.append((i, len(own)))
            items.values += own
        return items

    def _items(self, column: Column, i: int, value: Any) -> list[Any]:
        if not is_iterable(value):
            self._errors.add(column, i, _not_iterable(column))
            return []
        items: list[Any] = []
        try:
            items.extend(value)
        except Exception as error:
            self._errors.add(column, i, error, after_items=True)
        if isinstance(value, Interrupted):
            self._errors.add(column, i, value.error, after_items=True)
        return items

    # ------------------------------------------------------------ objects

    def _complete_objects(self, column: Column) -> Column | None:
        type_, kinds = column.shape.type, column.kinds
        if len(kinds) == 1 and row_type(next(iter(kinds))) == type_.name:
            self._group(column, type_, column.values, None)
            return None
        if column.types is None:
            column.types = {i: self._type(column, i, value) for i, value in self._present(column)}
            if any(map(self._executor.is_awaitable, column.types.values())):
                return column
        places: dict[GraphQLObjectType, list[int]] = {}
        for i, found in column.types.items():
            if isinstance(found, Exception):
                self._errors.add(column, i, found)
            else:
                places.setdefault(found, []).append(i)
        for found, at in places.items():
            self._group(column, found, [column.values[i] for i in at], at)
        return None

    def _group(
        self, column: Column, type_: GraphQLObjectType, values: list[Any], at: list[int] | None
    ) -> None:
        kinds = column.kinds if at is None else set(map(type, values))
        try:
            selection = column.field.below(type_)
        except GraphQLError as error:  # The condition of an @include or @skip is null.
            for i in range(len(values)) if at is None else at:
                self._errors.add(column, i, error)
            return
        group = Objects(selection, values, kinds, column, at)
        column.groups = [*column.groups, group]
        self.next_level.append(group)

    def _type(self, column: Column, i: int, value: Any) -> Any:
        """The type of one object, or an awaitable of it; or why it has none that may stand here."""
        type_ = column.shape.type
        if row_type(type(value)) == type_.name:
            return type_
        info = self._resolution.info(column, i)
        try:
            if column.shape.kind == "object":
                return self._checked(column, type_, value, info)
            resolve_type = type_.resolve_type or self._executor.type_resolver
            name = resolve_type(value, info, type_)
            if self._executor.is_awaitable(name):
                return self._awaited(column, name, value, info)
            return self._named(column, name, value, info)
        except Exception as error:
            return error

    def _named(self, column: Column, name: Any, value: Any, info: Any) -> Any:
        """The type of that name, when it is one of those that may stand here."""
        details = column.field.details
        found = self._executor.ensure_valid_runtime_type(
            name, column.shape.type, details, info, value
        )
        return found if row_type(type(value)) == name else self._checked(column, found, value, info)

    def _checked(self, column: Column, type_: GraphQLObjectType, value: Any, info: Any) -> Any:
        """The type, when it says itself that the object is of it."""
        if type_.is_type_of is None:
            return type_
        answer = type_.is_type_of(value, info)
        if self._executor.is_awaitable(answer):
            return self._affirmed(column, type_, value, answer)
        if not answer:
            raise invalid_return_type_error(type_, value, column.field.details)
        return type_

    async def _affirmed(
        self, column: Column, type_: GraphQLObjectType, value: Any, answer: Any
    ) -> GraphQLObjectType:
        if not await answer:
            raise invalid_return_type_error(type_, value, column.field.details)
        return type_

    async def _awaited(self, column: Column, name: Any, value: Any, info: Any) -> Any:
        found = self._named(column, await name, value, info)
        return await found if self._executor.is_awaitable(found) else found

    # ------------------------------------------------------------ going up

    def assemble(self, objects: Objects, slice_: int) -> Iterator[None]:
        """Makes the objects of the response; those of the levels below are made already.

        Pauses after each slice of so many.
        """
        columns = [self._outputs(column) for column in objects.columns]
        if not columns:
            objects.results = [{} for _ in objects.values]
            return
        objects.results = objects.selection.make([column[:slice_] for column in columns])
        for start in range(slice_, len(objects.values), slice_):
            yield
            part = [column[start : start + slice_] for column in columns]
            objects.results += objects.selection.make(part)
        if self._errors:
            for outputs in columns:
                for i, output in enumerate(outputs):
                    if output is FAILED:
                        objects.results[i] = FAILED

    def _outputs(self, column: Column) -> list[Any]:
        """What stands in the response for each value; FAILED where none may."""
        match column.shape.kind:
            case "leaf":
                return column.outputs
            case "list":
                return self._lists(column)
        (group,) = column.groups if len(column.groups) == 1 else (None,)
        if group and group.at is None and not self._errors:
            return group.results
        nothing = FAILED if column.shape.non_null else None
        outputs = [nothing] * len(column.values)
        for group in column.groups:
            for i, result in enumerate(group.results):
                outputs[group.place_in_origin(i)] = nothing if result is FAILED else result
        return outputs

    def _lists(self, column: Column) -> list[Any]:
        assert column.items is not None
        items, start = self._outputs(column.items), 0
        may_fail = bool(self._errors)
        outputs = [FAILED if column.shape.non_null else None] * len(column.values)
        for i, length in column.listed:
            output = items[start : start + length]
            start += length
            if not may_fail or not (i in (column.failed or ()) or FAILED in output):
                outputs[i] = output
        return outputs


def row_type(class_: type) -> str | None:
    """The GraphQL type that rows of this class are of, which they say themselves."""
    return class_.graphql_type if issubclass(class_, Row) else None


def _null_error(column: Column) -> TypeError:
    field = column.field
    return TypeError(f"Cannot return null for non-nullable field {field.parent_type}.{field.name}.")


def _not_iterable(column: Column) -> GraphQLError:
    field = column.field
    words = "Expected Iterable, but did not find one for field"
    return GraphQLError(f"{words} '{field.parent_type}.{field.name}'.")
