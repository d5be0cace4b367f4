"""Statements: compiled once a shape, holding nothing of the request that was first."""

from enum import StrEnum

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    column,
    func,
    select,
    values,
)
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.dialects.sqlite import aiosqlite

from graphql_blog.engine.statements import NotGiven, NotNamed, Statements, constant, only


class Cover(StrEnum):
    HARD = "HARD"
    SOFT = "SOFT"


BOOKS = Table(
    "books",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("title", String),
    Column("cover", Enum(Cover, native_enum=False)),
    Column("lent", Boolean),
    Column("notes", JSON),
)
book = BOOKS.c


@pytest.fixture(params=[aiosqlite.dialect, asyncpg.dialect], ids=["sqlite", "postgresql"])
def statements(request):
    return Statements(request.param(), size=3)


def by_owner(owner):
    """What a service makes for one request: with the value of that request in it."""
    return select(book.title).where(book.id == bindparam("owner", owner, Integer()))


def test_a_shape_is_built_once(statements):
    built = []

    def build():
        built.append("again")
        return by_owner(1)

    assert statements.get("by owner", build) is statements.get("by owner", build)
    assert built == ["again"]


def test_each_request_gives_its_own_values():
    for first, second in ((1, 2), (2, 1)):
        statements = Statements(aiosqlite.dialect())
        ours = statements.get("by owner", lambda owner=first: by_owner(owner))
        theirs = statements.get("by owner", lambda owner=second: by_owner(owner))

        assert ours.arguments({"owner": first}) == [first]
        assert theirs.arguments({"owner": second}) == [second]


def test_the_value_that_a_statement_was_built_with_is_never_used_again(statements):
    statement = statements.get("by owner", lambda: by_owner(1))

    with pytest.raises(NotGiven, match=r"^No value is given for owner in SELECT books\.title"):
        statement.arguments({"viewer": 2})


@pytest.mark.parametrize(
    ("select_", "value"),
    [
        (select(book.id).where(book.id == 7), "7"),
        (select(book.id).where(book.id.in_([7, 8])), r"\[7, 8\]"),
        (select(book.id).where(book.id.in_(bindparam("ids", [7], expanding=True))), r"\[7\]"),
        (select(book.id).limit(7), "7"),
        (select(func.coalesce(book.title, "7")), "'7'"),
        (
            select(book.id).where(
                book.id.in_(select(book.id).where(book.title == "7").correlate(None))
            ),
            "'7'",
        ),
        (select(select(book.id).where(book.id == 7).subquery()), "7, 7"),
    ],
)
def test_a_value_without_a_name_is_refused(statements, select_, value):
    with pytest.raises(NotNamed, match=f"Give these values a name .*: {value} in SELECT"):
        statements.get("shape", lambda: select_)

    assert len(statements) == 0


def test_a_value_that_the_compiler_names_is_refused(statements):
    listed = values(column("id", Integer), name="listed").data([(7,)])

    with pytest.raises(NotNamed, match=r"^param_1 would be the same for every request: SELECT"):
        statements.get("listed", lambda: select(listed))


def test_a_constant_is_part_of_the_text(statements):
    hard = select(book.id).where(book.cover == constant(Cover.HARD, book.cover.type))

    statement = statements.get("hard covers", lambda: only(hard, constant(5)))

    assert " ".join(statement.sql.split()).endswith("WHERE books.cover = 'HARD' LIMIT 5 OFFSET 0")
    assert statement.arguments({}) == []


def test_a_name_that_stands_twice_is_given_once(statements):
    twice = (
        select(book.id)
        .where(book.id > bindparam("least", type_=Integer()))
        .order_by(book.id - bindparam("least", type_=Integer()))
    )

    statement = statements.get("twice", lambda: twice)

    times = 2 if statements.dialect.name == "sqlite" else 1
    assert statement.arguments({"least": 3}) == [3] * times


def test_a_name_that_stands_for_two_values_is_refused(statements):
    both = select(book.id).where(
        book.id.between(bindparam("id", 1, Integer()), bindparam("id", 2, Integer()))
    )

    with pytest.raises(NotNamed, match=r"^id stands for 1 and for 2 in SELECT"):
        statements.get("both", lambda: both)


def test_values_take_the_form_that_the_driver_wants(statements):
    given = select(book.id).where(
        book.cover == bindparam("cover", type_=book.cover.type),
        book.id == bindparam("id", type_=Integer()),
    )

    statement = statements.get("given", lambda: given)

    assert statement.arguments({"cover": Cover.SOFT, "id": 3, "more": 4}) == ["SOFT", 3]


def test_the_longest_unused_is_forgotten(statements):
    columns = [book.id, book.title, book.cover, book.lent]

    for each in columns:
        statements.get(each.name, lambda each=each: select(each))
        statements.once(select(each), {})

    assert len(statements) == 6
    again = []
    for each in reversed(columns):
        statements.get(each.name, lambda each=each: again.append(each) or select(each))
    assert again == [book.id]


def test_what_has_no_shape_is_compiled_once_and_carries_the_values_at_hand(statements):
    def sent(title, ids):
        wanted = by_owner(1).where(book.title == title, book.id.in_(ids)).limit(2)
        statement, whole = statements.once(wanted, {"owner": 5})
        return statement.sql, statement.arguments(whole)

    one, its = sent("a", [1, 2])
    other, others = sent("b", [3, 4, 5])

    assert len(statements) == 1
    assert one != other
    if statements.dialect.name == "sqlite":
        assert (its, others) == ([5, "a", 1, 2, 2, 0], [5, "b", 3, 4, 5, 2, 0])
    else:
        # Numbered: those of a list come last.
        assert (its, others) == ([5, "a", 2, 1, 2], [5, "b", 2, 3, 4, 5])


def test_the_driver_s_answer_becomes_rows_of_a_type(statements):
    statement = statements.get("books", lambda: select(book.id, book.cover, book.title), "Book")

    rows = statement.rows([(1, "HARD", "a"), (2, None, "b")])

    assert rows == [(1, Cover.HARD, "a"), (2, None, "b")]
    assert {type(row).graphql_type for row in rows} == {"Book"}
    assert (rows[0].cover, rows[1].title) == (Cover.HARD, "b")
    assert statement.rows([]) == []


def test_rows_of_no_type_are_plain_tuples(statements):
    statement = statements.get(
        "covers", lambda: select(book.cover, func.count()).group_by(book.cover)
    )

    (row,) = statement.rows([("SOFT", 3)])

    assert (row, type(row)) == ((Cover.SOFT, 3), tuple)


def test_a_member_that_nobody_knows_is_no_value(statements):
    statement = statements.get("covers", lambda: select(book.cover))

    with pytest.raises(KeyError, match="PAPER"):
        statement.rows([("PAPER",)])
