"""How the values of a field are got for all objects of a level at once.

An exception stands in the place of the value it kept from being: what is wrong with one object is
no matter of the others.
"""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any

from graphql import GraphQLResolveInfo
from graphql.execution import Executor
from strawberry.types.field import StrawberryField

from graphql_blog.engine.arguments import is_shareable
from graphql_blog.engine.asked import Asked
from graphql_blog.engine.declared import strawberry_field
from graphql_blog.engine.positions import Column, LazyPath, Objects


class Resolution:
    """Gets the values of fields within one operation."""

    def __init__(self, executor: "Executor[Any]") -> None:
        self._executor = executor
        self._schema: Any = getattr(executor.schema, "_strawberry_schema", None)

    def info(self, column: Column, i: int) -> "GraphQLResolveInfo[Any]":
        """What the resolver of value `i` may know; items of lists have the info of their field."""
        while isinstance(column.source, Column):
            i, column = column.owner(i)[0], column.source
        field = column.field
        # Only reads its arguments, and the path can be read.
        path: Any = LazyPath(column, i)
        return self._executor.build_resolve_info(
            field.definition, field.nodes, field.parent_type, path
        )

    def read(self, column: Column) -> list[Any] | None:
        """The values that no code of a resolver stands behind; else None."""
        objects, source = column.source, column.field.source
        assert isinstance(objects, Objects)
        if source.kind == "attribute":
            return attributes(objects, source.name)
        if source.kind == "type name":
            return [column.field.parent_type.name] * len(objects.values)
        return None

    def resolved(self, column: Column, places: range) -> list[Any]:
        """What the resolver of the field gives for the objects at these places."""
        objects = column.source
        assert isinstance(objects, Objects)
        match column.field.source.kind:
            case "rows":
                return [self._root_rows(column) for _ in places]
            case "call":
                return self._called(column, objects.values, places)
        return self._resolved(column, objects.values, places)

    def _root_rows(self, column: Column) -> Any:
        load = column.field.declared.load
        assert load is not None
        try:
            return load(self.asked(column), **self.given(column))
        except Exception as error:
            return error

    def arguments(self, column: Column) -> dict[str, Any]:
        """The arguments as GraphQL has them. Raises `GraphQLError`."""
        return column.field.arguments.coerced(
            self._executor.variable_values, hide_suggestions=self._executor.hide_suggestions
        )

    def given(self, column: Column) -> dict[str, Any]:
        """The arguments of a declared field that have a value. Raises what is wrong with them."""
        return column.field.arguments.given(
            self._executor.variable_values, hide_suggestions=self._executor.hide_suggestions
        )

    def asked(self, column: Column) -> Asked:
        executor = self._executor
        return Asked(column.field, executor.context_value, executor.variable_values.coerced)

    def _called(self, column: Column, sources: list[Any], places: range) -> list[Any]:
        """Calls the function itself: what Strawberry puts around it is the same for all."""
        field = strawberry_field(column.field.definition)
        assert field is not None
        try:
            given = self.arguments(column)
            shared = column.field.arguments.in_python(given)
        except Exception as error:
            return [error] * len(places)
        everybody_has_the_same = all(map(is_shareable, given.values()))
        call = self._caller(field, column)
        values = []
        for i in places:
            try:
                own = shared if everybody_has_the_same else self._arguments_anew(column)
                values.append(call(sources[i], i, own))
            except Exception as error:
                values.append(error)
        return values

    def _arguments_anew(self, column: Column) -> dict[str, Any]:
        return column.field.arguments.in_python(self.arguments(column))

    def _caller(
        self, field: StrawberryField, column: Column
    ) -> Callable[[Any, int, dict[str, Any]], Any]:
        """Calls the function with what it asks for by its parameters: `self`, `root`, `info`."""
        function = field.base_resolver
        assert function is not None
        takes_self = bool(function.self_parameter)
        named = [p.name for p in (function.parent_parameter, function.root_parameter) if p]
        info = function.info_parameter.name if function.info_parameter else None
        make_info, schema = self.info, self._schema

        def call(source: Any, i: int, arguments: dict[str, Any]) -> Any:
            if named or info:
                arguments = arguments | dict.fromkeys(named, source)
            if info:
                arguments[info] = schema.config.info_class(
                    _raw_info=make_info(column, i), _field=field
                )
            return function(source, **arguments) if takes_self else function(**arguments)

        return call

    def _resolved(self, column: Column, sources: list[Any], places: Iterable[int]) -> list[Any]:
        resolve: Any = column.field.definition.resolve or self._executor.field_resolver
        values = []
        for i in places:
            try:
                info = self.info(column, i)
                values.append(resolve(sources[i], info, **self.arguments(column)))
            except Exception as error:
                values.append(error)
        return values


def attributes(objects: Objects, name: str) -> list[Any]:
    """An attribute of each object; of rows, one column by its position."""
    if len(objects.kinds) == 1:
        (kind,) = objects.kinds
        places = getattr(kind, "places", None)
        if places is not None and name in places:
            return list(map(itemgetter(places[name]), objects.values))
    return [_attribute(value, name) for value in objects.values]


def _attribute(value: Any, name: str) -> Any:
    try:
        return getattr(value, name)
    except Exception as error:
        return error
