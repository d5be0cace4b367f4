"""`graphql-blog import`, as somebody types it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from graphql_blog.cli import app
from tests.conftest import ROOT
from tests.exports import author, comment, item, wxr


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The database is `data/blog.db` in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GRAPHQL_BLOG_DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.xml"
    page = item(2, wp__post_type="page")
    path.write_bytes(wxr(author(), item(1, title="", more=[comment(1)]), page))
    return path


def run(*arguments: str | Path) -> Any:
    return CliRunner().invoke(app, ["import", *map(str, arguments)])


def posts() -> list[tuple[str, str]]:
    with closing(sqlite3.connect("data/blog.db")) as database:
        return database.execute("SELECT title, status FROM posts ORDER BY id").fetchall()


def test_the_closing_table_says_what_came_in_what_did_not_and_why(export):
    result = run("wordpress", export)

    assert result.exit_code == 0
    lines = [" ".join(line.replace("│", " ").split()) for line in result.output.splitlines()]
    assert "posts 1 0 0" in lines
    assert "comments 1 0 0" in lines
    assert "page 1 pages are not posts" in lines
    assert 'line 17: post 1 "": has no title: called "Text of post 1."' in lines
    assert posts() == [("Text of post 1.", "PUBLISHED")]


def test_a_dry_run_makes_no_database_and_says_so(export):
    result = run("wordpress", export, "--dry-run")

    assert result.exit_code == 0
    assert result.output.splitlines()[-1] == "This was a dry run: nothing was written."
    assert not Path("data").exists()


def test_a_dry_run_on_a_database_says_what_would_change(export):
    run("wordpress", export)

    result = run("wordpress", export, "--dry-run", "--json")

    report = json.loads(result.output)
    assert report["dryRun"] is True
    assert report["posts"] == {"added": 0, "updated": 0, "unchanged": 1}


def test_the_report_is_also_json(export):
    report = json.loads(run("wordpress", export, "--json").output)

    assert report["complete"] is True
    assert report["guests"] == {"added": 1, "updated": 0, "unchanged": 0}
    assert report["skipped"] == [{"kind": "page", "reason": "pages are not posts", "count": 1}]


def test_a_folder_of_markdown_comes_in(tmp_path):
    post = tmp_path / "blog" / "_posts" / "2012-01-31-hello.md"
    post.parent.mkdir(parents=True)
    post.write_text("---\ntitle: Hello [red]world[/red]\n---\nText")

    result = run("markdown", tmp_path / "blog")

    assert result.exit_code == 0
    assert posts() == [("Hello [red]world[/red]", "PUBLISHED")]


@pytest.mark.parametrize(
    ("kind", "name", "content", "message"),
    [
        ("wordpress", "absent.xml", None, "absent.xml cannot be read: No such file or directory."),
        ("wordpress", ".", None, ". cannot be read: it is not a regular file."),
        ("wordpress", "[bold]br.xml", "", "Error: [bold]br.xml cannot be imported: it is empty."),
        ("wordpress", "empty.xml", "", "empty.xml cannot be imported: it is empty."),
        ("wordpress", "page.html", "<html/>", "its root element is <html>, not <rss>."),
        ("markdown", "absent", None, "absent cannot be imported: there is no such folder."),
    ],
)
def test_what_cannot_be_imported_is_one_line_and_exit_code_1(kind, name, content, message):
    if content is not None:
        Path(name).write_text(content)

    result = run(kind, name)

    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert message in result.output
    assert not Path("data").exists()


def test_a_damaged_export_gives_what_it_has_and_exit_code_1(export):
    Path(export).write_bytes(export.read_bytes().replace(b"</channel>", b"<item><title>A & B"))

    result = run("wordpress", export)

    assert result.exit_code == 1
    assert "item: malformed XML" in result.output
    assert "Not all of" in result.output
    assert posts() == [("Text of post 1.", "PUBLISHED")]


def test_a_pipe_is_refused_and_not_waited_for():
    os.mkfifo("pipe")

    result = run("wordpress", "pipe")

    assert result.exit_code == 1
    assert result.output == "Error: pipe cannot be read: it is not a regular file.\n"


def test_a_head_that_cannot_be_read_is_exit_code_1_and_the_other_files_come_in():
    Path("blog").mkdir()
    Path("blog/bad.md").write_text(f"---\ntitle: {'[' * 50_000}\n---\n")
    Path("blog/good.md").write_text("---\ntitle: Good\n---\n")

    result = run("markdown", "blog")

    assert result.exit_code == 1
    assert "bad.md: skipped: bad YAML in the front matter" in result.output
    assert result.output.endswith("Not all of blog could be read; the lines say what is lost.\n")
    assert posts() == [("Good", "PUBLISHED")]


def test_a_dry_run_on_a_database_without_tables_works_and_leaves_it_so(export):
    Path("data").mkdir()
    Path("data/blog.db").touch()

    result = run("wordpress", export, "--dry-run", "--json")

    assert result.exit_code == 0
    assert json.loads(result.output)["posts"] == {"added": 1, "updated": 0, "unchanged": 0}
    with closing(sqlite3.connect("data/blog.db")) as database:
        assert database.execute("SELECT name FROM sqlite_master").fetchall() == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_is_told_to_stop_says_what_came_in_and_keeps_it(number):
    Path("big.xml").write_bytes(wxr(author(), *(item(n) for n in range(20_000))))
    command = [sys.executable, "-m", "graphql_blog", "import", "wordpress", "big.xml"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}

    with subprocess.Popen(command, env=environment, **pipes) as importing:
        wait_for_posts()
        importing.send_signal(number)
        said, errors = importing.communicate(timeout=60)

    count = len(posts())
    assert 0 < count < 20_000
    assert importing.returncode == 128 + number
    lines = [" ".join(line.replace("│", " ").split()) for line in said.splitlines()]
    assert f"posts {count} 0 0" in lines
    assert errors == "Stopped. What came in is kept: the same command goes on from there.\n"
    with closing(sqlite3.connect("data/blog.db")) as database:
        assert database.execute("SELECT post_count FROM users").fetchall() == [(count,)]


def wait_for_posts() -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with suppress(sqlite3.OperationalError):
            if posts():
                return
        time.sleep(0.02)
    raise AssertionError("no post came in")


def test_a_missing_argument_is_exit_code_2():
    assert run("wordpress").exit_code == 2
