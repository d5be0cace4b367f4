"""The layout of SQL for people."""

import pytest

from graphql_blog.cli.sql_text import laid_out


@pytest.mark.parametrize(
    ("sql", "lines"),
    [
        (
            "SELECT a, b \nFROM t \nWHERE a = ? ORDER BY b\n LIMIT ? OFFSET ?",
            ["SELECT a, b", "FROM t", "WHERE a = ?", "ORDER BY b", "LIMIT ? OFFSET ?"],
        ),
        (
            "SELECT a FROM t LEFT OUTER JOIN u ON u.id = t.id GROUP BY a",
            ["SELECT a", "FROM t", "LEFT OUTER JOIN u ON u.id = t.id", "GROUP BY a"],
        ),
        (
            "SELECT a FROM t UNION ALL SELECT b FROM u",
            ["SELECT a", "FROM t", "UNION ALL", "SELECT b", "FROM u"],
        ),
        (
            "INSERT INTO t (a, b) VALUES (?, ?) RETURNING id",
            ["INSERT INTO t (a, b)", "VALUES (?, ?)", "RETURNING id"],
        ),
        ("SELECT from_here, limit_of FROM t", ["SELECT from_here, limit_of", "FROM t"]),
    ],
)
def test_each_clause_has_its_line(sql, lines):
    assert laid_out(sql, 80).splitlines() == lines


def test_a_short_subquery_stays_in_its_line():
    sql = "SELECT a FROM t WHERE a IN (SELECT value FROM json_each(?) AS anon_1)"

    assert laid_out(sql, 80).splitlines() == [
        "SELECT a",
        "FROM t",
        "WHERE a IN (SELECT value FROM json_each(?) AS anon_1)",
    ]


def test_long_subqueries_are_indented_each_below_the_other():
    inner = "SELECT u.a_long_name FROM u WHERE u.b IN (SELECT c FROM v WHERE u.d = v.d AND v.e > ?)"
    sql = f"SELECT a FROM t JOIN ({inner}) AS n ON n.a = t.a AND EXISTS ({inner}) WHERE t.b > ?"

    assert laid_out(sql, 80).splitlines() == [
        "SELECT a",
        "FROM t",
        "JOIN (",
        "    SELECT u.a_long_name",
        "    FROM u",
        "    WHERE u.b IN (SELECT c FROM v WHERE u.d = v.d AND v.e > ?)",
        ") AS n ON n.a = t.a AND EXISTS (",
        "    SELECT u.a_long_name",
        "    FROM u",
        "    WHERE u.b IN (SELECT c FROM v WHERE u.d = v.d AND v.e > ?)",
        ")",
        "WHERE t.b > ?",
    ]


def test_long_lines_are_wrapped_but_not_within_short_brackets():
    sql = "SELECT one, two, three FROM t WHERE one = ? AND two IN (SELECT value FROM v) AND three"

    assert laid_out(sql, 40).splitlines() == [
        "SELECT one, two, three",
        "FROM t",
        "WHERE one = ? AND two IN",
        "    (SELECT value FROM v) AND three",
    ]


def test_short_brackets_wider_than_the_line_are_wrapped_as_well():
    sql = "SELECT a FROM t WHERE one IN (SELECT value FROM json_each(?) AS anon_1)"

    assert laid_out(sql, 40).splitlines() == [
        "SELECT a",
        "FROM t",
        "WHERE one IN (SELECT value FROM",
        "    json_each(?) AS anon_1)",
    ]


@pytest.mark.parametrize(
    ("parameters", "shown"),
    [
        (["?"] * 4, "?, ?, ?, ?"),
        (["?"] * 5, "?, …, ?"),
        (["$1::INTEGER", "$2", "$3::TIMESTAMP WITH TIME ZONE", "$4", "$5"], "$1::INTEGER, …, $5"),
    ],
)
def test_of_many_parameters_the_first_and_the_last_are_shown(parameters, shown):
    sql = f"SELECT a FROM t WHERE a IN ({', '.join(parameters)})"

    assert laid_out(sql, 120).splitlines()[-1] == f"WHERE a IN ({shown})"


def test_sql_cut_off_within_brackets_is_laid_out_all_the_same():
    inner = "SELECT a_long_name, another_long_name, a_third_long_name FROM u"

    assert laid_out(f"SELECT a FROM ({inner}", 80).splitlines() == [
        "SELECT a",
        "FROM (",
        "    SELECT a_long_name, another_long_name, a_third_long_name",
        "    FROM u",
    ]
