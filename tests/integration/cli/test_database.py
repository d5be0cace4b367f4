"""migrate, check, demo and schema, as a person runs them."""

import sqlite3

from typer.testing import CliRunner

from graphql_blog.cli import app
from tests.conftest import ROOT
from tests.integration.cli.test_serve import run


def test_migrate_makes_the_database_and_check_agrees(tmp_path):
    before = run(tmp_path, "check")
    migrated = run(tmp_path, "migrate")
    after = run(tmp_path, "check")

    assert before.returncode == 1
    assert before.stderr == (
        "Error: There is no database at sqlite:///data/blog.db: run `graphql-blog migrate` first.\n"
    )
    assert migrated.stdout == "The database is up to date: sqlite:///data/blog.db\n"
    assert (after.returncode, after.stdout) == (
        0,
        "Settings and database are fine: sqlite:///data/blog.db\n",
    )


def test_the_demo_fills_an_empty_database_once(tmp_path):
    first, second = run(tmp_path, "demo"), run(tmp_path, "demo")

    with sqlite3.connect(tmp_path / "data" / "blog.db") as database:
        posts = database.execute("SELECT id, title, content, author_id FROM posts").fetchall()
        authors = database.execute(
            "SELECT username FROM users WHERE id IN (SELECT author_id FROM posts) ORDER BY id"
        ).fetchall()
        states = dict(
            database.execute("SELECT status, count(*) FROM posts GROUP BY status").fetchall()
        )
        scheduled = database.execute(
            "SELECT count(*) FROM posts WHERE visible_from > '2030'"
        ).fetchone()
    database.close()
    assert first.stdout.startswith("The demo blog is in: 14 users, 20 tags, 75 posts")
    assert second.returncode == 1
    assert "goes into an empty database, and this one is not" in second.stderr
    assert posts[0] == (1, "First Post", "Hello world!", 1)
    assert len(posts) == 75
    assert authors[0] == ("admin",)
    assert len(authors) >= 10
    assert states == {"ARCHIVED": 1, "DRAFT": 4, "PUBLISHED": 70}
    assert scheduled == (1,)


def test_two_demos_are_the_same_to_the_letter(tmp_path):
    contents = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        run(tmp_path / name, "demo")
        with sqlite3.connect(tmp_path / name / "data" / "blog.db") as database:
            contents.append([line for line in database.iterdump() if "$argon2id$" not in line])
        database.close()

    assert contents[0] == contents[1]


def test_schema_prints_the_committed_file(tmp_path):
    printed = run(tmp_path, "schema")
    run(tmp_path, "schema", "--output", "copy.graphql")

    committed = (ROOT / "schema.graphql").read_text()
    assert printed.stdout == committed
    assert (tmp_path / "copy.graphql").read_text() == committed


def test_every_command_explains_itself():
    for command in (
        [],
        ["serve"],
        ["migrate"],
        ["check"],
        ["demo"],
        ["schema"],
        ["user", "add"],
        ["user", "password"],
        ["user", "role"],
        ["import", "wordpress"],
        ["import", "markdown"],
    ):
        result = CliRunner().invoke(app, [*command, "--help"])

        assert result.exit_code == 0, command
        assert "Usage:" in result.stdout, command
