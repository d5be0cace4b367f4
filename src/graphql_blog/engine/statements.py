"""SELECTs compiled once for each shape, and given the values of a request at each execution.

A shape names all that the text of a statement depends on; what differs from request to request is
a named parameter, `bindparam("viewer_id")`, and never part of what is kept. A SELECT that carries a
value without a name is refused, since the next request would get the value of the first.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cachetools import LRUCache
from sqlalchemy import BindParameter, ColumnElement, Dialect, Enum, Select, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql import visitors
from sqlalchemy.sql.compiler import ExpandedState, SQLCompiler
from sqlalchemy.types import TypeEngine

from graphql_blog.engine.rows import row_class

Convert = Callable[[Any], Any]
KEYS = "keys"
"""The parameter that is a set of keys: each row belongs to one of them."""
MOMENT = "now"
"""The parameter that is the instant of the request: a later one is as good."""


class NotNamed(ValueError):
    """A statement is to be kept, and a value in it may be that of one request alone."""


class NotGiven(LookupError):
    """A statement is to be executed, and has parameters without a value."""


def constant(value: Any, type_: TypeEngine[Any] | None = None) -> ColumnElement[Any]:
    """A value that is the same for every request, written into the text of the statement."""
    return literal(value, type_, literal_execute=True)


def only(rows: Select[Any], limit: Any) -> Select[Any]:
    """The first so many of the rows."""
    # Without an offset, SQLite's dialect would put in a parameter of its own.
    return rows.limit(limit).offset(constant(0))


@dataclass(frozen=True, slots=True)
class Statement:
    """A SELECT as its driver wants it, and what the driver's answer means."""

    sql: str
    parameters: tuple[tuple[str, Convert | None], ...]
    """Their names in the order of the text, each with what the driver wants made of its value."""
    names: tuple[str, ...]
    """The columns of the answer."""
    conversions: tuple[tuple[int, Convert], ...]
    """Which of them have another form in Python."""
    row: Callable[[Iterable[Any]], Any]
    shared: tuple[str, ...] = ()
    """The parameters that must be the same for requests to share an execution."""
    has_keys: bool = False
    is_kept: bool = True
    """Whether it serves many requests; else it has values of one in it."""

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the order and the form in which the driver wants them."""
        try:
            return [
                values[name] if convert is None else convert(values[name])
                for name, convert in self.parameters
            ]
        except KeyError:
            missing = [name for name, _ in self.parameters if name not in values]
            if not missing:
                raise
            raise NotGiven(f"No value is given for {', '.join(missing)} in {self.sql}") from None

    def rows(self, answer: Sequence[Sequence[Any]]) -> list[Any]:
        """The rows of the driver's answer. A column is converted at a time, and few are."""
        if not self.conversions or not answer:
            return list(map(self.row, answer))
        columns: list[Iterable[Any]] = list(zip(*answer, strict=True))
        for place, convert in self.conversions:
            columns[place] = map(convert, columns[place])
        return list(map(self.row, zip(*columns, strict=True)))


MAX_COMPILED = 100
"""Statements of any shape are large to keep: some 300 kB with what SQLAlchemy knows of each."""


class Statements:
    """The statements of one dialect, each compiled once; the longest unused are forgotten."""

    def __init__(self, dialect: Dialect, *, size: int = 500) -> None:
        self.dialect = dialect
        self._size = size
        # As an LRUCache, in a third of its time.
        self._kept: OrderedDict[Hashable, Statement] = OrderedDict()
        self._compiled: LRUCache[Any, Any] = LRUCache(min(size, MAX_COMPILED))

    def __len__(self) -> int:
        return len(self._kept) + len(self._compiled)

    def get(
        self, shape: Hashable, build: Callable[[], Select[Any]], graphql_type: str | None = None
    ) -> Statement:
        """The statement of that shape; `build` makes its SELECT when it is not known yet.

        Raises `NotNamed` when that has values in it. What its named parameters carry is dropped.
        """
        statement = self._kept.get(shape)
        if statement is not None:
            self._kept.move_to_end(shape)
            return statement
        statement = self._compile(build(), graphql_type)
        if len(self._kept) >= self._size:
            self._kept.popitem(last=False)
        self._kept[shape] = statement
        return statement

    def once(
        self, select: Select[Any], values: Mapping[str, Any], graphql_type: str | None = None
    ) -> tuple[Statement, Mapping[str, Any]]:
        """The statement for a SELECT that no shape describes, and all its values.

        SQLAlchemy still keeps what it compiles, by the structure of the SELECT.
        """
        compiled, state = _expanded(select, self.dialect, self._compiled, values)
        statement = _statement(compiled, state, self.dialect, graphql_type, is_kept=False)
        return statement, state.parameters

    def _compile(self, select: Select[Any], graphql_type: str | None) -> Statement:
        names = _names_of_parameters(select)
        compiled = select.compile(dialect=self.dialect)
        assert isinstance(compiled, SQLCompiler)
        state = compiled.construct_expanded_state(dict.fromkeys(names))
        if unnamed := state.parameters.keys() - names:
            raise NotNamed(f"{', '.join(unnamed)} would be the same for every request: {select}")
        return _statement(compiled, state, self.dialect, graphql_type)


def _names_of_parameters(select: Select[Any]) -> set[str]:
    """The names that values must be given for. Raises `NotNamed`."""
    parameters = [part for part in visitors.iterate(select) if isinstance(part, BindParameter)]
    open_ = [parameter for parameter in parameters if not parameter.literal_execute]
    if unnamed := [parameter for parameter in open_ if parameter.unique or parameter.expanding]:
        values = ", ".join(repr(parameter.value) for parameter in unnamed)
        raise NotNamed(
            "Give these values a name with bindparam(), or say with constant() that they are the"
            f" same for every request: {values} in {select}"
        )
    named: dict[str, Any] = {}
    for parameter in open_:
        value = named.setdefault(parameter.key, parameter.value)
        if value != parameter.value:
            both = f"{value!r} and for {parameter.value!r}"
            raise NotNamed(f"{parameter.key} stands for {both} in {select}")
    return set(named)


def _statement(
    compiled: SQLCompiler,
    state: ExpandedState,
    dialect: Dialect,
    graphql_type: str | None,
    *,
    is_kept: bool = True,
) -> Statement:
    processors: Mapping[str, Any] = {**compiled._bind_processors, **state.processors}
    columns = compiled._result_columns
    given = tuple(dict.fromkeys(state.positiontup or ()))
    plain = {name for name in given if _is_plain_array(compiled, name, dialect)}
    names = tuple(column.keyname for column in columns)
    conversions = [
        (place, _conversion(column.type, dialect)) for place, column in enumerate(columns)
    ]
    return Statement(
        sql=state.statement,
        parameters=tuple(
            (name, None if name in plain else processors.get(name))
            for name in state.positiontup or ()
        ),
        names=names,
        conversions=tuple((place, convert) for place, convert in conversions if convert),
        row=row_class(graphql_type, names) if graphql_type else tuple,
        shared=tuple(name for name in given if name not in {KEYS, MOMENT}),
        has_keys=KEYS in given,
        is_kept=is_kept,
    )


def _is_plain_array(compiled: SQLCompiler, name: str, dialect: Dialect) -> bool:
    """Whether the driver takes the items of a list as they are, and nobody has to look at each."""
    type_ = compiled.binds[name].type.dialect_impl(dialect) if name in compiled.binds else None
    if not isinstance(type_, ARRAY):
        return False
    return type_.item_type.dialect_impl(dialect).bind_processor(dialect) is None


def _conversion(type_: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    convert = type_.dialect_impl(dialect).result_processor(dialect, None)
    if isinstance(type_, Enum) and convert:
        # A dictionary is five times as fast as asking the type again for each row.
        return {name: convert(name) for name in (*type_.enums, None)}.__getitem__
    return convert


def _expanded(
    select: Select[Any],
    dialect: Dialect,
    kept: LRUCache[Any, Any],
    values: Mapping[str, Any],
) -> tuple[SQLCompiler, ExpandedState]:
    """What SQLAlchemy does for each execution: it compiles a structure once, and takes the values
    from the statement at hand.
    """
    compiled, extracted, collected, _ = select._compile_w_cache(
        dialect, compiled_cache=kept, column_keys=[]
    )
    assert isinstance(compiled, SQLCompiler)
    parameters = compiled.construct_params(
        values, extracted_parameters=extracted, escape_names=False, _collected_params=collected
    )
    return compiled, compiled._process_parameters_for_postcompile(parameters)
